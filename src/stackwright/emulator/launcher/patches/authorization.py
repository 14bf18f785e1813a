"""Requests are authorized under the names and conditions AWS uses.

AWS: batches of SQS and SNS need the permission of the single call, PartiQL has actions of its own, and a policy can be
limited to the partition keys of a DynamoDB table by ``dynamodb:LeadingKeys``.
https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsqs.html
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
MiniStack: asks for ``sqs:SendMessageBatch`` and the like, and never knows the leading keys, so that a condition with
``ForAllValues`` lets everything pass.
Here: the names are translated before the evaluation, and the keys are read from the request.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from stackwright.emulator.launcher.patching import Patcher
from stackwright.emulator.launcher.shared import SharedState

_NAMES = {
    "sqs:SendMessageBatch": "sqs:SendMessage",
    "sqs:DeleteMessageBatch": "sqs:DeleteMessage",
    "sqs:ChangeMessageVisibilityBatch": "sqs:ChangeMessageVisibility",
    "sns:PublishBatch": "sns:Publish",
}
_EQUALITY = re.compile(r"([#\w]+)\s*=\s*(:\w+)")


def apply(patcher: Patcher, shared: SharedState) -> None:
    """Register the patch."""
    del shared
    patcher.require("ministack.services.dynamodb", "_tables")

    def patch_evaluator(evaluator: Any) -> None:
        def enforce(access_key_id: str, iam_action: str, *rest: Any, **named: Any) -> Any:
            return original(access_key_id, _NAMES.get(iam_action, iam_action), *rest, **named)

        original = patcher.replace(
            evaluator,
            "enforce",
            enforce,
            parameters="access_key_id iam_action service region resource_arn service_context",
        )

    def patch_actions(actions: Any) -> None:
        def context(body: bytes) -> dict[str, Any]:
            tables = patcher.module("ministack.services.dynamodb")._tables
            return {**(original(body) or {}), **_leading_keys(body, tables)}

        original = patcher.replace(actions, "dynamodb_service_context", context, parameters="body")

    patcher.on_import("ministack.core.iam_evaluator", patch_evaluator)
    patcher.on_import("ministack.core.iam_actions", patch_actions)


def _leading_keys(body: bytes, tables: Any) -> dict[str, list[str]]:
    """The condition key with every partition key the request names; without any, the key is absent."""
    try:
        data = json.loads(body or b"{}")
    except ValueError:
        return {}  # MiniStack answers for bad JSON
    found = [_plain(value) for value in _values(data, tables)] if isinstance(data, dict) else []
    return {"dynamodb:leadingkeys": found} if found else {}


def _values(data: Mapping[str, Any], tables: Any) -> Iterator[Any]:
    items = [(data.get("TableName"), data.get("Key") or data.get("Item"))]
    for table, requests in (data.get("RequestItems") or {}).items():
        keys = requests.get("Keys") or [] if isinstance(requests, dict) else [_written(each) for each in requests]
        items += [(table, key) for key in keys]
    for each in data.get("TransactItems") or ():
        items += [(one.get("TableName"), one.get("Key") or one.get("Item")) for one in each.values()]
    for table, item in items:
        name = _partition_key(tables, table, None)
        if name and item and name in item:
            yield item[name]
    yield from _queried(data, _partition_key(tables, data.get("TableName"), data.get("IndexName")))


def _written(request: Mapping[str, Any]) -> Any:
    return (request.get("PutRequest") or {}).get("Item") or (request.get("DeleteRequest") or {}).get("Key")


def _queried(data: Mapping[str, Any], key: str | None) -> Iterator[Any]:
    names = data.get("ExpressionAttributeNames") or {}
    values = data.get("ExpressionAttributeValues") or {}
    for name, value in _EQUALITY.findall(data.get("KeyConditionExpression") or ""):
        if names.get(name, name) == key and value in values:
            yield values[value]


def _partition_key(tables: Any, table: str | None, index: str | None) -> str | None:
    record = tables.get((table or "").rpartition("/")[2]) or {}
    schema = record.get("KeySchema") or []
    for each in record.get("GlobalSecondaryIndexes") or ():
        if each["IndexName"] == index:
            schema = each["KeySchema"]
    return next((each["AttributeName"] for each in schema if each["KeyType"] == "HASH"), None)


def _plain(value: Any) -> str:
    """The value inside ``{"S": "x"}``."""
    return str(next(iter(value.values()))) if isinstance(value, dict) and value else str(value)
