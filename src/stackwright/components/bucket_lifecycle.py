"""Lifecycle rules of a bucket, checked before S3 refuses them or, worse, accepts them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NotRequired, TypedDict

from pulumi_aws import s3

from . import limits
from .errors import ComponentError

_ABORT_AFTER_DAYS: Final = 7


class LifecycleRuleArgs(TypedDict):
    """One rule for the objects under a prefix."""

    prefix: str
    """Keys that start with it; empty for all objects. It has no default: a forgotten filter deletes everything."""
    infrequent_access_days: NotRequired[int]
    """Days after which objects move to STANDARD_IA; at least 30."""
    expiration_days: NotRequired[int]
    """Days after which objects are deleted; later than the transition."""
    old_versions_days: NotRequired[int]
    """Days after which versions that are no longer current are deleted, and markers of deletion with nothing behind."""


def lifecycle_rules(
    bucket: str, rules: Mapping[str, LifecycleRuleArgs], *, versioned: bool
) -> list[s3.BucketLifecycleConfigurationRuleArgs]:
    """The rules of a bucket, and one that removes incomplete multipart uploads.

    Raises:
        ComponentError: a rule does nothing, S3 does not accept it, or it would keep old versions for ever.
    """
    for name, rule in rules.items():
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


def _check(where: str, rule: LifecycleRuleArgs, *, versioned: bool) -> None:
    transition, expiration, old = (
        rule.get("infrequent_access_days"),
        rule.get("expiration_days"),
        rule.get("old_versions_days"),
    )
    if transition is None and expiration is None and old is None:
        raise ComponentError(f"{where} does nothing", fix="give it infrequent_access_days or expiration_days")
    limits.INFREQUENT_ACCESS_DAYS.check(where, "infrequent_access_days", transition)
    limits.LIFECYCLE_DAYS.check(where, "expiration_days", expiration)
    limits.LIFECYCLE_DAYS.check(where, "old_versions_days", old)
    if transition is not None and expiration is not None and expiration <= transition:
        raise ComponentError(
            f"{where} deletes after {expiration} days, but moves to STANDARD_IA after {transition}",
            fix="let expiration_days be greater than infrequent_access_days",
        )
    if versioned and expiration is not None and old is None:
        raise ComponentError(
            f"{where} expires objects of a versioned bucket but keeps their old versions for ever",
            fix="give it old_versions_days",
        )


def _rule(name: str, rule: LifecycleRuleArgs) -> s3.BucketLifecycleConfigurationRuleArgs:
    transition, expiration, old = (
        rule.get("infrequent_access_days"),
        rule.get("expiration_days"),
        rule.get("old_versions_days"),
    )
    return s3.BucketLifecycleConfigurationRuleArgs(
        id=name,
        status="Enabled",
        filter=s3.BucketLifecycleConfigurationRuleFilterArgs(prefix=rule["prefix"]),
        transitions=[s3.BucketLifecycleConfigurationRuleTransitionArgs(days=transition, storage_class="STANDARD_IA")]
        if transition is not None
        else None,
        expiration=_expiration(expiration, old),
        noncurrent_version_expiration=s3.BucketLifecycleConfigurationRuleNoncurrentVersionExpirationArgs(
            noncurrent_days=old
        )
        if old is not None
        else None,
    )


def _expiration(
    days: int | None, old_versions_days: int | None
) -> s3.BucketLifecycleConfigurationRuleExpirationArgs | None:
    if days is not None:
        # This takes care of markers as well, and S3 refuses both together.
        return s3.BucketLifecycleConfigurationRuleExpirationArgs(days=days)
    if old_versions_days is not None:
        return s3.BucketLifecycleConfigurationRuleExpirationArgs(expired_object_delete_marker=True)
    return None
