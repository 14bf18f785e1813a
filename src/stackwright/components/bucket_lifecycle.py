"""Lifecycle rules of a bucket, and the checks that S3 makes late or not at all."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

from pulumi_aws import s3

from . import limits
from .errors import ComponentError, expect

_ABORT_AFTER_DAYS: Final = 7


@dataclass(frozen=True, kw_only=True, slots=True)
class LifecycleRule:
    """One rule for the objects under a prefix. It does at least one thing.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html

    Args:
        prefix: keys that start with it; empty for all objects. There is no default: a forgotten filter deletes all.
        infrequent_access_days: days after which objects move to STANDARD_IA; at least 30.
        expiration_days: days after which objects are deleted; later than the transition.
        noncurrent_version_expiration_days: days after which versions that are no longer current are deleted, and delete
            markers with nothing behind them.
    """

    prefix: str
    infrequent_access_days: int | None = None
    expiration_days: int | None = None
    noncurrent_version_expiration_days: int | None = None


def read_lifecycle(text: str) -> tuple[tuple[str, LifecycleRule], ...]:
    """Rules from JSON, such as a config value: a list of {id, prefix, …}, with the names that LifecycleRule has.

    They come with their ids, sorted: their order has no meaning.

    Raises:
        ValueError: says what is allowed.
    """
    days = [field.name for field in dataclasses.fields(LifecycleRule) if field.name != "prefix"]
    form = f"a JSON list of {{id, prefix, {', '.join(days)}}}, with days that are whole numbers"
    try:
        rules = [_read_rule(cast("dict[str, Any]", told)) for told in cast("list[Any]", json.loads(text))]
    except (ValueError, TypeError, KeyError, AttributeError):
        raise ValueError(form) from None
    if len({name for name, _ in rules}) < len(rules):
        raise ValueError(f"{form}, each id once")
    return tuple(sorted(rules, key=lambda rule: rule[0]))


def _read_rule(told: dict[str, Any]) -> tuple[str, LifecycleRule]:
    name, prefix = told["id"], told["prefix"]
    days: dict[str, Any] = {key: value for key, value in told.items() if key not in ("id", "prefix")}
    if not (isinstance(name, str) and name and isinstance(prefix, str)):
        raise ValueError("no text")
    if not days or any(type(value) is not int or value < 1 for value in days.values()):
        raise ValueError("no days")
    return name, LifecycleRule(prefix=prefix, **days)


def lifecycle_rules(
    bucket: str, rules: Mapping[str, LifecycleRule], *, versioned: bool
) -> list[s3.BucketLifecycleConfigurationRuleArgs]:
    """The rules of a bucket, and one that removes incomplete multipart uploads.

    Raises:
        ComponentError: a rule does nothing, S3 does not accept it, or it would keep old versions for ever.
    """
    for name, rule in rules.items():
        expect(f"{bucket}: lifecycle rule {name}", rule, LifecycleRule)
        _check(f"{bucket}: lifecycle rule {name}", rule, versioned=versioned)
    cleanup = s3.BucketLifecycleConfigurationRuleArgs(
        id="abort-incomplete-uploads",
        status="Enabled",
        filter=s3.BucketLifecycleConfigurationRuleFilterArgs(prefix=""),
        abort_incomplete_multipart_upload=s3.BucketLifecycleConfigurationRuleAbortIncompleteMultipartUploadArgs(
            days_after_initiation=_ABORT_AFTER_DAYS
        ),
    )
    return [*(_rule(name, rule) for name, rule in rules.items()), cleanup]


def _check(where: str, rule: LifecycleRule, *, versioned: bool) -> None:
    transition, expiration = rule.infrequent_access_days, rule.expiration_days
    noncurrent = rule.noncurrent_version_expiration_days
    if transition is None and expiration is None and noncurrent is None:
        raise ComponentError(f"{where} does nothing", fix="give it infrequent_access_days or expiration_days")
    limits.INFREQUENT_ACCESS_DAYS.check(where, "infrequent_access_days", transition)
    limits.LIFECYCLE_DAYS.check(where, "expiration_days", expiration)
    limits.LIFECYCLE_DAYS.check(where, "noncurrent_version_expiration_days", noncurrent)
    if transition is not None and expiration is not None and expiration <= transition:
        raise ComponentError(
            f"{where} deletes after {expiration} days, but moves to STANDARD_IA after {transition}",
            fix="let expiration_days be greater than infrequent_access_days",
        )
    if versioned and expiration is not None and noncurrent is None:
        raise ComponentError(
            f"{where} expires objects of a versioned bucket but keeps their old versions for ever",
            fix="give it noncurrent_version_expiration_days",
        )


def _rule(name: str, rule: LifecycleRule) -> s3.BucketLifecycleConfigurationRuleArgs:
    transition, noncurrent = rule.infrequent_access_days, rule.noncurrent_version_expiration_days
    return s3.BucketLifecycleConfigurationRuleArgs(
        id=name,
        status="Enabled",
        filter=s3.BucketLifecycleConfigurationRuleFilterArgs(prefix=rule.prefix),
        transitions=[s3.BucketLifecycleConfigurationRuleTransitionArgs(days=transition, storage_class="STANDARD_IA")]
        if transition is not None
        else None,
        expiration=_expiration(rule),
        noncurrent_version_expiration=s3.BucketLifecycleConfigurationRuleNoncurrentVersionExpirationArgs(
            noncurrent_days=noncurrent
        )
        if noncurrent is not None
        else None,
    )


def _expiration(rule: LifecycleRule) -> s3.BucketLifecycleConfigurationRuleExpirationArgs | None:
    if rule.expiration_days is not None:
        # This takes care of markers as well, and S3 refuses both together.
        return s3.BucketLifecycleConfigurationRuleExpirationArgs(days=rule.expiration_days)
    if rule.noncurrent_version_expiration_days is not None:
        return s3.BucketLifecycleConfigurationRuleExpirationArgs(expired_object_delete_marker=True)
    return None
