"""Discovery: the profile of a model that has none, made by asking its server."""
