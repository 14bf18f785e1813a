"""What the resource types of HTTP and WebSocket APIs have in common."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from stackwright.graph import Resource
from stackwright.provider.aws import Aws
from stackwright.provider.provisioner import Inputs
from stackwright.provider.services._shapes import changed_tags, pascal

GONE: Final = ("NotFoundException",)


def given(new: Inputs, fields: Mapping[str, str]) -> dict[str, Any]:
    """Parameters for the inputs that were given.

    Args:
        fields: input -> parameter.
    """
    values = {theirs: new.get(ours) for ours, theirs in fields.items()}
    return {theirs: _spelled(value) for theirs, value in values.items() if value is not None}


def changed(new: Inputs, old: Resource, fields: Mapping[str, str]) -> dict[str, Any]:
    """Parameters for the inputs that changed; those no longer given go back to their defaults, or to nothing."""
    parameters: dict[str, Any] = {}
    for ours, theirs in fields.items():
        value, before = new.get(ours), old.inputs.get(ours)
        if value == before:
            continue
        if value is None:
            value = new.outputs.get(ours, type(before)())
        parameters[theirs] = _spelled(value)
    return parameters


def _spelled(value: Any) -> Any:
    """Settings are structures of the API; maps whose keys are the program's own must not come here."""
    return pascal(value, {"audiences": "Audience"}) if isinstance(value, dict) else value


def retag(aws: Aws, new: Inputs, old: Resource) -> None:
    """Bring the tags to what the program says now."""
    client, resource = aws.client("apigatewayv2"), old.outputs["arn"]
    wanted, gone = changed_tags(aws, new, old)
    if gone:
        client.untag_resource(ResourceArn=resource, TagKeys=gone)
    if wanted:
        client.tag_resource(ResourceArn=resource, Tags=wanted)


def arn(aws: Aws, path: str) -> str:
    """https://docs.aws.amazon.com/apigateway/latest/developerguide/arn-format-reference.html"""
    return f"arn:{aws.partition}:apigateway:{aws.region}::{path}"


def api_url(aws: Aws, api: str, protocol: str) -> str:
    """Where an API is reached on the endpoint, to be followed by a stage name or, for `$default`, by a path."""
    endpoint = aws.endpoint.url
    if protocol == "WEBSOCKET":
        endpoint = endpoint.replace("http", "ws", 1)
    return f"{endpoint}/_aws/execute-api/{api}"
