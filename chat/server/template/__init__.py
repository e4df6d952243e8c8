"""What a server's chat template makes of a conversation, learned from prompts that the server renders."""
