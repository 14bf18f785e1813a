"""A table on DynamoDB, and the idempotency records in it."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any, Final

from aws_lambda_powertools.utilities.idempotency import DynamoDBPersistenceLayer

from ..aws import client, failing_as
from ..errors import TableError
from .expressions import attribute_of, condition_of, query_of, typed, update_of
from .items import ConditionFailed, Delete, Item, Position, Put, Query, Refused, Scan, Write

_ATTEMPTS: Final = 10
_FIRST_DELAY_SECONDS: Final = 0.02
_LONGEST_DELAY_SECONDS: Final = 0.8

# Another transaction is at the same item, or the table is overrun for a moment. The SDK retries neither.
# https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
_PASSING_REASONS: Final = frozenset({"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"})
_CONFLICT: Final = "TransactionConflictException"
_REFUSED: Final = "ConditionalCheckFailed"


class DynamoDbTable:
    """A table whose items have one key attribute, a text; implements `items.Table`.

    Args:
        table_name: its name on AWS.
        key: the key attribute.
        sleep: waits between attempts.
    """

    def __init__(self, table_name: str, key: str, sleep: Callable[[float], None] = time.sleep) -> None:
        self._table_name = table_name
        self._key_name = key
        self._sleep = sleep

    @cached_property
    def _client(self) -> Any:
        return client("dynamodb", read_timeout=5, attempts=3)

    def idempotency_records(self) -> DynamoDBPersistenceLayer:
        """Return where the answers to requests with an Idempotency-Key are kept.

        They lie beside the table's items and call their state otherwise than `status`, which may be an item's own
        attribute, and the key of an index.
        """
        return DynamoDBPersistenceLayer(
            self._table_name,
            key_attr=self._key_name,
            status_attr="idempotencyStatus",
            boto3_client=self._client,
        )

    def get(self, item_id: str) -> Item | None:
        """Return an item (GetItem, strongly consistent)."""
        with failing_as(TableError, "dynamodb GetItem"):
            answer = self._client.get_item(TableName=self._table_name, Key=self._key(item_id), ConsistentRead=True)
        return _item(answer["Item"]) if "Item" in answer else None

    def write(self, write: Write) -> Item | ConditionFailed:
        """Write one item (PutItem, UpdateItem, DeleteItem)."""
        for attempt in range(_ATTEMPTS):
            try:
                return self._write(write)
            except TableError as error:
                if error.code != _CONFLICT or attempt + 1 == _ATTEMPTS:
                    raise
            self._wait(attempt)
        raise AssertionError("the last attempt returns or raises")

    def _write(self, write: Write) -> Item | ConditionFailed:
        arguments = self._arguments(write)
        try:
            if isinstance(write, Put):
                with failing_as(TableError, "dynamodb PutItem"):
                    self._client.put_item(**arguments)
                return write.item
            if isinstance(write, Delete):
                with failing_as(TableError, "dynamodb DeleteItem"):
                    answer = self._client.delete_item(**arguments, ReturnValues="ALL_OLD")
                return _item(answer.get("Attributes") or {})
            with failing_as(TableError, "dynamodb UpdateItem"):
                answer = self._client.update_item(**arguments, ReturnValues="ALL_NEW")
            return _item(answer["Attributes"])
        except TableError as error:
            if error.code != "ConditionalCheckFailedException":
                raise
            return _condition_failed(_response(error))

    def transact(self, writes: Sequence[Write]) -> Refused | None:
        """Do all writes or none (TransactWriteItems, which needs the permissions of its single writes)."""
        actions = [{type(write).__name__: self._arguments(write)} for write in writes]
        for attempt in range(_ATTEMPTS):
            try:
                with failing_as(TableError, "dynamodb TransactWriteItems"):
                    # The SDK adds a token, so that an attempt of its own after a lost answer writes nothing twice.
                    self._client.transact_write_items(TransactItems=actions)
            except TableError as error:
                reasons: list[dict[str, Any]] = _response(error).get("CancellationReasons") or []
                codes = {str(reason.get("Code")) for reason in reasons} - {"None"}
                if codes == {_REFUSED}:
                    return Refused(tuple(_condition_failed(r) if r["Code"] == _REFUSED else None for r in reasons))
                # Next to a conflict, what is said about conditions may be out of date already.
                if not codes & _PASSING_REASONS or attempt + 1 == _ATTEMPTS:
                    raise TableError(f"{error} {sorted(codes)}", error.code) from error
            else:
                return None
            self._wait(attempt)
        raise AssertionError("the last attempt returns or raises")

    def query(self, query: Query, limit: int, after: Position | None) -> list[Item]:
        """Return items of an index (Query, eventually consistent)."""

        def ask(page: dict[str, Any]) -> dict[str, Any]:
            with failing_as(TableError, "dynamodb Query"):
                return self._client.query(**query_of(query), **page)

        return self._read(ask, limit, None if after is None else self._start(query, query.value, after))

    def scan(self, scan: Scan, limit: int, after: Position | None) -> list[Item]:
        """Return items of an index, whatever their partition (Scan, eventually consistent)."""

        def ask(page: dict[str, Any]) -> dict[str, Any]:
            with failing_as(TableError, "dynamodb Scan"):
                return self._client.scan(IndexName=scan.index, **page)

        return self._read(ask, limit, None if after is None else self._start(scan, after.partition or "", after))

    def _read(
        self, ask: Callable[[dict[str, Any]], dict[str, Any]], limit: int, start: dict[str, Any] | None
    ) -> list[Item]:
        items: list[Item] = []
        while True:
            page: dict[str, Any] = {"TableName": self._table_name, "Limit": limit - len(items)}
            answer = ask(page if start is None else page | {"ExclusiveStartKey": start})
            items += [_item(item) for item in answer["Items"]]
            start = answer.get("LastEvaluatedKey")
            if start is None or len(items) >= limit:
                return items

    def _arguments(self, write: Write) -> dict[str, Any]:
        arguments: dict[str, Any] = {
            "TableName": self._table_name,
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        }
        if isinstance(write, Put):
            item = {name: typed(value) for name, value in write.item.items()}
            return arguments | {"Item": item} | condition_of(write.guard)
        expressions = condition_of(write.guard) if isinstance(write, Delete) else update_of(write)
        return arguments | {"Key": self._key(write.item_id)} | expressions

    def _key(self, item_id: str) -> dict[str, dict[str, Any]]:
        return {self._key_name: typed(item_id)}

    def _start(self, wanted: Query | Scan, partition: str, after: Position) -> dict[str, dict[str, Any]]:
        start = {wanted.attribute: typed(partition), **self._key(after.item_id)}
        if wanted.sort_key is not None and after.sort is not None:
            start[wanted.sort_key] = typed(after.sort)
        return start

    def _wait(self, attempt: int) -> None:
        """Wait for a random time, so that those who are in each other's way do not come back at once."""
        longest = min(_LONGEST_DELAY_SECONDS, _FIRST_DELAY_SECONDS * 2**attempt)
        self._sleep(random.uniform(longest / 4, longest))


def _response(error: TableError) -> dict[str, Any]:
    """Return what DynamoDB said, of an error that `failing_as` wrapped."""
    return getattr(error.__cause__, "response", {})


def _condition_failed(reason: dict[str, Any]) -> ConditionFailed:
    return ConditionFailed(_item(reason["Item"]) if reason.get("Item") else None)


def _item(attributes: dict[str, dict[str, Any]]) -> Item:
    return {name: attribute_of(value) for name, value in attributes.items()}
