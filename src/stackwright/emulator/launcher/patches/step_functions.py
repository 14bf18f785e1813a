"""Tasks of a state machine work with its role, wait before retries as it says, and its executions count.

AWS: a task calls the service with the state machine's role; a throttled function is Lambda.TooManyRequestsException;
a retrier may limit its waits and draw them at random; executions are counted in AWS/States.
https://docs.aws.amazon.com/step-functions/latest/dg/procedure-create-iam-role.html
https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
https://docs.aws.amazon.com/step-functions/latest/dg/procedure-cw-metrics.html
MiniStack: the role is never asked, a throttle is Lambda.Unknown, MaxDelaySeconds and JitterStrategy are ignored, no
metrics.
Here: the role is asked before a task whose resource is known from its parameters; the rest is as on AWS.
"""

from __future__ import annotations

import math
import random
from collections.abc import Mapping
from contextvars import ContextVar
from datetime import datetime
from typing import Any

from stackwright.emulator.launcher.patching import Patcher
from stackwright.emulator.launcher.shared import SharedState

_METRICS = {
    "RUNNING": "ExecutionsStarted",
    "SUCCEEDED": "ExecutionsSucceeded",
    "FAILED": "ExecutionsFailed",
    "ABORTED": "ExecutionsAborted",
    "TIMED_OUT": "ExecutionsTimedOut",
}
# aws-sdk integrations write API actions in camelCase, and these services in lower case.
_ITEM_ACTIONS = ("getItem", "putItem", "updateItem", "deleteItem", "query", "scan")


def apply(patcher: Patcher, shared: SharedState) -> None:
    """Register the patch."""
    patcher.require("ministack.services.stepfunctions", "_ExecutionError _executions _state_machines")
    patcher.on_import("ministack.services.stepfunctions", lambda module: _Machines(module, patcher, shared).install())


class _Machines:
    def __init__(self, states: Any, patcher: Patcher, shared: SharedState) -> None:
        self._states = states
        self._patcher = patcher
        self._shared = shared
        self._role: ContextVar[str] = ContextVar("state_machine_role", default="")

    def install(self) -> None:
        replace = self._patcher.replace
        states = self._states
        self._run = replace(states, "_run_execution", self._run_as_role, parameters="exec_arn")
        self._invoke = replace(states, "_invoke_resource", self._invoke_allowed, parameters="resource input_data")
        self._callback = replace(
            states, "_invoke_with_callback", self._callback_allowed, parameters="resource input_data token state_def"
        )
        self._call = replace(states, "_call_lambda", self._call_lambda, parameters="func_ref event")
        self._retrier = replace(
            states, "_find_matching_retrier", self._drawn_retrier, parameters="retriers error retry_counts"
        )
        self._emit = replace(states, "_emit_execution_status_event", self._count, parameters="execution")

    def _run_as_role(self, exec_arn: str) -> None:
        execution = self._states._executions.get(exec_arn) or {}
        machine = self._states._state_machines.get(execution.get("stateMachineArn", "")) or {}
        token = self._role.set(str(machine.get("roleArn", "")))
        try:
            self._run(exec_arn)
        finally:
            self._role.reset(token)

    def _invoke_allowed(self, resource: str, input_data: Any) -> Any:
        self._check(resource, input_data)
        return self._invoke(resource, input_data)

    def _callback_allowed(self, resource: str, input_data: Any, token: str, state_def: Any) -> Any:
        self._check(resource.replace(".waitForTaskToken", ""), input_data)
        return self._callback(resource, input_data, token, state_def)

    def _check(self, resource: str, parameters: Any) -> None:
        """Ask the role; the task fails as it does on AWS when the role may not."""
        role = self._role.get()
        asked = _permission(resource, parameters if isinstance(parameters, dict) else {})
        if not role or asked is None:
            return
        action, name = asked
        target = self._arn(action.partition(":")[0], name)
        if self._shared.authorizer.role_may(role, action, target, via="states"):
            return
        who = f"arn:aws:sts::{role.split(':')[4]}:assumed-role/{role.rpartition('/')[2]}/states"
        cause = (
            f"User: {who} is not authorized to perform: {action} on resource: {target} because no identity-based "
            f"policy allows the {action} action"
        )
        service = resource.split(":::")[-1].removeprefix("aws-sdk:").partition(":")[0]
        error = "Lambda.AWSLambdaException" if action.startswith("lambda:") else f"{service}.AccessDeniedException"
        raise self._states._ExecutionError(error, cause)

    def _arn(self, service: str, name: str) -> str:
        if name.startswith("arn:"):
            return name
        responses = self._patcher.module("ministack.core.responses")
        kind = {"lambda": "function:", "dynamodb": "table/", "events": "event-bus/", "sqs": ""}[service]
        return f"arn:aws:{service}:{responses.get_region()}:{responses.get_account_id()}:{kind}{name}"

    def _call_lambda(self, func_ref: str, event: Any) -> Any:
        try:
            return self._call(func_ref, event)
        except self._states._ExecutionError as error:
            if '"TooManyRequestsException"' in str(error.cause):
                raise self._states._ExecutionError("Lambda.TooManyRequestsException", error.cause) from None
            raise

    def _drawn_retrier(self, retriers: Any, error: str, retry_counts: Mapping[int, int]) -> tuple[Any, int]:
        """The retrier that applies, with its next wait as a fixed interval."""
        retrier, index = self._retrier(retriers, error, retry_counts)
        if retrier is None:
            return retrier, index
        return with_fixed_wait(retrier, retry_counts.get(index, 0)), index

    def _count(self, execution: Mapping[str, Any]) -> None:
        self._emit(execution)
        cloudwatch = self._patcher.module("ministack.services.cloudwatch")
        dimensions = {"StateMachineArn": execution["stateMachineArn"]}
        for status, metric in _METRICS.items():
            # A metric of zero is data too, so that an alarm on failures can recover.
            if (status == "RUNNING") == (execution["status"] == "RUNNING"):
                value = int(execution["status"] == status)
                cloudwatch.record_metric("AWS/States", metric, value, "Count", dimensions)
        if execution.get("stopDate"):
            began, ended = (datetime.fromisoformat(str(execution[key])) for key in ("startDate", "stopDate"))
            seconds = (ended - began).total_seconds()
            cloudwatch.record_metric("AWS/States", "ExecutionTime", seconds * 1000, "Milliseconds", dimensions)


def with_fixed_wait(retrier: Mapping[str, Any], retries: int) -> Mapping[str, Any]:
    """The retrier for the wait after so many retries, in the fields that MiniStack knows."""
    if not {"MaxDelaySeconds", "JitterStrategy"} & retrier.keys():
        return retrier
    try:
        wait = retrier.get("IntervalSeconds", 1) * float(retrier.get("BackoffRate", 2.0)) ** retries
    except OverflowError:
        wait = math.inf
    wait = min(wait, retrier.get("MaxDelaySeconds", wait))
    if retrier.get("JitterStrategy") == "FULL":
        wait = random.uniform(0, wait)
    return {**retrier, "IntervalSeconds": wait, "BackoffRate": 1.0}


def _permission(resource: str, parameters: Mapping[str, Any]) -> tuple[str, str] | None:
    """(action, ARN or name of what it acts on) of a task; None where the parameters do not tell."""
    if ":function:" in resource and ":::" not in resource:
        return "lambda:InvokeFunction", resource
    name = resource.split(":::")[-1].removeprefix("aws-sdk:").removesuffix(".sync:2").removesuffix(".sync")
    service, _, call = name.partition(":")
    found: tuple[str, Any] | None = None
    if name == "lambda:invoke":
        found = "lambda:InvokeFunction", parameters.get("FunctionName")
    elif name == "sqs:sendMessage":
        found = "sqs:SendMessage", str(parameters.get("QueueUrl", "")).rpartition("/")[2]
    elif name == "sns:publish":
        found = "sns:Publish", parameters.get("TopicArn")
    elif name in ("states:startExecution", "sfn:startExecution"):
        found = "states:StartExecution", parameters.get("StateMachineArn")
    elif name == "events:putEvents":
        entries = parameters.get("Entries") or [{}]
        found = "events:PutEvents", entries[0].get("EventBusName") or "default"
    elif service == "dynamodb" and call in _ITEM_ACTIONS:
        found = f"dynamodb:{call[0].upper()}{call[1:]}", parameters.get("TableName")
    elif service == "s3" and call in ("getObject", "putObject", "deleteObject"):
        found = f"s3:{call[0].upper()}{call[1:]}", f"arn:aws:s3:::{parameters.get('Bucket')}/{parameters.get('Key')}"
    if found is None or not found[1]:
        return None
    return found[0], str(found[1])
