"""Code on its way into functions."""
