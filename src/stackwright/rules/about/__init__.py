"""Rules over the check itself."""
