"""One run of a program: steps, their order, and what is kept of them."""
