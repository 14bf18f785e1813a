"""A sauna."""
