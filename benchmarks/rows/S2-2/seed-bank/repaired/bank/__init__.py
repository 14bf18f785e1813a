"""The seed bank."""
