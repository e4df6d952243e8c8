"""The thought and the answer, separated in the stream of one turn."""
