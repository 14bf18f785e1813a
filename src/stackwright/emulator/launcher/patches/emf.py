"""Embedded metric format: a log line becomes metrics.

AWS: a JSON log event with ``_aws.CloudWatchMetrics`` is stored and its metrics are published.
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
MiniStack: it is stored only.
Here: the metrics are published when a log event arrives, whether from Lambda or by PutLogEvents.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from stackwright.emulator.launcher.patching import Patcher
from stackwright.emulator.launcher.shared import SharedState


def apply(patcher: Patcher, shared: SharedState) -> None:
    """Register the patch."""
    del shared
    patcher.require("ministack.services.cloudwatch", "_store_datum")

    def patch(logs: Any) -> None:
        def forward(group_name: str, stream_name: str, events: Sequence[Mapping[str, Any]]) -> None:
            for event in events:
                if '"CloudWatchMetrics"' in event["message"]:
                    _publish(patcher.module("ministack.services.cloudwatch"), event["message"])
            original(group_name, stream_name, events)

        original = patcher.replace(
            logs, "_fanout_to_subscription_filters", forward, parameters="group_name stream_name events"
        )

    patcher.on_import("ministack.services.cloudwatch_logs", patch)


def _publish(cloudwatch: Any, message: str) -> None:
    try:
        root = json.loads(message)
    except ValueError:
        return  # a line that only looks like it
    if not isinstance(root, dict) or not isinstance(root.get("_aws"), dict):
        return
    for namespace, dimensions, definition in _definitions(root):
        value = root.get(definition["Name"])
        if value is None:
            continue
        values = [float(each) for each in (value if isinstance(value, list) else [value])]
        stamp = float(root["_aws"].get("Timestamp", time.time() * 1000)) / 1000
        unit = definition.get("Unit", "None")
        cloudwatch._store_datum(namespace, definition["Name"], dimensions, stamp, unit, None, values, None, None)


def _definitions(root: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, str], Mapping[str, Any]]]:
    """(namespace, dimensions, metric) for every metric in every set of dimensions."""
    for directive in root["_aws"].get("CloudWatchMetrics") or ():
        for names in directive.get("Dimensions") or [[]]:
            dimensions = {name: str(root[name]) for name in names if name in root}
            for definition in directive.get("Metrics") or ():
                yield directive["Namespace"], dimensions, definition
