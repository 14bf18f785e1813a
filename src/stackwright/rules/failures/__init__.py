"""What becomes of events that a function could not handle."""
