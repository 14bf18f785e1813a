"""What AWS checks when a resource is made, and what must be there before."""
