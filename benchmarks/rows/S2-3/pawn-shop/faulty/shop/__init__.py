"""A pawn shop."""
