"""Lifecycle rules on prefixes under which nothing lies, or what has still to be processed."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final, cast

from stackwright.graph import reveal
from stackwright.rules.finding import Problem
from stackwright.rules.lifecycle.configurations import BUCKET, CONFIGURATION, LifecycleRule, bucket_of, rules_of
from stackwright.rules.rule import graph_rule
from stackwright.rules.triggers import FUNCTION, triggers
from stackwright.rules.view import Node, View

_NOTIFICATION: Final = "s3/bucketNotification:BucketNotification"
_DONE: Final = ("processed", "done", "archive", "finished", "completed", "printed", "handled", "imported")
_PREFIX: Final = re.compile(r"[\"'/]?([A-Za-z][\w.-]*(?:/[\w.-]+)*/)")
_CLOSE: Final = 0.75


@graph_rule("LIF111", "loses", "lifecycle", rows=("S1-5", "S0-3"), each=(CONFIGURATION, BUCKET))
def prefix_that_nothing_has(node: Node, graph: View) -> Iterator[Problem]:
    """A lifecycle rule on a prefix that no key has.

    ## Why is this bad?
    A prefix is the beginning of a key, letter by letter: keys do not begin with `/`, and `*` stands for itself. A rule
    for `/processed` or `process/` does nothing while the objects lie in `processed/`.
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-prefixes.html

    ## Example
    ```python
    bucket = aws.s3.Bucket("letters")
    aws.s3.BucketLifecycleConfiguration(
        "letters",
        bucket=bucket.bucket,
        rules=[
            {"id": "printed", "status": "Enabled", "filter": {"prefix": "/printed/*"}, "expiration": {"days": 30}}
        ],
    )
    ```

    ## Use instead
    ```python
    bucket = aws.s3.Bucket("letters")
    aws.s3.BucketLifecycleConfiguration(
        "letters",
        bucket=bucket.bucket,
        rules=[{"id": "printed", "status": "Enabled", "filter": {"prefix": "printed/"}, "expiration": {"days": 30}}],
    )
    ```
    """
    bucket = bucket_of(node)
    for rule in rules_of(node):
        prefix = rule.prefix
        if not prefix:
            continue
        if prefix.startswith(("/", "s3:")) or "*" in prefix:
            plain = prefix.partition("*")[0].lstrip("/")
            yield node.problem(
                f"{rule.says} is about keys that begin with {prefix!r}, letter by letter",
                fix=f'"prefix": {plain!r}',
                at=f"{rule.path}.filter.prefix",
            )
        elif bucket is not None:
            meant = _meant(prefix, bucket, graph)
            if meant:
                yield node.problem(
                    f"{rule.says} is about {prefix!r}, while this program uses {meant!r} in {bucket.name!r}",
                    fix=f'"prefix": {meant!r}',
                    at=f"{rule.path}.filter.prefix",
                )


@graph_rule("LIF112", "loses", "lifecycle", rows=("S0-3", "S1-5"), each=(CONFIGURATION, BUCKET))
def inputs_that_expire(node: Node, graph: View) -> Iterator[Problem]:
    """A lifecycle rule for what is done, that deletes what arrives.

    ## Why is this bad?
    A notification tells of new objects under one prefix; what could not be processed must wait there until somebody
    looks at it. A rule that is about that prefix, or about everything, deletes it before.
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lifecycle-mgmt.html

    ## Example
    ```python
    bucket = aws.s3.Bucket("letters")
    queue = aws.sqs.Queue("letters")
    aws.s3.BucketNotification(
        "letters",
        bucket=bucket.bucket,
        queues=[{"queue_arn": queue.arn, "events": ["s3:ObjectCreated:*"], "filter_prefix": "incoming/"}],
    )
    aws.s3.BucketLifecycleConfiguration(
        "letters",
        bucket=bucket.bucket,
        rules=[
            {
                "id": "delete-processed-letters",
                "status": "Enabled",
                "filter": {"prefix": ""},
                "expiration": {"days": 30},
            }
        ],
    )
    ```

    ## Use instead
    ```python
    bucket = aws.s3.Bucket("letters")
    queue = aws.sqs.Queue("letters")
    aws.s3.BucketNotification(
        "letters",
        bucket=bucket.bucket,
        queues=[{"queue_arn": queue.arn, "events": ["s3:ObjectCreated:*"], "filter_prefix": "incoming/"}],
    )
    aws.s3.BucketLifecycleConfiguration(
        "letters",
        bucket=bucket.bucket,
        rules=[
            {
                "id": "delete-processed-letters",
                "status": "Enabled",
                "filter": {"prefix": "processed/"},
                "expiration": {"days": 30},
            }
        ],
    )
    ```
    """
    bucket = bucket_of(node)
    if bucket is None:
        return
    arriving = dict(_arriving(bucket, graph))
    for rule in rules_of(node):
        if not rule.enabled or not rule.expires or (rule.filter is None and not rule.inline and not rule.prefix):
            continue  # without a filter: a finding of its own
        if rule.narrowed and not rule.prefix:
            continue  # by tags, which a processor sets, or by size
        done = _done(rule, bucket, graph, arriving)
        if rule.prefix in arriving and any(r.prefix and r.prefix.startswith(done) for r in rules_of(node)):
            continue  # another rule is for what is done, so this one means what it says
        for prefix, notification in arriving.items():
            if done and prefix.startswith(rule.prefix) and not prefix.startswith(done):
                what = f"under {rule.prefix!r}" if rule.prefix else "in the whole bucket"
                yield node.problem(
                    f"{rule.says} is for what is done, {done!r}, and deletes {what}, also what arrives in {prefix!r}",
                    fix=f'"prefix": {done if done.endswith("/") else done + "/"!r}',
                    at=f"{rule.path}.filter",
                    related=[notification.here(f"what arrives in {prefix!r} is processed")],
                )


def _done(rule: LifecycleRule, bucket: Node, graph: View, arriving: Mapping[str, Node]) -> str:
    """Where that lies which the rule means by its name, or by the program; empty when it means what it says."""
    named = str(rule.values.get("id") or "").lower()
    words = [word for word in _DONE if word in named]
    used = sorted(_used(bucket, graph) - set(arriving))
    other = [prefix for prefix in used if any(word in prefix for word in words or _DONE)]
    if words and not any(word in rule.prefix for word in words):
        return other[0] if other else words[0]
    return other[0] if other and rule.prefix in arriving else ""


def _arriving(bucket: Node, graph: View) -> Iterator[tuple[str, Node]]:
    """Prefixes of which new objects are told, with what tells of them."""
    for notification in graph.all(_NOTIFICATION):
        if notification.refers("bucket", BUCKET) is not bucket:
            continue
        for kind in ("lambdaFunctions", "queues", "topics"):
            for item in notification.items(kind):
                prefix = cast("Mapping[str, Any]", item).get("filterPrefix")
                if isinstance(prefix, str) and prefix:
                    yield prefix, notification


def _meant(prefix: str, bucket: Node, graph: View) -> str:
    """A prefix that the program uses and that looks like this one; empty when it uses this one, or none like it."""
    used = _used(bucket, graph)
    if any(prefix.startswith(other) or other.startswith(prefix) for other in used):
        return ""
    same = [other for other in sorted(used) if other.lower().strip("/") == prefix.lower().strip("/")]
    alike = same or difflib.get_close_matches(prefix, sorted(used), 1, _CLOSE)
    return alike[0] if alike else ""


def _used(bucket: Node, graph: View) -> set[str]:
    """Prefixes of a bucket in notifications, policies, variables and source of functions."""
    found = {prefix for prefix, _ in _arriving(bucket, graph)}
    for role in graph.roles:
        for policy in role.policies:
            for statement in policy:
                for resource in statement.resources:
                    if resource.startswith(f"{bucket.arn}/"):
                        found.add(resource.removeprefix(f"{bucket.arn}/").partition("*")[0])
    told = {t.function.urn for t in triggers(graph) if t.node.refers("bucket", BUCKET) is bucket}
    for function in graph.all(FUNCTION):
        variables: Any = reveal(function.get("environment.variables")) or {}
        named = any(value in (bucket.id, bucket.arn) for value in cast("Mapping[str, Any]", variables).values())
        if not named and function.urn not in told:
            continue
        found |= {str(v) for v in cast("Mapping[str, Any]", variables).values() if _PREFIX.fullmatch(str(v))}
        for text in graph.code(function).package.files.values():
            found |= set(re.findall(r"f?[\"']([A-Za-z][\w.-]*/)", text))
    return found - {""}
