"""The notation of conditions in profiles: `budget(4096) | loop() & ~stop("x").during(answer)`."""
