"""API Gateway and what it calls."""
