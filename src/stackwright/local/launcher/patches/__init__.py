"""One file per patch. Each ``apply`` registers with the patcher what it replaces, and in which module."""

from __future__ import annotations

from stackwright.local.launcher.patches import decision_log, lambda_python
from stackwright.local.launcher.patching import Patcher
from stackwright.local.launcher.services import Services

ALL = (decision_log, lambda_python)


def apply_all(patcher: Patcher, services: Services) -> None:
    """Apply every patch."""
    for patch in ALL:
        patch.apply(patcher, services)
