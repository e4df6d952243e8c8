"""Is the whole chain in tune: server, model, template, tokens, stop ids, the ends of a stream."""
