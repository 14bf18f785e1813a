"""Copies of tables in other places."""
