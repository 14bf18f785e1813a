"""Workflows on Step Functions."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from .aws import client, failing_as
from .errors import WorkflowStartError


class StepFunctionsWorkflow:
    """Implements `workflow.Workflow`."""

    def __init__(self, state_machine_arn: str) -> None:
        self._state_machine_arn = state_machine_arn

    @cached_property
    def _client(self) -> Any:
        return client("stepfunctions", read_timeout=5, attempts=3)

    def start(self, name: str, payload: Mapping[str, object]) -> bool:
        """Start an execution (StartExecution), which for a running one of the same name and input does nothing.

        https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
        """
        try:
            with failing_as(WorkflowStartError, "states StartExecution"):
                self._client.start_execution(
                    stateMachineArn=self._state_machine_arn, name=name, input=json.dumps(payload, sort_keys=True)
                )
        except WorkflowStartError as error:
            if error.code == "ExecutionAlreadyExists":
                return False
            raise
        return True
