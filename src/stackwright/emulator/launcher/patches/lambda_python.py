"""Python functions run as they do on Lambda.

AWS: a handler has its package, its layers and the SDK of the runtime, in the Python it declares; an exception is
reported with its class as ``errorType`` and a stack trace, and leaves the environment warm; ``logging`` has a handler.
An update of the function leaves invocations that are under way alone.
https://docs.aws.amazon.com/lambda/latest/dg/python-exceptions.html
https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
MiniStack: handlers run in its own Python with all its packages and the host's environment; every error is
``Runtime.HandlerError`` and kills the worker; ``logging`` has no handler; a silent invocation waits 50 ms for output;
AWS/Lambda metrics are published for direct invocations only, and throttles count as invocations; an update kills the
workers that are in use.
Here: MiniStack's pool holds our workers (:mod:`stackwright.emulator.launcher.function`) for Python runtimes, their
output is logged under the environment's log stream, and every invocation publishes its metrics, every throttle its own.
"""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from typing import Any

from stackwright.emulator.launcher.function.code import CodeStore
from stackwright.emulator.launcher.function.logs import invocation_events, log_group
from stackwright.emulator.launcher.function.process import LogEvent
from stackwright.emulator.launcher.function.worker_pool import Call, Outcome, PythonWorker, WorkerResources
from stackwright.emulator.launcher.patching import Patcher
from stackwright.emulator.launcher.shared import SharedState

_LINEAGE = re.compile(r"Lineage=\d+:[0-9a-f]+:(\d+)")


def apply(patcher: Patcher, shared: SharedState) -> None:
    """Register the patch."""
    patcher.require(
        "ministack.services.lambda_svc",
        "_ensure_reaper_thread _function_config_scope_mismatch _invoke_depth _resolve_layer_zip",
    )
    patcher.require(
        "ministack.services.cloudwatch_logs",
        "_append_log_events _fanout_to_subscription_filters _log_groups _make_group_arn",
    )
    patcher.on_import("ministack.services.lambda_svc", lambda module: _Executor(module, patcher, shared).install())


class _Executor:
    def __init__(self, lambda_service: Any, patcher: Patcher, shared: SharedState) -> None:
        self._lambda = lambda_service
        self._runtime = patcher.module("ministack.core.lambda_runtime")
        self._logs = patcher.module("ministack.services.cloudwatch_logs")
        self._patcher = patcher
        self._shared = shared
        self._spares_busy: ContextVar[bool] = ContextVar("spares_busy", default=False)
        work = shared.options.work
        temporary = work / "functions"
        temporary.mkdir(exist_ok=True)
        self._resources = WorkerResources(
            code=CodeStore(work / "code"),
            sdk=shared.sdk,
            interpreters=shared.interpreters,
            temporary=temporary,
            endpoint=shared.endpoint,
            credentials=self._runtime.execution_credentials,
            layer_archives=self._layer_archives,
        )

    def install(self) -> None:
        replace = self._patcher.replace
        self._original_class = replace(self._runtime, "_worker_class_for", self._worker_class, parameters="config")
        self._original_dispatch = replace(
            self._lambda,
            "_execute_function_dispatch",
            self._dispatch,
            parameters="func config event request_id started",
        )
        self._original_execute = replace(self._lambda, "_execute_function", self._execute, parameters="func event")
        self._publish_metrics = replace(
            self._lambda,
            "_emit_lambda_metrics",
            lambda *_, **__: None,
            parameters="function_name duration_ms error throttle",
        )
        self._original_invalidate = replace(
            self._lambda, "invalidate_worker", self._invalidate, parameters="func_name qualifier account region"
        )
        self._original_kill = replace(self._runtime, "kill_workers", self._kill_workers, parameters="workers")
        replace(self._lambda, "_inbound_invoke_depth", _depth, parameters="headers")

    def _invalidate(self, *which: Any, **named: Any) -> None:
        token = self._spares_busy.set(True)
        try:
            self._original_invalidate(*which, **named)
        finally:
            self._spares_busy.reset(token)

    def _kill_workers(self, workers: Sequence[Any]) -> None:
        if self._spares_busy.get():
            workers = [each for each in workers if not isinstance(each, PythonWorker) or each.retire()]
        self._original_kill(workers)

    def _worker_class(self, config: dict[str, Any]) -> Any:
        if not str(config.get("Runtime", "")).startswith("python"):
            return self._original_class(config)
        return lambda name, its_config, archive: PythonWorker(self._resources, name, its_config, archive)

    def _layer_archives(self, config: Mapping[str, Any]) -> list[bytes]:
        found = [self._lambda._resolve_layer_zip(layer) for layer in config.get("Layers") or []]
        return [archive for archive in found if archive]

    def _execute(self, func: dict[str, Any], event: Any) -> dict[str, Any]:
        """Every invocation comes through here, whatever caused it."""
        config = func.get("config") or func
        if self._lambda._function_config_scope_mismatch(config):
            # It calls itself again in the function's own account and region.
            return self._original_execute(func, event)
        started = time.monotonic()
        result = self._original_execute(func, event)
        if result.get("throttle"):
            # Neither an invocation nor an error.
            # https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
            cloudwatch = self._patcher.module("ministack.services.cloudwatch")
            dimensions = {"FunctionName": config["FunctionName"]}
            cloudwatch.record_metric("AWS/Lambda", "Throttles", 1, "Count", dimensions)
        else:
            self._publish_metrics(
                config["FunctionName"],
                duration_ms=(time.monotonic() - started) * 1000,
                error=bool(result.get("error")),
                throttle=False,
            )
        return result

    def _dispatch(
        self, func: dict[str, Any], config: dict[str, Any], event: Any, request_id: str, started: float
    ) -> dict[str, Any]:
        archive = func.get("code_zip")
        if not archive or not str(config.get("Runtime", "")).startswith("python"):
            return self._original_dispatch(func, config, event, request_id, started)
        request_id = self._shared.request_id.get() or request_id
        call = Call(event, request_id, config["FunctionArn"], _trace_id(config, self._lambda._invoke_depth.get()))
        outcome = self._run(config, archive, call)
        self._log(config, outcome.log_stream, invocation_events(config, request_id, outcome))
        text = "\n".join(event.text for event in outcome.events)
        return {"body": outcome.payload, "log": text, **({"error": True} if outcome.failed else {})}

    def _run(self, config: dict[str, Any], archive: bytes, call: Call) -> Outcome:
        self._lambda._ensure_reaper_thread()
        version = config.get("Version", "$LATEST")
        worker, _ = self._runtime.acquire_worker(config["FunctionName"], config, archive, qualifier=version)
        try:
            return worker.invoke(call)
        finally:
            self._runtime.release_worker(worker)
            worker.end_if_retired()

    def _log(self, config: dict[str, Any], stream_name: str, events: list[LogEvent]) -> None:
        group_name = log_group(config)
        if not self._may_log(config, group_name, stream_name):
            return
        group = self._logs._log_groups.get(group_name)
        now = int(time.time() * 1000)
        if group is None:
            group = _new_group(self._logs._make_group_arn(group_name), now)
            self._logs._log_groups[group_name] = group
        stream = group["streams"].setdefault(stream_name, _new_stream(now))
        stored = [{"timestamp": event.time_ms, "message": event.text, "ingestionTime": now} for event in events]
        self._logs._append_log_events(stream, stored)
        plain = [{"timestamp": event["timestamp"], "message": event["message"]} for event in stored]
        self._logs._fanout_to_subscription_filters(group_name, stream_name, plain)

    def _may_log(self, config: dict[str, Any], group_name: str, stream_name: str) -> bool:
        """Lambda writes logs with the function's role.

        https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html
        """
        _, _, _, region, account = str(config["FunctionArn"]).split(":")[:5]
        group = f"arn:aws:logs:{region}:{account}:log-group:{group_name}"
        asked = [("logs:PutLogEvents", f"{group}:log-stream:{stream_name}")]
        found = self._logs._log_groups.get(group_name)
        if found is None:
            asked.append(("logs:CreateLogGroup", f"{group}:*"))
        if found is None or stream_name not in found["streams"]:
            asked.append(("logs:CreateLogStream", f"{group}:log-stream:{stream_name}"))
        may = self._shared.authorizer.role_may
        return all(may(config["Role"], action, resource, via="lambda") for action, resource in asked)


def _new_group(arn: str, now: int) -> dict[str, Any]:
    return {
        "arn": arn,
        "creationTime": now,
        "retentionInDays": None,
        "tags": {},
        "subscriptionFilters": {},
        "streams": {},
    }


def _new_stream(now: int) -> dict[str, Any]:
    return {
        "events": [],
        "uploadSequenceToken": "1",
        "creationTime": now,
        "firstEventTimestamp": None,
        "lastEventTimestamp": None,
        "lastIngestionTime": None,
    }


def _trace_id(config: Mapping[str, Any], depth: int) -> str:
    """Lambda always sets a trace header; its lineage counts how often a chain of calls came by.

    https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html
    """
    sampled = int((config.get("TracingConfig") or {}).get("Mode") == "Active")
    root = f"1-{int(time.time()):08x}-{secrets.token_hex(12)}"
    return f"Root={root};Parent={secrets.token_hex(8)};Sampled={sampled};Lineage=1:{secrets.token_hex(4)}:{depth}"


def _depth(headers: Mapping[str, str]) -> int:
    """How many functions the request came through; botocore passes the trace header of the calling function on."""
    found = _LINEAGE.search(headers.get("x-amzn-trace-id", ""))
    return int(found.group(1)) if found else 0
