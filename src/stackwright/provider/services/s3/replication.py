"""Replication rules, in the spelling of the companion resource and in that of `Bucket`.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_ReplicationRule.html
"""

from __future__ import annotations

from typing import Any

from stackwright.provider.services._shapes import present
from stackwright.provider.services.s3.shapes import Block, block, filtered, prefix_and_tags, spelled


def configuration(role: str, given: list[Block]) -> dict[str, Any]:
    """Role and rules of `BucketReplicationConfig`."""
    return {"Role": role, "Rules": [_rule(rule) for rule in given]}


def inline_configuration(given: Block) -> dict[str, Any]:
    """The block of `Bucket.replicationConfiguration`."""
    return {"Role": given["role"], "Rules": [_inline_rule(rule) for rule in given["rules"]]}


def _rule(rule: Block) -> dict[str, Any]:
    rest = spelled({k: v for k, v in rule.items() if k not in ("filter", "prefix")})
    if rule.get("filter") is not None:
        # S3 wants a priority and a word about delete markers as soon as a rule has a filter.
        newer = {"Priority": 0, "DeleteMarkerReplication": {"Status": "Disabled"}}
        return {**newer, **rest, "Filter": filtered(rule["filter"])}
    return {**rest, "Prefix": rule.get("prefix") or ""}


def _inline_rule(rule: Block) -> dict[str, Any]:
    limits = block(rule, "filter")
    markers = rule.get("deleteMarkerReplicationStatus")
    common = present(
        ID=rule.get("id"),
        Status=rule["status"],
        Destination=_inline_destination(block(rule, "destination")),
        SourceSelectionCriteria=_inline_criteria(block(rule, "sourceSelectionCriteria")),
    )
    if limits is None:
        return {**common, "Prefix": rule.get("prefix") or ""}
    return {
        **common,
        "Priority": rule.get("priority") or 0,
        "Filter": prefix_and_tags(limits.get("prefix"), limits.get("tags")),
        "DeleteMarkerReplication": {"Status": markers or "Disabled"},
    }


def _inline_destination(given: Block) -> dict[str, Any]:
    key, clock, metrics = given.get("replicaKmsKeyId"), block(given, "replicationTime"), block(given, "metrics")
    return present(
        Bucket=given["bucket"],
        Account=given.get("accountId"),
        StorageClass=given.get("storageClass"),
        AccessControlTranslation=spelled(block(given, "accessControlTranslation")),
        EncryptionConfiguration={"ReplicaKmsKeyID": key} if key else None,
        ReplicationTime=_minutes(clock, "Time") if clock else None,
        Metrics=_minutes(metrics, "EventThreshold") if metrics else None,
    )


def _minutes(given: Block, name: str) -> dict[str, Any]:
    return {"Status": given.get("status") or "Enabled", name: {"Minutes": given.get("minutes") or 15}}


def _inline_criteria(given: Block | None) -> dict[str, Any] | None:
    encrypted = block(given, "sseKmsEncryptedObjects") if given else None
    if encrypted is None:
        return None
    return {"SseKmsEncryptedObjects": {"Status": "Enabled" if encrypted.get("enabled") else "Disabled"}}
