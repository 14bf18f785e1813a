"""What makes AWS of a program's resources: a provisioner per type, and what is known of fidelity and order."""
