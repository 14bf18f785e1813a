"""A log group that exists before what writes to it, with a retention."""

from __future__ import annotations

import pulumi
from pulumi_aws import cloudwatch

from . import limits
from .component import Component
from .key import Key


def log_group(owner: Component, role: str, name: str, retention_days: int, key: Key | None) -> cloudwatch.LogGroup:
    """Declare the inner resource `<owner>-<role>`.

    Without a key CloudWatch Logs encrypts with a key of its own; with one, the group waits for the key's policy.

    Raises:
        ComponentError: CloudWatch Logs does not offer this retention.
    """
    limits.check_log_retention(owner.label, retention_days)
    if key is not None:
        key.grant_logs(name)
    return cloudwatch.LogGroup(
        f"{owner.label}-{role}",
        name=name,
        retention_in_days=retention_days,
        kms_key_id=key.arn if key is not None else None,
        opts=owner.inside(depends_on=[key.policy] if key is not None else []),
    )


def log_stream_arns(group: cloudwatch.LogGroup) -> pulumi.Output[str]:
    """The streams of a group, as IAM names them. `LogGroup.arn` comes without `:*`."""
    return pulumi.Output.concat(group.arn, ":*")
