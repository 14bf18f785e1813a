"""What the installed SDK does not have."""
