"""The page: the only part of the app that knows Chainlit."""
