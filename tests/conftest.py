"""What holds for all tests: Hypothesis measures behaviour, not this machine's speed."""

import os

from hypothesis import HealthCheck, settings

settings.register_profile("fullstop", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("quick", settings.get_profile("fullstop"), max_examples=20)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "fullstop"))
