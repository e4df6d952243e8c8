"""Checks of a server: its address, model, template, tokens, stop ids, and how its streams end."""
