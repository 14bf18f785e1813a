"""Values that AWS refuses."""
