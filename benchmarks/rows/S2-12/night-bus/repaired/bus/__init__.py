"""Night buses."""
