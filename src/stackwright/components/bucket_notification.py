"""What S3 tells of a bucket's objects, and to which functions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NotRequired, TypedDict

import pulumi
from pulumi_aws import s3

from .bucket import Bucket
from .component import Component, ComponentArgs
from .errors import ComponentError
from .function import Function


class ObjectEventsArgs(TypedDict):
    """Events of some objects, for one function."""

    function: Function
    """Invoked asynchronously, with one or more records; the keys in them are URL-encoded."""
    events: NotRequired[Sequence[str]]
    """Such as `s3:ObjectCreated:*`, the default."""
    prefix: NotRequired[str]
    """Keys that start with it; default all."""
    suffix: NotRequired[str]
    """Keys that end with it; default all."""


class BucketNotificationArgs(ComponentArgs):
    """Arguments of a BucketNotification."""

    bucket: Bucket
    """A bucket without `send_events`: a second notification would overwrite the first."""
    functions: Mapping[str, ObjectEventsArgs]
    """Who is told, by a name that stays."""
    eventbridge: NotRequired[bool]
    """Whether S3 sends all events of the bucket to EventBridge besides; default False."""


class BucketNotification(Component):
    """The one notification of a bucket. It waits for the permissions, which S3 tests when it is put.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/EventNotifications.html
    """

    def __init__(self, name: str, args: BucketNotificationArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        _check_overlaps(name, args["functions"])
        bucket = args["bucket"]
        bucket.claim_notification(name, eventbridge=args.get("eventbridge", False))
        super().__init__("BucketNotification", name, args, opts)

        permissions = [
            told["function"].accept(self, f"{role}-permission", "s3.amazonaws.com", bucket.arn)
            for role, told in args["functions"].items()
        ]
        s3.BucketNotification(
            f"{name}-notification",
            bucket=bucket.bucket_name,
            eventbridge=args.get("eventbridge", False),
            lambda_functions=[
                s3.BucketNotificationLambdaFunctionArgs(
                    id=role,
                    lambda_function_arn=told["function"].arn,
                    events=list(told.get("events", ["s3:ObjectCreated:*"])),
                    filter_prefix=told.get("prefix"),
                    filter_suffix=told.get("suffix"),
                )
                for role, told in args["functions"].items()
            ],
            opts=self.inside(depends_on=permissions),
        )
        self.finish()


def _check_overlaps(name: str, told: Mapping[str, ObjectEventsArgs]) -> None:
    # S3 refuses configurations of which one object would match two.
    # https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-filtering.html
    if not told:
        raise ComponentError(f"{name} tells nobody", fix="name at least one function")
    entries = [
        (role, entry.get("prefix", ""), entry.get("suffix", ""), entry.get("events", ["s3:ObjectCreated:*"]))
        for role, entry in told.items()
    ]
    for i, (role, prefix, suffix, events) in enumerate(entries):
        for other, other_prefix, other_suffix, other_events in entries[:i]:
            prefixes = prefix.startswith(other_prefix) or other_prefix.startswith(prefix)
            suffixes = suffix.endswith(other_suffix) or other_suffix.endswith(suffix)
            if prefixes and suffixes and _same_kind(events, other_events):
                raise ComponentError(
                    f"{name}: one object could match both {other} and {role}, which S3 refuses",
                    fix="let their prefixes or suffixes differ, or let one function call the other",
                )


def _same_kind(events: Sequence[str], others: Sequence[str]) -> bool:
    def kinds(names: Sequence[str]) -> set[str]:
        return {name.rstrip("*") for name in names}

    return any(a.startswith(b) or b.startswith(a) for a in kinds(events) for b in kinds(others))
