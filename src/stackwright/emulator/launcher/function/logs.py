"""What Lambda writes to CloudWatch Logs for an invocation.

https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-logformat.html
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from stackwright.emulator.launcher.function.process import LogEvent
from stackwright.emulator.launcher.function.worker_pool import Outcome

_LEVELS = ("DEBUG", "INFO", "WARN")


def log_group(config: Mapping[str, Any]) -> str:
    """The log group of a function: its own unless configured otherwise."""
    configured = (config.get("LoggingConfig") or {}).get("LogGroup")
    return str(configured or f"/aws/lambda/{config['FunctionName']}")


def invocation_events(config: Mapping[str, Any], request_id: str, outcome: Outcome) -> list[LogEvent]:
    """START, the handler's own output, END and REPORT, in the function's log format."""
    end = int(time.time() * 1000)
    begin = min(end, outcome.events[0].time_ms) if outcome.events else end
    logging = config.get("LoggingConfig") or {}
    if logging.get("LogFormat") == "JSON":
        level = str(logging.get("SystemLogLevel") or "INFO")
        if level not in _LEVELS or _LEVELS.index(level) > _LEVELS.index("INFO"):
            return outcome.events
        first = _platform(begin, "platform.start", _start_record(config, request_id))
        return [first, *outcome.events, _platform(end, "platform.report", _report_record(config, request_id, outcome))]
    version = config.get("Version", "$LATEST")
    return [
        LogEvent(begin, f"START RequestId: {request_id} Version: {version}"),
        *outcome.events,
        LogEvent(end, f"END RequestId: {request_id}"),
        LogEvent(end, _report_line(config, request_id, outcome)),
    ]


def _report_line(config: Mapping[str, Any], request_id: str, outcome: Outcome) -> str:
    parts = [
        f"REPORT RequestId: {request_id}",
        f"Duration: {outcome.duration_ms:.2f} ms",
        f"Billed Duration: {math.ceil(outcome.duration_ms)} ms",
        f"Memory Size: {config.get('MemorySize', 128)} MB",
        f"Max Memory Used: {outcome.memory_mb} MB",
    ]
    if outcome.init_ms is not None:
        parts.append(f"Init Duration: {outcome.init_ms:.2f} ms")
    return "\t".join(parts) + "\t"


def _start_record(config: Mapping[str, Any], request_id: str) -> dict[str, Any]:
    return {"requestId": request_id, "version": config.get("Version", "$LATEST")}


def _report_record(config: Mapping[str, Any], request_id: str, outcome: Outcome) -> dict[str, Any]:
    metrics: dict[str, Any] = {
        "durationMs": round(outcome.duration_ms, 3),
        "billedDurationMs": math.ceil(outcome.duration_ms),
        "memorySizeMB": config.get("MemorySize", 128),
        "maxMemoryUsedMB": outcome.memory_mb,
    }
    if outcome.init_ms is not None:
        metrics["initDurationMs"] = round(outcome.init_ms, 3)
    return {"requestId": request_id, "metrics": metrics, "status": "error" if outcome.failed else "success"}


def _platform(time_ms: int, kind: str, record: Mapping[str, Any]) -> LogEvent:
    stamp = datetime.fromtimestamp(time_ms / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
    return LogEvent(time_ms, json.dumps({"time": stamp, "type": kind, "record": record}))
