"""Pages that come back: after a reload, a lost connection, or a restart of the app."""
