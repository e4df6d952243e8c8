"""The bytes of a reply, decoded: events, chunks, and the deltas that a turn is fed with. No waiting, no network."""
