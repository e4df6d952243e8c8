"""What a chat can be held with: the models that are served, each with the profile that fits it."""
