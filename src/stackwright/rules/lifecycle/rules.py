"""Lifecycle rules that delete too much, nothing, or that S3 refuses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, cast

from stackwright.rules.finding import Problem
from stackwright.rules.lifecycle.configurations import (
    BUCKET,
    CONFIGURATION,
    LifecycleRule,
    all_rules,
    bucket_of,
    is_versioned,
    rules_of,
)
from stackwright.rules.rule import graph_rule
from stackwright.rules.view import Node, View

# https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-transition-general-considerations.html
_INFREQUENT: Final = ("STANDARD_IA", "ONEZONE_IA")
_LEAST_DAYS: Final = 30
_COLD: Final = ("GLACIER", "DEEP_ARCHIVE")


@graph_rule("LIF101", "loses", "lifecycle", rows=("S0-3", "S2-13"), each=CONFIGURATION)
def lifecycle_rule_without_filter(node: Node, graph: View) -> Iterator[Problem]:
    """A lifecycle rule on objects that does not say which.

    ## Why is this bad?
    Without `filter` (or the older `prefix`) a rule is about the whole bucket: what waits to be processed goes with what
    is done. The provider warns of such rules, and will refuse them. For all objects one writes `filter={"prefix": ""}`.
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-filters.html

    ## Example
    ```python
    bucket = aws.s3.Bucket("letters")
    aws.s3.BucketLifecycleConfiguration(
        "letters",
        bucket=bucket.bucket,
        rules=[{"id": "delete-printed", "status": "Enabled", "expiration": {"days": 30}}],
    )
    ```

    ## Use instead
    ```python
    bucket = aws.s3.Bucket("letters")
    aws.s3.BucketLifecycleConfiguration(
        "letters",
        bucket=bucket.bucket,
        rules=[
            {"id": "delete-printed", "status": "Enabled", "filter": {"prefix": "printed/"}, "expiration": {"days": 30}}
        ],
    )
    ```
    """
    for rule in rules_of(node):
        if rule.filter is None and "prefix" not in rule.values and rule.enabled and (rule.expires or rule.transitions):
            does = "deletes" if rule.expires else "moves"
            yield node.problem(
                f"{rule.says} has no filter, so it {does} everything in the bucket",
                fix='"filter": {"prefix": "<what is done>/"}, or {"prefix": ""} for all objects',
                at=rule.path,
            )


@graph_rule("LIF102", "leaks", "lifecycle", rows=("S0-3", "S1-5", "S2-13"), each=BUCKET)
def old_versions_for_ever(bucket: Node, graph: View) -> Iterator[Problem]:
    """A versioned bucket with objects that expire, whose old versions never go.

    ## Why is this bad?
    In a versioned bucket an expiration writes a delete marker, and the object stays as an old version: nothing is
    deleted, whatever the rule promises to whom, and everything is paid for.
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html

    ## Example
    ```python
    bucket = aws.s3.Bucket("letters")
    aws.s3.BucketVersioning("letters", bucket=bucket.bucket, versioning_configuration={"status": "Enabled"})
    aws.s3.BucketLifecycleConfiguration(
        "letters",
        bucket=bucket.bucket,
        rules=[
            {"id": "delete-printed", "status": "Enabled", "filter": {"prefix": "printed/"}, "expiration": {"days": 30}}
        ],
    )
    ```

    ## Use instead
    ```python
    bucket = aws.s3.Bucket("letters")
    aws.s3.BucketVersioning("letters", bucket=bucket.bucket, versioning_configuration={"status": "Enabled"})
    aws.s3.BucketLifecycleConfiguration(
        "letters",
        bucket=bucket.bucket,
        rules=[
            {
                "id": "delete-printed",
                "status": "Enabled",
                "filter": {"prefix": "printed/"},
                "expiration": {"days": 30},
                "noncurrent_version_expiration": {"noncurrent_days": 7},
            }
        ],
    )
    ```
    """
    rules = [rule for rule in all_rules(bucket, graph) if rule.enabled]
    expiring = [rule for rule in rules if rule.expires]
    ending = [rule for rule in rules if rule.section("noncurrentVersionExpiration")]
    for rule in expiring:
        if any(rule.prefix.startswith(other.prefix) for other in ending):
            continue
        versioning = is_versioned(bucket, graph)
        if versioning is not None:
            yield rule.node.problem(
                f"{rule.says} expires objects of the bucket {bucket.name!r}, which keeps their versions for ever",
                fix='"noncurrent_version_expiration": {"noncurrent_days": 7}',
                at=rule.path,
                related=[versioning.here("versioning is switched on")],
            )


@graph_rule("LIF103", "breaks", "lifecycle", rows=("S2-13",), each=(CONFIGURATION, BUCKET))
def lifecycle_rule_that_is_refused(node: Node, graph: View) -> Iterator[Problem]:
    """A lifecycle rule that S3 refuses.

    ## Why is this bad?
    Objects move to an infrequent access class after 30 days at the earliest, stay there for 30 days before they move to
    Glacier, and expire after they have moved; so do noncurrent versions. Ids are unique, and a rule has something to
    do.
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-transition-general-considerations.html

    ## Example
    ```python
    bucket = aws.s3.Bucket("letters")
    aws.s3.BucketLifecycleConfiguration(
        "letters",
        bucket=bucket.bucket,
        rules=[
            {
                "id": "old",
                "status": "Enabled",
                "filter": {"prefix": ""},
                "transitions": [{"days": 7, "storage_class": "STANDARD_IA"}],
                "expiration": {"days": 90},
            }
        ],
    )
    ```

    ## Use instead
    ```python
    bucket = aws.s3.Bucket("letters")
    aws.s3.BucketLifecycleConfiguration(
        "letters",
        bucket=bucket.bucket,
        rules=[
            {
                "id": "old",
                "status": "Enabled",
                "filter": {"prefix": ""},
                "transitions": [{"days": 30, "storage_class": "STANDARD_IA"}],
                "expiration": {"days": 90},
            }
        ],
    )
    ```
    """
    seen: set[str] = set()
    for rule in rules_of(node):
        name = str(rule.values.get("id") or "")
        if name and name in seen:
            yield node.problem(f"{rule.says} is there twice", fix="Give each rule an id of its own.", at=rule.path)
        seen.add(name)
        yield from _refused(rule)


@graph_rule("LIF104", "loses", "lifecycle", rows=("S0-3", "S1-5"), each=CONFIGURATION)
def two_lifecycle_configurations(node: Node, graph: View) -> Iterator[Problem]:
    """Two lifecycle configurations of one bucket.

    ## Why is this bad?
    A bucket has one configuration. The second one replaces the rules of the first, and which is the second depends on
    which happened to be made later.
    https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketLifecycleConfiguration.html

    ## Example
    ```python
    bucket = aws.s3.Bucket("letters")
    for place, days in (("printed/", 30), ("returned/", 90)):
        aws.s3.BucketLifecycleConfiguration(
            place,
            bucket=bucket.bucket,
            rules=[{"id": place, "status": "Enabled", "filter": {"prefix": place}, "expiration": {"days": days}}],
        )
    ```

    ## Use instead
    ```python
    bucket = aws.s3.Bucket("letters")
    aws.s3.BucketLifecycleConfiguration(
        "letters",
        bucket=bucket.bucket,
        rules=[
            {"id": place, "status": "Enabled", "filter": {"prefix": place}, "expiration": {"days": days}}
            for place, days in (("printed/", 30), ("returned/", 90))
        ],
    )
    ```
    """
    bucket = bucket_of(node)
    if bucket is None:
        return
    same = [other for other in graph.all(CONFIGURATION) if bucket_of(other) is bucket]
    if same[0] is not node:
        first = same[0]
    elif bucket.given("lifecycleRules"):
        first = bucket
    else:
        return
    yield node.problem(
        f"the bucket {bucket.name!r} has the lifecycle rules of {first.name!r} and of {node.name!r}; one set "
        "overwrites the other",
        fix="One aws.s3.BucketLifecycleConfiguration with all rules.",
        related=[first.here("the other rules")],
    )


@graph_rule("LIF105", "preference", "lifecycle", rows=("S0-3", "S1-5", "S2-13"), each=BUCKET)
def lifecycle_rules_in_the_bucket(bucket: Node, graph: View) -> Iterator[Problem]:
    """Lifecycle rules as an input of a bucket, which is deprecated.

    ## Why is this bad?
    The provider has a resource for them; the input of the bucket will go.
    https://www.pulumi.com/registry/packages/aws/api-docs/s3/bucketlifecycleconfiguration/

    ## Example
    ```python
    aws.s3.Bucket("letters", lifecycle_rules=[{"enabled": True, "prefix": "printed/", "expiration": {"days": 30}}])
    ```

    ## Use instead
    ```python
    bucket = aws.s3.Bucket("letters")
    aws.s3.BucketLifecycleConfiguration(
        "letters",
        bucket=bucket.bucket,
        rules=[
            {"id": "delete-printed", "status": "Enabled", "filter": {"prefix": "printed/"}, "expiration": {"days": 30}}
        ],
    )
    ```
    """
    if bucket.given("lifecycleRules"):
        yield bucket.problem(
            f"the bucket {bucket.name!r} has lifecycle_rules, a deprecated input",
            fix="aws.s3.BucketLifecycleConfiguration(…, bucket=bucket.bucket, rules=[…])",
            at="lifecycleRules",
        )


def _refused(rule: LifecycleRule) -> Iterator[Problem]:
    days: Any = rule.section("expiration").get("days")
    for transition in rule.transitions:
        after: Any = transition.get("days")
        to = str(transition.get("storageClass"))
        if not isinstance(after, int):
            continue
        if to in _INFREQUENT and after < _LEAST_DAYS:
            yield rule.node.problem(
                f"{rule.says} moves objects to {to} after {after} days; S3 does so after {_LEAST_DAYS} at the earliest",
                fix=f"days={_LEAST_DAYS}",
                at=f"{rule.path}.transitions",
            )
        elif isinstance(days, int) and days <= after:
            yield rule.node.problem(
                f"{rule.says} moves objects to {to} after {after} days, and deletes them after {days}",
                fix="An expiration later than the transition.",
                at=f"{rule.path}.expiration",
            )
    yield from _too_soon(rule)
    yield from _versions_gone_before(rule)
    parts = (
        "expiration",
        "noncurrentVersionExpiration",
        "noncurrentVersionTransitions",
        "abortIncompleteMultipartUpload",
        "abortIncompleteMultipartUploadDays",
    )
    if not rule.transitions and not any(rule.values.get(part) for part in parts):
        yield rule.node.problem(
            f"{rule.says} does nothing", fix='An action such as "expiration": {"days": 30}.', at=rule.path
        )


def _too_soon(rule: LifecycleRule) -> Iterator[Problem]:
    """A move to Glacier less than 30 days after one to infrequent access."""
    days = {str(t.get("storageClass")): t.get("days") for t in rule.transitions}
    for cold in _COLD:
        for infrequent in _INFREQUENT:
            first: Any = days.get(infrequent)
            then: Any = days.get(cold)
            if isinstance(first, int) and isinstance(then, int) and first <= then < first + _LEAST_DAYS:
                yield rule.node.problem(
                    f"{rule.says} moves objects to {infrequent} after {first} days and to {cold} after {then}; S3 "
                    f"keeps them in {infrequent} for {_LEAST_DAYS} days at least",
                    fix=f"days={first + _LEAST_DAYS} for {cold}, or one move only.",
                    at=f"{rule.path}.transitions",
                )


def _versions_gone_before(rule: LifecycleRule) -> Iterator[Problem]:
    """Noncurrent versions that are deleted before they move."""
    gone: Any = rule.section("noncurrentVersionExpiration").get("noncurrentDays")
    moves: Any = rule.values.get("noncurrentVersionTransitions")
    for move in cast("list[Any]", moves) if isinstance(moves, list) else []:
        after: Any = cast("dict[str, Any]", move).get("noncurrentDays") if isinstance(move, dict) else None
        if isinstance(after, int) and isinstance(gone, int) and gone <= after:
            yield rule.node.problem(
                f"{rule.says} moves noncurrent versions after {after} days, and deletes them after {gone}",
                fix="An expiration later than the transition.",
                at=f"{rule.path}.noncurrentVersionExpiration",
            )
