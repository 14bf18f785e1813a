"""Traces that break off."""
