"""What the program's own SDK says of types: the form of inputs and outputs."""
