"""Calls to DynamoDB streams are authorized on the stream.

AWS: DescribeStream, GetShardIterator and GetRecords need their permission on the ARN of the stream.
https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html
MiniStack: knows no resource of these calls, and asks for the permission on every one.
Here: the stream that the request names, or that its shard iterator was given out for.
"""

from __future__ import annotations

import json
from typing import Any

from stackwright.emulator.launcher.patching import Patcher
from stackwright.emulator.launcher.shared import SharedState


def apply(patcher: Patcher, shared: SharedState) -> None:
    """Register the patch."""
    del shared
    patcher.require("ministack.services.dynamodb_streams", "_decode_iterator")

    def patch(actions: Any) -> None:
        def resource(service: str, method: str, path: str, headers: Any, body: bytes, *rest: Any, **more: Any) -> str:
            found = _stream(patcher, body) if service == "dynamodbstreams" else ""
            return found or original(service, method, path, headers, body, *rest, **more)

        original = patcher.replace(
            actions,
            "extract_resource_arn",
            resource,
            parameters="service method path headers body query_params region account_id",
        )

    patcher.on_import("ministack.core.iam_actions", patch)


def _stream(patcher: Patcher, body: bytes) -> str:
    try:
        data = json.loads(body or b"{}")
    except ValueError:
        return ""  # MiniStack answers for bad JSON
    if not isinstance(data, dict):
        return ""
    arn = data.get("StreamArn")
    if not arn and data.get("ShardIterator"):
        streams = patcher.module("ministack.services.dynamodb_streams")
        arn = (streams._decode_iterator(str(data["ShardIterator"])) or {}).get("arn")
    return str(arn or "")
