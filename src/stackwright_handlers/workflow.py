"""A workflow that a function starts, as a domain sees it; on AWS from `step_functions`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol


class Workflow(Protocol):
    """Starts executions."""

    def start(self, name: str, payload: Mapping[str, object]) -> bool:
        """Start an execution, or find it running; False if the name was used by another, or by one that is over.

        Raises WorkflowStartError.
        """
        ...
