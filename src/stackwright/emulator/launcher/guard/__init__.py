"""The guard in front of the emulator: who may send which request. docs/security.md is its specification."""
