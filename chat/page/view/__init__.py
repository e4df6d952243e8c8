"""One reply on the page."""
