"""Reads a program as Python would run it, with values that are only partly known."""
