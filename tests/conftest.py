"""What holds for all tests: Hypothesis measures behaviour, not this machine's speed."""

from hypothesis import HealthCheck, settings

settings.register_profile("fullstop", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("fullstop")
