"""What S3 tells of a bucket's objects, and to which functions."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
from pulumi_aws import s3

from .bucket import Bucket
from .component import Component, Transform
from .errors import ComponentError, expect
from .function import Function


@dataclass(frozen=True, kw_only=True, slots=True)
class ObjectEvents:
    """Events of some objects, for one function.

    Args:
        function: invoked asynchronously, with one or more records; the keys in them are URL-encoded.
        events: types of events, such as `s3:ObjectRemoved:*`.
        prefix: keys that start with it; empty for all.
        suffix: keys that end with it; empty for all.
    """

    function: Function
    events: Sequence[str] = ("s3:ObjectCreated:*",)
    prefix: str = ""
    suffix: str = ""


class BucketNotification(Component):
    """The one notification of a bucket. It waits for the permissions, which S3 tests when it is put.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/EventNotifications.html

    Args:
        bucket: a bucket without `send_events`: a second notification would overwrite the first.
        functions: who is told, by a name that stays.
        eventbridge: whether S3 sends all events of the bucket to EventBridge besides.
        transform: changes to inner resources by role, see `Component`.

    Raises:
        ComponentError: the bucket has a notification, nobody is told, or one object would match two filters.
    """

    def __init__(
        self,
        name: str,
        *,
        bucket: Bucket,
        functions: Mapping[str, ObjectEvents],
        eventbridge: bool = False,
        transform: Mapping[str, Transform] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        _check_overlaps(name, functions)
        bucket.claim_notification(name, eventbridge=eventbridge)
        super().__init__("BucketNotification", name, transform=transform, opts=opts)

        permissions = [
            told.function.accept(self, f"{role}-permission", "s3.amazonaws.com", bucket.arn)
            for role, told in functions.items()
        ]
        s3.BucketNotification(
            f"{name}-notification",
            bucket=bucket.bucket_name,
            eventbridge=eventbridge,
            lambda_functions=[
                s3.BucketNotificationLambdaFunctionArgs(
                    id=role,
                    lambda_function_arn=told.function.arn,
                    events=list(told.events),
                    filter_prefix=told.prefix or None,
                    filter_suffix=told.suffix or None,
                )
                for role, told in functions.items()
            ],
            opts=self.inside(depends_on=permissions),
        )
        self.finish()


def _check_overlaps(name: str, functions: Mapping[str, ObjectEvents]) -> None:
    # S3 refuses configurations of which one object would match two.
    # https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-filtering.html
    if not functions:
        raise ComponentError(f"{name} tells nobody", fix="name at least one function")
    for role, told in functions.items():
        expect(f"{name}: {role}", told, ObjectEvents)
    for (role, one), (other_role, other) in itertools.combinations(functions.items(), 2):
        prefixes = one.prefix.startswith(other.prefix) or other.prefix.startswith(one.prefix)
        suffixes = one.suffix.endswith(other.suffix) or other.suffix.endswith(one.suffix)
        if prefixes and suffixes and _same_kind(one.events, other.events):
            raise ComponentError(
                f"{name}: one object could match both {role} and {other_role}, which S3 refuses",
                fix="let their prefixes or suffixes differ, or let one function call the other",
            )


def _same_kind(events: Sequence[str], others: Sequence[str]) -> bool:
    def kinds(names: Sequence[str]) -> set[str]:
        return {name.rstrip("*") for name in names}

    return any(a.startswith(b) or b.startswith(a) for a in kinds(events) for b in kinds(others))
