"""Logs that are missing, nobody reads, or stay for ever."""
