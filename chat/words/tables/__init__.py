"""Tables of sentences, in English and Chinese."""
