"""The bytes of a model server's response, bounded in size, depth and time."""
