"""Changes to Chainlit that the page needs."""
