"""What the resource types of API Gateway have in common."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from stackwright.graph import Resource
from stackwright.provider.aws import Aws
from stackwright.provider.provisioner import Inputs

GONE: Final = ("NotFoundException",)


def given(new: Inputs, fields: Mapping[str, str]) -> dict[str, Any]:
    """Parameters of a create call for the inputs that were given.

    Args:
        fields: input -> parameter.
    """
    values = {theirs: new.get(ours) for ours, theirs in fields.items()}
    return {k: v for k, v in values.items() if v is not None}


def retag(aws: Aws, new: Inputs, old: Resource) -> None:
    """Bring the tags of a resource to what the program says now."""
    tags, before = aws.tags(new.get("tags")), old.outputs.get("tagsAll") or {}
    if tags == before:
        return
    client, arn = aws.client("apigateway"), old.outputs["arn"]
    gone = [key for key in before if key not in tags]
    if gone:
        client.untag_resource(resourceArn=arn, tagKeys=gone)
    if tags:
        client.tag_resource(resourceArn=arn, tags=tags)


def when(moment: Any) -> str:
    """A time as the provider writes it."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def arn(aws: Aws, path: str) -> str:
    """The ARN of something that API Gateway manages; these have no account.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/arn-format-reference.html
    """
    return f"arn:{aws.partition}:apigateway:{aws.region}::{path}"
