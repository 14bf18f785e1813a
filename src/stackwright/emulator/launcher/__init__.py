"""The emulator's process: MiniStack, our fidelity patches, and the server around them.

``python -m stackwright.emulator.launcher`` runs it; :mod:`stackwright.emulator.process` starts and stops it. Every
patch is a file in ``patches`` whose docstring says what AWS does, what MiniStack does, and what the patch does. The
MiniStack version is pinned exactly, and a patch that does not fit what it patches stops the process instead of being
skipped.
"""
