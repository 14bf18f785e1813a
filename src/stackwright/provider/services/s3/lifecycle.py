"""Lifecycle rules, in the spelling of the companion resource and in that of `Bucket`.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_LifecycleRule.html
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from stackwright.provider.services._shapes import present
from stackwright.provider.services.s3.shapes import Block, block, filtered, prefix_and_tags, spelled


def rules(given: Iterable[Block]) -> dict[str, Any]:
    """Rules of `BucketLifecycleConfiguration`."""
    return {"Rules": [_rule(rule) for rule in given]}


def inline_rules(given: Iterable[Block]) -> dict[str, Any]:
    """Rules of `Bucket.lifecycleRules`."""
    return {"Rules": [_inline_rule(rule, f"rule-{number}") for number, rule in enumerate(given, start=1)]}


def _rule(rule: Block) -> dict[str, Any]:
    rest = {k: v for k, v in rule.items() if k not in ("filter", "prefix", "expiration")}
    # The old form has a prefix in the rule itself; S3 refuses it together with a filter.
    old_form = {"Prefix": rule["prefix"]} if rule.get("prefix") and not rule.get("filter") else None
    return {
        **spelled(rest),
        **(old_form or {"Filter": filtered(rule.get("filter"))}),
        **present(Expiration=_expiration(rule.get("expiration"))),
    }


def _expiration(given: Block | None) -> dict[str, Any] | None:
    """S3 takes one of date, days and delete marker; the provider fills the others in with nothing."""
    return {k: v for k, v in spelled(given).items() if v} if given else None


def _inline_rule(rule: Block, name: str) -> dict[str, Any]:
    abort = rule.get("abortIncompleteMultipartUploadDays")
    old_versions = block(rule, "noncurrentVersionExpiration")
    moves = rule.get("noncurrentVersionTransitions") or []
    return present(
        ID=rule.get("id") or name,
        Status="Enabled" if rule.get("enabled") else "Disabled",
        Filter=prefix_and_tags(rule.get("prefix"), rule.get("tags")),
        Expiration=_expiration(block(rule, "expiration")),
        Transitions=spelled(rule.get("transitions")) or None,
        AbortIncompleteMultipartUpload={"DaysAfterInitiation": abort} if abort else None,
        NoncurrentVersionExpiration={"NoncurrentDays": old_versions.get("days")} if old_versions else None,
        NoncurrentVersionTransitions=[
            {"NoncurrentDays": move.get("days") or 0, "StorageClass": move["storageClass"]} for move in moves
        ]
        or None,
    )
