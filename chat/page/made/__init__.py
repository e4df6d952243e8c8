"""Profiles that are made by asking: when the page makes them, the line that says so, and the button that saves them."""
