"""A stage."""
