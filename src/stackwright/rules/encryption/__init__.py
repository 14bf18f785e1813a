"""What is stored in plain, or under another key than the one that is meant."""
