"""What the source of a Pulumi program says without being run: which values are Outputs, and what is done to them."""
