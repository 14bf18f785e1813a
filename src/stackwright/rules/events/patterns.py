"""Patterns of EventBridge rules."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final, cast

from stackwright.rules.finding import Problem
from stackwright.rules.rule import graph_rule
from stackwright.rules.triggers import pattern_of
from stackwright.rules.view import Node, View

_RULE: Final = "cloudwatch/eventRule:EventRule"
# https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html; $or is an operator.
_ENVELOPE: Final = frozenset(
    ("version", "id", "detail-type", "source", "account", "time", "region", "resources", "detail", "replay-name", "$or")
)
# What a service sends, as of 2026-11-28: https://docs.aws.amazon.com/AmazonS3/latest/userguide/EventBridge.html,
# https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html
_SENT: Final[Mapping[str, tuple[str, ...]]] = {
    "aws.s3": (
        "Object Created",
        "Object Deleted",
        "Object Restore Initiated",
        "Object Restore Completed",
        "Object Restore Expired",
        "Object Storage Class Changed",
        "Object Access Tier Changed",
        "Object ACL Updated",
        "Object Tags Added",
        "Object Tags Deleted",
    ),
    "aws.states": ("Step Functions Execution Status Change",),
}
_BUCKET: Final = "s3/bucket:Bucket"
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html; old buckets may have capital letters.
_BUCKET_NAME: Final = re.compile(r"[a-zA-Z0-9._-]{3,255}")
_OF_ALL: Final = ("AWS API Call via CloudTrail", "AWS Service Event via CloudTrail")
_S3_DETAIL: Final = frozenset(
    (
        "version",
        "bucket",
        "object",
        "request-id",
        "requester",
        "source-ip-address",
        "reason",
        "deletion-type",
        "restore-expiry-time",
        "source-storage-class",
        "destination-storage-class",
        "destination-access-tier",
        "$or",
    )
)


@graph_rule("EVT105", "loses", "event-wiring", rows=("S3-3", "S2-7"), each=_RULE)
def pattern_that_cannot_match(rule: Node, graph: View) -> Iterator[Problem]:
    """A rule whose pattern no event can match, or that EventBridge refuses.

    ## Why is this bad?
    Names are compared letter by letter: `detailType`, `s3:ObjectCreated:*`, the ARN of a bucket where its name belongs,
    or the events of an AWS service on a bus of one's own match nothing, and the rule is silent for ever. EventBridge
    refuses a value that is no list. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html

    ## Example
    ```python
    pattern = {"source": ["aws.s3"], "detail-type": ["s3:ObjectCreated:*"]}
    aws.cloudwatch.EventRule("arrived", event_pattern=json.dumps(pattern))
    ```

    ## Use instead
    ```python
    pattern = {"source": ["aws.s3"], "detail-type": ["Object Created"]}
    aws.cloudwatch.EventRule("arrived", event_pattern=json.dumps(pattern))
    ```
    """
    if not rule.text("eventPattern"):
        return
    pattern = rule.document("eventPattern")
    found = [("it is no JSON object", "json.dumps")] if pattern is None else _faults(pattern)
    for why, fix in (*found, *_bucket(rule, graph), *_bus(rule, graph)):
        yield rule.problem(f"the rule {rule.name!r} matches nothing: {why}", fix=fix, at="eventPattern")


def _faults(pattern: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name in pattern:
        if name not in _ENVELOPE:
            yield f"no event has {name!r}", f"One of {', '.join(sorted(_ENVELOPE))}."
    for path, value in _leaves(pattern):
        if not isinstance(value, list):
            yield f"{path!r} is {value!r}, where EventBridge takes lists alone", f"[{value!r}]"
        elif not value:
            yield f"{path!r} is an empty list", "At least one value."
    sources, kinds = _exact(pattern.get("source")), _exact(pattern.get("detail-type"))
    if len(sources) != 1 or sources[0] not in _SENT:
        return
    sent = (*_SENT[sources[0]], *_OF_ALL)
    if kinds and not any(kind in sent for kind in kinds):
        yield f"{sources[0]} sends no {kinds[0]!r}", f"One of {', '.join(map(repr, sent[:3]))}, …"
    detail = pattern.get("detail")
    if sources[0] == "aws.s3" and isinstance(detail, dict) and kinds and not any("CloudTrail" in k for k in kinds):
        fields = cast("dict[str, Any]", detail)
        for name in fields:
            if name not in _S3_DETAIL:
                yield f"the detail of {kinds[0]!r} has no {name!r}", 'detail: {"bucket": {"name": [...]}, "object": …}'


def _bucket(rule: Node, graph: View) -> Iterator[tuple[str, str]]:
    """Events of S3 name a bucket by its name alone."""
    pattern = pattern_of(rule)
    detail = pattern.get("detail")
    if _exact(pattern.get("source")) != ["aws.s3"] or not isinstance(detail, dict):
        return
    bucket = cast("dict[str, Any]", detail).get("bucket")
    names = _exact(cast("dict[str, Any]", bucket).get("name")) if isinstance(bucket, dict) else []
    if not names:
        return
    if all(not _BUCKET_NAME.fullmatch(name) or name.endswith(".amazonaws.com") for name in names):
        yield f"the bucket's name is never {names[0]!r}", "bucket.bucket, in place of its ARN or address"
    called = [b for b in graph.all(_BUCKET) if b.name == names[0]]
    if len(names) == 1 and called and graph.find(names[0], _BUCKET) is None:
        yield f"{names[0]!r} is what the program calls a bucket of another name", "bucket.bucket"


def _bus(rule: Node, graph: View) -> Iterator[tuple[str, str]]:
    """Services send to the default bus; others get their events from rules that pass them on."""
    bus = graph.find(rule.text("eventBusName"), "cloudwatch/eventBus:EventBus")
    sources = _exact(pattern_of(rule).get("source"))
    if bus is None or not sources or not all(s.startswith("aws.") for s in sources):
        return
    if "eventSourceName" in bus.resource.inputs or graph.all("cloudwatch/eventBusPolicy:EventBusPolicy"):
        return
    passed_on = [t for t in graph.all("cloudwatch/eventTarget:EventTarget") if t.get("arn") == bus.arn]
    if not passed_on:
        yield f"{sources[0]} sends to the default bus, and this one is {bus.text('name')!r}", "No event_bus_name."


def _leaves(value: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, Any]]:
    for name, inner in value.items():
        here = f"{path}.{name}" if path else str(name)
        if isinstance(inner, dict):
            yield from _leaves(cast("Mapping[str, Any]", inner), here)
        else:
            yield here, inner


def _exact(value: Any) -> list[str]:
    """Texts, when there is nothing but texts."""
    listed = cast("list[Any]", value) if isinstance(value, list) else []
    return [v for v in listed if isinstance(v, str)] if all(isinstance(v, str) for v in listed) else []
