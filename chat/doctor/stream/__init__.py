"""Checks of a recorded stream: how it flows, how it ends, and whether it follows the chat protocol."""
