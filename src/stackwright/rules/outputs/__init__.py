"""Outputs that are taken for their values."""
