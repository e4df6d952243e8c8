"""One model server: its endpoint, its models and what it supports."""
