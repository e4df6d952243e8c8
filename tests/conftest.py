"""What holds for all tests: Hypothesis measures behaviour, not this machine's speed."""

from hypothesis import settings

settings.register_profile("fullstop", deadline=None)
settings.load_profile("fullstop")
