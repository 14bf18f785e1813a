"""Frost."""
