"""The process of the app: its limits, its event loop, its start."""
