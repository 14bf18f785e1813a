"""Puts the parts together: find a project, load its graph, bring it up, look at what is up. The command line and the
console call this, and nothing below it.

Importing it is cheap: each name is imported when it is first asked for, so that no command pays for what another one
needs. What takes long to import (gRPC, boto3) is imported while the emulator and the program start.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from stackwright.engine.deployment.events import Event, Observer, Step
    from stackwright.engine.deployment.ordering import MissingDependency
    from stackwright.engine.project.installing import ready
    from stackwright.engine.project.pulumi_yaml import Project
    from stackwright.workspace.graphs import load
    from stackwright.workspace.results import Explanation, UpOptions, UpResult, outputs_to_json
    from stackwright.workspace.running import RunningProject, RunningStack, pick, pick_project, running_projects
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
    "running_projects",
    "stop",
    "stop_all",
]

_NAMES: Final = {
    "stackwright.engine.deployment.events": (
        "Event",
        "Observer",
        "Step",
    ),
    "stackwright.engine.deployment.ordering": ("MissingDependency",),
    "stackwright.engine.project.installing": ("ready",),
    "stackwright.engine.project.pulumi_yaml": ("Project",),
    "stackwright.workspace.graphs": ("load",),
    "stackwright.workspace.results": (
        "Explanation",
        "UpOptions",
        "UpResult",
        "outputs_to_json",
    ),
    "stackwright.workspace.running": (
        "RunningProject",
        "RunningStack",
        "pick",
        "pick_project",
        "running_projects",
    ),
    "stackwright.workspace.session": (
        "OpenProject",
        "Session",
        "open_project",
    ),
    "stackwright.workspace.several": (
        "Applied",
        "apply_all",
    ),
    "stackwright.workspace.stopping": (
        "Stopped",
        "delete_strays",
        "purge_stacks",
        "stop",
        "stop_all",
    ),
    "stackwright.workspace.systems": (
        "bundled_systems",
        "copy_system",
        "locate",
    ),
}
_MODULES: Final = {name: module for module, names in _NAMES.items() for name in names}


def __getattr__(name: str) -> Any:
    """https://peps.python.org/pep-0562/"""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(importlib.import_module(_MODULES[name]), name)
    return value
