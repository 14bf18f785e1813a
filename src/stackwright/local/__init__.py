"""The local side of AWS: the embedded emulator, and what talks to it."""
