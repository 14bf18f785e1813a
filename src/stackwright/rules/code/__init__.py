"""What functions make of the events that they get."""
