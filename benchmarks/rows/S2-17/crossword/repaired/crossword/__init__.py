"""A crossword."""
