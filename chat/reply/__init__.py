"""One question, from its request to the end of its reply."""
