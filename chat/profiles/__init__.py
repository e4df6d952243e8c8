"""Profiles: what a model and its server need, read from YAML files."""
