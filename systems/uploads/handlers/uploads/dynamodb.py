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
        expression = _Expression()
        return (
            self._conditionally(
                "PutItem",
                Item={name: _typed(value) for name, value in record.attributes().items()},
                ConditionExpression=expression.condition(NEW),
                **expression.arguments(),
            )
            is not None
        )

    def get(self, file_id: str) -> FileRecord | None:
        """Return the row (GetItem, strongly consistent)."""
        with failing_as(MetadataError, "dynamodb GetItem"):
            answer = self._client.get_item(TableName=self._table_name, Key=_key(file_id), ConsistentRead=True)
        return _record(answer["Item"]) if "Item" in answer else None

    def apply(self, file_id: str, transition: Transition) -> FileRecord | None:
        """Apply a transition (UpdateItem)."""
        expression = _Expression()
        answer = self._conditionally(
            "UpdateItem",
            Key=_key(file_id),
            UpdateExpression=expression.update(transition),
            ConditionExpression=expression.condition(transition.guard),
            ReturnValues="ALL_NEW",
            **expression.arguments(),
        )
        return None if answer is None else _record(answer["Attributes"])

    def remove(self, file_id: str, guard: Guard) -> bool:
        """Remove the row (DeleteItem)."""
        expression = _Expression()
        return (
            self._conditionally(
                "DeleteItem",
                Key=_key(file_id),
                ConditionExpression=expression.condition(guard),
                **expression.arguments(),
            )
            is not None
        )

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


class _Expression:
    """Renders guards and transitions; every name and value becomes a placeholder, so none can be a reserved word."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}
        self._values: dict[str, dict[str, str]] = {}

    def condition(self, guard: Guard) -> str:
        return " OR ".join(f"({' AND '.join(self._check(check) for check in checks)})" for checks in guard)

    def update(self, transition: Transition) -> str:
        assignments = [f"{self._name(name)} = {self._value(value)}" for name, value in transition.assign.items()]
        removals = [self._name(name) for name in transition.remove]
        return f"SET {', '.join(assignments)}" + (f" REMOVE {', '.join(removals)}" if removals else "")

    def arguments(self) -> dict[str, Any]:
        """Return what the placeholders stand for; DynamoDB refuses an empty map of values."""
        names = {placeholder: name for name, placeholder in self._names.items()}
        values = {"ExpressionAttributeValues": self._values} if self._values else {}
        return {"ExpressionAttributeNames": names, **values}

    def _check(self, check: Check) -> str:
        name = self._name(check.attribute)
        if check.operator == "exists":
            return f"attribute_exists({name})"
        if check.operator == "absent":
            return f"attribute_not_exists({name})"
        return f"{name} {check.operator} {self._value(check.value)}"

    def _name(self, attribute: str) -> str:
        return self._names.setdefault(attribute, f"#n{len(self._names)}")

    def _value(self, value: Attribute) -> str:
        placeholder = f":v{len(self._values)}"
        self._values[placeholder] = _typed(value)
        return placeholder


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
