"""Policies and roles: what they say, and what functions and services need."""
