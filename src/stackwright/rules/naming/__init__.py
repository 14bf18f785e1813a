"""What resources are called, and how others call them."""
