"""What is known of the events that a function gets: the buckets they come from, and how keys begin and end.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, cast

from stackwright.graph import Graph, Resource, reveal
from stackwright.iam.code.values import ANYTHING, Seq, Table, Text, Value, join
from stackwright.iam.patterns import HOLE


def event_of(function: Resource, graph: Graph) -> Value:
    """The event of a function that a bucket's notification or a rule on a bucket's events invokes; else anything."""
    arn = reveal(function.outputs.get("arn"))
    if not isinstance(arn, str):
        return ANYTHING
    records = [
        Table({"s3": _object(bucket, key)}, ANYTHING)
        for notification in graph.of_type("aws:s3/bucketNotification:BucketNotification")
        for bucket, key in _notified(notification.inputs, arn)
    ]
    details = [
        _object(bucket, key)
        for target in graph.of_type("aws:cloudwatch/eventTarget:EventTarget")
        if _is_of(reveal(target.inputs.get("arn")), arn) and not _changes(target.inputs)
        for bucket, key in _matched(target, graph)
    ]
    event: dict[str, Value] = {}
    if records:
        event["Records"] = Seq(list(records), open=True)
    if details:
        event["detail"] = join(details)
    return Table(event, ANYTHING) if event else ANYTHING


def _object(bucket: str, key: str) -> Table:
    named = Table({"name": Text(bucket), "arn": Text(f"arn:aws:s3:::{bucket}")}, ANYTHING)
    return Table({"bucket": named, "object": Table({"key": Text(key)}, ANYTHING)}, ANYTHING)


def _notified(inputs: Mapping[str, Any], arn: str) -> Iterator[tuple[str, str]]:
    bucket = reveal(inputs.get("bucket"))
    for target in _maps(inputs.get("lambdaFunctions")):
        if isinstance(bucket, str) and _is_of(target.get("lambdaFunctionArn"), arn):
            yield bucket, f"{_text(target.get('filterPrefix'))}{HOLE}{_text(target.get('filterSuffix'))}"


def _matched(target: Resource, graph: Graph) -> Iterator[tuple[str, str]]:
    rules = graph.of_type("aws:cloudwatch/eventRule:EventRule")
    named = [r for r in rules if reveal(r.outputs.get("name")) == reveal(target.inputs.get("rule"))]
    for rule in named:
        pattern = reveal(rule.inputs.get("eventPattern"))
        try:
            detail = _map(_map(json.loads(pattern) if isinstance(pattern, str) else pattern).get("detail"))
        except ValueError:
            continue
        keys = _map(detail.get("object")).get("key")
        only = cast("list[Any]", keys)[0] if isinstance(keys, list) and len(cast("list[Any]", keys)) == 1 else None
        for bucket in _list(_map(detail.get("bucket")).get("name")):
            if isinstance(bucket, str):
                yield bucket, f"{_text(_map(only).get('prefix'))}{HOLE}{_text(_map(only).get('suffix'))}"


def _changes(inputs: Mapping[str, Any]) -> bool:
    return any(inputs.get(name) is not None for name in ("input", "inputPath", "inputTransformer"))


def _is_of(value: Any, arn: str) -> bool:
    return isinstance(value, str) and (value == arn or value.startswith(f"{arn}:"))


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _list(value: Any) -> list[Any]:
    return cast("list[Any]", value) if isinstance(value, list) else []


def _map(value: Any) -> Mapping[str, Any]:
    return cast("Mapping[str, Any]", value) if isinstance(value, Mapping) else {}


def _maps(value: Any) -> list[Mapping[str, Any]]:
    return [_map(item) for item in _list(reveal(value))]
