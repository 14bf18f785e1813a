"""The emulated AWS of this machine: its process, and what makes it more faithful."""
