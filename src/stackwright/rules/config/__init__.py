"""Settings that are not taken as they were given."""
