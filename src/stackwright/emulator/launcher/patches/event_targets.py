"""EventBridge and Scheduler deliver with permission, and keep what they cannot deliver.

AWS: a rule needs the target's resource policy (Lambda, SNS, SQS) or its own role (Step Functions, another bus); a
schedule always works as its role. A function is invoked asynchronously. What cannot be delivered goes to the target's
dead letter queue, whose policy and key must allow it.
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
MiniStack: no permission is asked; a function runs once, its errors are lost; a target that is missing loses the event.
Here: permissions are checked, functions go through the asynchronous runner, failures go to the dead letter queue.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from stackwright.emulator.launcher.delivery import text
from stackwright.emulator.launcher.patching import Patcher
from stackwright.emulator.launcher.shared import SharedState


def apply(patcher: Patcher, shared: SharedState) -> None:
    """Register the patch."""
    patcher.require("ministack.services.eventbridge", "_pattern_event_view")
    patcher.require("ministack.services.lambda_svc", "_get_func_record_for_ref")
    patcher.require("ministack.services.sqs", "_queue_by_arn")
    patcher.require("ministack.services.sns", "_topic_by_arn_any_scope")
    patcher.require("ministack.services.stepfunctions", "_resolve_state_machine_arn")
    patcher.on_import("ministack.services.eventbridge", lambda module: _Targets(module, patcher, shared).install())


@dataclass(slots=True)
class _Attempt:
    """One delivery to one target: on whose behalf, and why it failed."""

    target: Mapping[str, Any]
    source_arn: str
    failure: tuple[str, str] | None = field(default=None)

    @property
    def is_schedule(self) -> bool:
        return ":scheduler:" in self.source_arn

    @property
    def service(self) -> str:
        return "scheduler" if self.is_schedule else "events"


class _Targets:
    def __init__(self, eventbridge: Any, patcher: Patcher, shared: SharedState) -> None:
        self._events = eventbridge
        self._patcher = patcher
        self._shared = shared
        self._current: ContextVar[_Attempt | None] = ContextVar("event_target", default=None)

    def install(self) -> None:
        replace = self._patcher.replace
        events = self._events
        self._invoke = replace(events, "_invoke_target", self._deliver, parameters="target event rule view")
        replace(events, "_dispatch_to_lambda", self._to_lambda, parameters="arn payload")
        self._sqs = replace(events, "_dispatch_to_sqs", self._to_sqs, parameters="spec payload sqs_parameters")
        self._sns = replace(events, "_dispatch_to_sns", self._to_sns, parameters="arn payload")
        self._states = replace(events, "_dispatch_to_stepfunctions", self._to_states, parameters="arn payload")

    def _deliver(
        self, target: Mapping[str, Any], event: Mapping[str, Any], rule: Mapping[str, Any], view: Any = None
    ) -> None:
        attempt = _Attempt(target, str(rule.get("Arn") or rule.get("ScheduleArn") or ""))
        token = self._current.set(attempt)
        try:
            self._invoke(target, event, rule, view)
        finally:
            self._current.reset(token)
        if attempt.failure is not None:
            whole = (view or self._events._pattern_event_view(event)).event_with_detail()
            self._dead_letter(attempt, json.dumps(whole))

    def _to_lambda(self, arn: str, payload: str) -> None:
        if self._allowed(arn, "lambda:InvokeFunction"):
            try:
                event = json.loads(payload)
            except ValueError:
                event = payload
            self._exists(self._shared.delivery.invoke(arn, event), arn)

    def _to_sqs(self, spec: Any, payload: str, sqs_parameters: Mapping[str, Any] | None = None) -> None:
        if self._allowed(str(spec), "sqs:SendMessage"):
            self._sqs(spec, payload, sqs_parameters)

    def _to_sns(self, arn: str, payload: str) -> None:
        if self._allowed(arn, "sns:Publish"):
            self._sns(arn, payload)

    def _to_states(self, arn: str, payload: str) -> None:
        if self._allowed(arn, "states:StartExecution"):
            self._states(arn, payload)

    def _allowed(self, arn: str, action: str) -> bool:
        """Check existence and permission; the reason for a no is kept for the dead letter queue."""
        attempt = self._attempt()
        policy = self._policy(arn)
        if policy is None:
            return self._exists(False, arn)
        if attempt.is_schedule or action == "states:StartExecution":
            role = attempt.target.get("RoleArn")
            allowed = bool(role) and self._shared.authorizer.role_may(str(role), action, arn, via=attempt.service)
        else:
            allowed = self._shared.authorizer.service_may(
                "events.amazonaws.com",
                action,
                arn,
                policy,
                source_arn=attempt.source_arn,
                source_account=attempt.source_arn.split(":")[4],
            ) and self._shared.keys.service_may_send("events.amazonaws.com", arn, attempt.source_arn)
        if not allowed:
            attempt.failure = ("NO_PERMISSIONS", f"{attempt.service} is not authorized to perform {action} on {arn}")
        return allowed

    def _policy(self, arn: str) -> Any:
        """The target's resource policy, empty when it has none; None when there is no such target."""
        service = arn.split(":")[2]
        if service == "lambda":
            functions = self._patcher.module("ministack.services.lambda_svc")
            func, _, _ = functions._get_func_record_for_ref(arn)
            return func["policy"] if func else None
        if service == "sqs":
            queue = self._patcher.module("ministack.services.sqs")._queue_by_arn(arn)
            return queue["attributes"].get("Policy", "") if queue else None
        if service == "sns":
            topic = self._patcher.module("ministack.services.sns")._topic_by_arn_any_scope(arn)
            return topic["attributes"].get("Policy", "") if topic else None
        machines = self._patcher.module("ministack.services.stepfunctions")
        return "" if machines._resolve_state_machine_arn(arn) is not None else None

    def _exists(self, found: bool, arn: str) -> bool:
        if not found:
            self._attempt().failure = ("NO_RESOURCE", f"{arn} does not exist")
        return found

    def _attempt(self) -> _Attempt:
        attempt = self._current.get()
        assert attempt is not None
        return attempt

    def _dead_letter(self, attempt: _Attempt, event: str) -> None:
        assert attempt.failure is not None
        code, message = attempt.failure
        target = str(attempt.target.get("Arn", ""))
        self._shared.log(f"{attempt.source_arn} -> {target}: {code}: {message}")
        arn = (attempt.target.get("DeadLetterConfig") or {}).get("Arn")
        if not arn:
            return
        queue = self._patcher.module("ministack.services.sqs")._queue_by_arn(arn)
        if queue is None:
            return
        role = str(attempt.target.get("RoleArn"))
        allowed = (
            self._shared.authorizer.role_may(role, "sqs:SendMessage", arn, via="scheduler")
            and self._shared.keys.role_may_send(role, arn, via="scheduler")
            if attempt.is_schedule
            else self._shared.authorizer.service_may(
                "events.amazonaws.com",
                "sqs:SendMessage",
                arn,
                queue["attributes"].get("Policy", ""),
                source_arn=attempt.source_arn,
                source_account=attempt.source_arn.split(":")[4],
            )
            and self._shared.keys.service_may_send("events.amazonaws.com", arn, attempt.source_arn)
        )
        if allowed:
            attributes = {
                "RULE_ARN": text(attempt.source_arn),
                "TARGET_ARN": text(target),
                "ERROR_CODE": text(code),
                "ERROR_MESSAGE": text(message),
            }
            self._shared.delivery.send(arn, event, attributes)
