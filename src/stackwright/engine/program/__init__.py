"""The program itself, in an interpreter of its own, from start to end."""
