"""A recorded response of a server, played through the termination core."""
