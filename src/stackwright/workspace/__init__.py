"""Puts the parts together: find a project, load its graph, bring it up, look at what is up. The command line and the
console call this, and nothing below it.

Importing it is cheap. What takes long to import (gRPC, boto3) is imported while the emulator and the program start;
`limits`, `logs` and `verifying` are modules of their own for that reason.
"""

from __future__ import annotations

from stackwright.engine.deployment.events import Event, Observer, Step
from stackwright.engine.deployment.ordering import MissingDependency
from stackwright.engine.project.installing import ready
from stackwright.engine.project.pulumi_yaml import Project
from stackwright.workspace.graphs import load
from stackwright.workspace.results import Explanation, UpOptions, UpResult, outputs_to_json
from stackwright.workspace.running import RunningProject, RunningStack, pick, pick_project, running
from stackwright.workspace.session import OpenProject, Session, open_project
from stackwright.workspace.several import Applied, apply_all
from stackwright.workspace.stopping import Stopped, delete_strays, purge_stacks, stop, stop_all
from stackwright.workspace.systems import bundled_systems, copy_system, locate

__all__ = [
    "Applied",
    "Event",
    "Explanation",
    "MissingDependency",
    "Observer",
    "OpenProject",
    "Project",
    "RunningProject",
    "RunningStack",
    "Session",
    "Step",
    "Stopped",
    "UpOptions",
    "UpResult",
    "apply_all",
    "bundled_systems",
    "copy_system",
    "delete_strays",
    "load",
    "locate",
    "open_project",
    "outputs_to_json",
    "pick",
    "pick_project",
    "purge_stacks",
    "ready",
    "running",
    "stop",
    "stop_all",
]
