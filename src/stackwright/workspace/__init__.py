"""Puts the parts together: find a project, load its graph, bring it up. The command line and the console call this.

Importing it is cheap. What takes long to import (gRPC, boto3) is imported while the emulator and the program start.
"""

from __future__ import annotations

from stackwright.engine.installing import ready
from stackwright.workspace.graphs import load
from stackwright.workspace.results import UpOptions, UpResult, outputs_to_json
from stackwright.workspace.session import Session, session
from stackwright.workspace.systems import bundled_systems, copy_system, locate

__all__ = [
    "Session",
    "UpOptions",
    "UpResult",
    "bundled_systems",
    "copy_system",
    "load",
    "locate",
    "outputs_to_json",
    "ready",
    "session",
]
