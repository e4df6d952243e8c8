"""Profiles: the settings of a model and its server, read from YAML files."""
