"""The thought told from the answer in the stream of one turn."""
