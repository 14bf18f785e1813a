"""Lockers."""
