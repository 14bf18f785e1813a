"""What the code of a function calls: its packed source is followed from the handler, without running it."""
