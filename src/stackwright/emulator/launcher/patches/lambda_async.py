"""Asynchronous invocations retry, fail and succeed as on Lambda.

AWS: two retries unless configured; throttles are retried for up to six hours and use up none of them; then the dead
letter queue gets the event itself with three attributes, and the on-failure destination a record; success goes to the
on-success destination. The function's role must be allowed to send. Each attempt runs the function as it is then.
https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
MiniStack: a throttle uses up a retry; the dead letter queue gets the destination's record; success goes nowhere; every
try has another request id, and the code and reserved concurrency of the first; the role is not asked.
Here: a runner of our own in place of MiniStack's.
"""

from __future__ import annotations

import contextvars
import json
import os
import threading
import time
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from stackwright.emulator.launcher.delivery import DESTINATION_ACTIONS, number, text
from stackwright.emulator.launcher.patching import Patcher
from stackwright.emulator.launcher.shared import SharedState

_MAX_AGE_SECONDS = 6 * 3600
_THROTTLE_MAX_SECONDS = 300.0


def apply(patcher: Patcher, shared: SharedState) -> None:
    """Register the patch."""
    patcher.require(
        "ministack.services.lambda_svc",
        "_account_region_from_function_config _execute_function _execution_record_for_config _get_func_record_for_ref",
    )
    patcher.require("ministack.core.responses", "request_scope")

    def patch(lambda_service: Any) -> None:
        runner = _Runner(lambda_service, patcher, shared)
        patcher.replace(lambda_service, "invoke_async_with_retry", runner.start, parameters="func event")

    patcher.on_import("ministack.services.lambda_svc", patch)


class _Runner:
    def __init__(self, lambda_service: Any, patcher: Patcher, shared: SharedState) -> None:
        self._lambda = lambda_service
        self._patcher = patcher
        self._shared = shared
        self._base = float(os.environ["LAMBDA_ASYNC_RETRY_BASE_SECONDS"])
        self._max = float(os.environ["LAMBDA_ASYNC_RETRY_MAX_SECONDS"])

    def start(self, func: dict[str, Any], event: Any) -> None:
        """Accept the event and return."""
        context = contextvars.copy_context()
        threading.Thread(target=context.run, args=(self._run, func, event), daemon=True, name="async-invoke").start()

    def _run(self, func: dict[str, Any], event: Any) -> None:
        config = func.get("config") or func
        account, region = self._lambda._account_region_from_function_config(config)
        with self._patcher.module("ministack.core.responses").request_scope(account, region):
            request_id = str(uuid.uuid4())
            self._shared.request_id.set(request_id)
            _Invocation(self, func, config, event, request_id).run()

    def execute(self, func: dict[str, Any], event: Any) -> dict[str, Any]:
        return self._lambda._execute_function(self._as_it_is(func), event)

    def _as_it_is(self, func: dict[str, Any]) -> dict[str, Any]:
        config = func.get("config") or func
        arn, version = str(config["FunctionArn"]), config.get("Version", "$LATEST")
        reference = arn if arn.count(":") > 6 else f"{arn}:{version}"
        record, current, _ = self._lambda._get_func_record_for_ref(reference)
        # One that was deleted meanwhile runs to its end.
        return func if record is None else self._lambda._execution_record_for_config(record, current)

    def backoff(self, attempt: int) -> float:
        """Seconds before the retry with this number, from 1."""
        return min(self._base * 2 ** (attempt - 1), self._max)

    def throttled_backoff(self, attempt: int) -> float:
        return min(self._base * 2 ** min(attempt - 1, 16), _THROTTLE_MAX_SECONDS)

    def deliver(self, config: Mapping[str, Any], target: str, body: Any, attributes: Any, kind: str) -> None:
        """Send as the function's role; a delivery that is refused is a metric and a line in the log, as on AWS."""
        service = target.split(":")[2]
        delivery = self._shared.delivery
        allowed = self._shared.authorizer.role_may(
            config["Role"], DESTINATION_ACTIONS[service], target, via="lambda"
        ) and self._shared.keys.role_may_send(config["Role"], target, via="lambda")
        as_text = json.dumps(body)
        sent = allowed and (
            delivery.send(target, as_text, attributes)
            if service == "sqs"
            else delivery.publish(target, as_text, "", attributes)
            if service == "sns"
            else delivery.invoke(target, body)
            if service == "lambda"
            else delivery.put_event(
                target,
                "lambda",
                f"Lambda Function Invocation Result - {kind}",
                body,
                [str(config["FunctionArn"]), target],
            )
        )
        if not sent:
            metric = "DeadLetterErrors" if attributes else "DestinationDeliveryFailures"
            self._shared.log(f"{config['FunctionName']}: {metric}: {target} refused or missing")
            self.count(config, metric)

    def count(self, config: Mapping[str, Any], metric: str) -> None:
        cloudwatch = self._patcher.module("ministack.services.cloudwatch")
        cloudwatch.record_metric("AWS/Lambda", metric, 1, "Count", {"FunctionName": config["FunctionName"]})


class _Invocation:
    """One event from acceptance to its end."""

    def __init__(
        self, runner: _Runner, func: dict[str, Any], config: dict[str, Any], event: Any, request_id: str
    ) -> None:
        self._runner = runner
        self._func = func
        self._config = config
        self._event = event
        self._request_id = request_id
        qualifier = config.get("Version", "$LATEST")
        settings = (func.get("event_invoke_configs") or {}).get(qualifier) or func.get("event_invoke_config") or {}
        retries = settings.get("MaximumRetryAttempts")
        self._retries = 2 if retries is None else int(retries)
        self._max_age = float(settings.get("MaximumEventAgeInSeconds") or _MAX_AGE_SECONDS)
        self._destinations = settings.get("DestinationConfig") or {}

    def run(self) -> None:
        accepted = time.monotonic()
        failures = throttles = 0
        condition = "RetriesExhausted"
        while True:
            result = self._runner.execute(self._func, self._event)
            if not result.get("error"):
                self._succeeded(result, failures + 1)
                return
            if result.get("throttle"):
                throttles += 1
                delay = self._runner.throttled_backoff(throttles)
            else:
                failures += 1
                if failures > self._retries:
                    break
                delay = self._runner.backoff(failures)
            if time.monotonic() - accepted + delay > self._max_age:
                condition = "EventAgeExceeded"
                break
            time.sleep(delay)
        self._failed(result, failures, condition)

    def _succeeded(self, result: Mapping[str, Any], attempts: int) -> None:
        target = (self._destinations.get("OnSuccess") or {}).get("Destination")
        if target:
            self._runner.deliver(self._config, target, self._record(result, "Success", attempts), None, "Success")

    def _failed(self, result: Mapping[str, Any], attempts: int, condition: str) -> None:
        target = (self._destinations.get("OnFailure") or {}).get("Destination")
        dead_letters = (self._config.get("DeadLetterConfig") or {}).get("TargetArn")
        if target:
            self._runner.deliver(self._config, target, self._record(result, condition, attempts), None, "Failure")
        if dead_letters:
            body = result.get("body")
            message = str(body.get("errorMessage", "")) if isinstance(body, dict) else ""
            attributes = {
                "RequestID": text(self._request_id),
                "ErrorCode": number(429 if result.get("throttle") else 200),
                "ErrorMessage": text(message[:1024] or "Unknown"),
            }
            self._runner.deliver(self._config, dead_letters, self._event, attributes, "Failure")
        if not target and not dead_letters:
            self._runner.count(self._config, "AsyncEventsDropped")

    def _record(self, result: Mapping[str, Any], condition: str, attempts: int) -> dict[str, Any]:
        version = self._config.get("Version", "$LATEST")
        arn = str(self._config["FunctionArn"])
        response: dict[str, Any] = {"statusCode": 200, "executedVersion": version}
        if condition != "Success":
            response["functionError"] = "Unhandled"
        return {
            "version": "1.0",
            "timestamp": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z",
            "requestContext": {
                "requestId": self._request_id,
                "functionArn": arn if arn.count(":") > 6 else f"{arn}:{version}",
                "condition": condition,
                "approximateInvokeCount": attempts,
            },
            "requestPayload": self._event,
            "responseContext": response,
            "responsePayload": result.get("body"),
        }
