"""Private networks and what is to be reached from inside only."""
