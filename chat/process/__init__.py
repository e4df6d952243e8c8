"""The app as a process: its limits, its event loop, its start."""
