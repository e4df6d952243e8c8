"""Regular expressions for text that comes in chunks: linear time, little memory, no back-references."""
