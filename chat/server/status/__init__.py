"""What a server says of itself while it works."""
