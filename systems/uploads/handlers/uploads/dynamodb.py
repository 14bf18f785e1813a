"""The metadata table on DynamoDB: each method is one request, or a few pages of one query."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from .aws import client, failing_as
from .errors import MetadataError
from .lifecycle import NEW, Check, Guard, Transition
from .ports import Position
from .records import LISTING, Attribute, FileRecord

INDEX = "upload-time-index"


class DynamoDbMetadataTable:
    """Implements `ports.MetadataTable`."""

    def __init__(self, table_name: str) -> None:
        self._table_name = table_name

    @cached_property
    def _client(self) -> Any:
        return client("dynamodb", read_timeout=5, attempts=3)

    def create(self, record: FileRecord) -> bool:
        """Write a new row (PutItem)."""
        item = {name: _typed(value) for name, value in record.attributes().items()}
        return self._conditionally("PutItem", Item=item, **expressions_of(NEW)) is not None

    def get(self, file_id: str) -> FileRecord | None:
        """Return the row (GetItem, strongly consistent)."""
        with failing_as(MetadataError, "dynamodb GetItem"):
            answer = self._client.get_item(TableName=self._table_name, Key=_key(file_id), ConsistentRead=True)
        return _record(answer["Item"]) if "Item" in answer else None

    def apply(self, file_id: str, transition: Transition) -> FileRecord | None:
        """Apply a transition (UpdateItem)."""
        expressions = expressions_of(transition.guard, transition)
        answer = self._conditionally("UpdateItem", Key=_key(file_id), ReturnValues="ALL_NEW", **expressions)
        return None if answer is None else _record(answer["Attributes"])

    def remove(self, file_id: str, guard: Guard) -> bool:
        """Remove the row (DeleteItem)."""
        return self._conditionally("DeleteItem", Key=_key(file_id), **expressions_of(guard)) is not None

    def newest(self, limit: int, after: Position | None) -> list[FileRecord]:
        """Return a page of rows (Query on the index, eventually consistent)."""
        rows: list[FileRecord] = []
        start = None if after is None else _index_key(after)
        while True:
            with failing_as(MetadataError, "dynamodb Query"):
                answer = self._client.query(
                    TableName=self._table_name,
                    IndexName=INDEX,
                    KeyConditionExpression="#listing = :listing",
                    ExpressionAttributeNames={"#listing": "listing"},
                    ExpressionAttributeValues={":listing": {"S": LISTING}},
                    ScanIndexForward=False,
                    Limit=limit - len(rows),
                    **({} if start is None else {"ExclusiveStartKey": start}),
                )
            rows += [_record(item) for item in answer["Items"]]
            start = answer.get("LastEvaluatedKey")
            if start is None or len(rows) >= limit:
                return rows

    def _conditionally(self, operation: str, **arguments: Any) -> dict[str, Any] | None:
        """Make a conditional write; None if its condition does not hold."""
        method = {"PutItem": "put_item", "UpdateItem": "update_item", "DeleteItem": "delete_item"}[operation]
        try:
            with failing_as(MetadataError, f"dynamodb {operation}"):
                return getattr(self._client, method)(TableName=self._table_name, **arguments)
        except MetadataError as error:
            if error.code == "ConditionalCheckFailedException":
                return None
            raise


def expressions_of(guard: Guard, transition: Transition | None = None) -> dict[str, Any]:
    """Render a guard, and what a transition changes, as arguments of a conditional write.

    Every name and value becomes a placeholder, so that none can be a reserved word.
    """
    placeholders = _Placeholders()
    arguments: dict[str, Any] = {}
    if transition is not None:
        assignments = [f"{placeholders.name(n)} = {placeholders.value(v)}" for n, v in transition.assign.items()]
        arguments["UpdateExpression"] = f"SET {', '.join(assignments)}"
        if transition.remove:
            arguments["UpdateExpression"] += f" REMOVE {', '.join(map(placeholders.name, transition.remove))}"
    alternatives = [" AND ".join(_check(check, placeholders) for check in checks) for checks in guard]
    arguments["ConditionExpression"] = " OR ".join(f"({alternative})" for alternative in alternatives)
    arguments["ExpressionAttributeNames"] = placeholders.names
    # DynamoDB refuses an empty map.
    if placeholders.values:
        arguments["ExpressionAttributeValues"] = placeholders.values
    return arguments


class _Placeholders:
    def __init__(self) -> None:
        self.names: dict[str, str] = {}
        self.values: dict[str, dict[str, str]] = {}

    def name(self, attribute: str) -> str:
        self.names[f"#{attribute}"] = attribute
        return f"#{attribute}"

    def value(self, value: Attribute) -> str:
        placeholder = f":v{len(self.values)}"
        self.values[placeholder] = _typed(value)
        return placeholder


def _check(check: Check, placeholders: _Placeholders) -> str:
    name = placeholders.name(check.attribute)
    if check.operator == "exists":
        return f"attribute_exists({name})"
    if check.operator == "absent":
        return f"attribute_not_exists({name})"
    return f"{name} {check.operator} {placeholders.value(check.value)}"


def _typed(value: Attribute) -> dict[str, str]:
    return {"S": str(value)} if isinstance(value, str) else {"N": str(value)}


def _record(item: dict[str, dict[str, str]]) -> FileRecord:
    return FileRecord.from_attributes(
        {name: int(typed["N"]) if "N" in typed else typed["S"] for name, typed in item.items()}
    )


def _key(file_id: str) -> dict[str, dict[str, str]]:
    return {"file_id": {"S": file_id}}


def _index_key(position: Position) -> dict[str, dict[str, str]]:
    return {
        "listing": {"S": LISTING},
        "upload_time": {"S": position.upload_time},
        "file_id": {"S": position.file_id},
    }
