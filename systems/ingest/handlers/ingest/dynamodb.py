"""The table of items on DynamoDB."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from stackwright_handlers.aws import client, failing_as
from stackwright_handlers.errors import TableError
from stackwright_handlers.table.expressions import typed
from stackwright_handlers.table.items import Item


class DynamoDbItems:
    """Implements `ports.Items`."""

    def __init__(self, table_name: str, hash_key: str) -> None:
        self._table_name = table_name
        self._hash_key = hash_key

    @cached_property
    def _client(self) -> Any:
        return client("dynamodb", read_timeout=5, attempts=3)

    def add(self, item: Item) -> bool:
        """Write an item unless it is there (PutItem)."""
        try:
            with failing_as(TableError, "dynamodb PutItem"):
                self._client.put_item(
                    TableName=self._table_name,
                    Item={name: typed(value) for name, value in item.items()},
                    ConditionExpression="attribute_not_exists(#hash)",
                    ExpressionAttributeNames={"#hash": self._hash_key},
                )
        except TableError as error:
            if error.code != "ConditionalCheckFailedException":
                raise
            return False
        return True
