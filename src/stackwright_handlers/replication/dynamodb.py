"""The two tables and the stream on DynamoDB."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any, Final

from ..assumed_role import AssumedRole
from ..aws import client, failing_as
from ..errors import TableError
from .ports import Failure, TypedItem

_REFUSED_CREDENTIALS: Final = frozenset(
    {"ExpiredTokenException", "UnrecognizedClientException", "InvalidClientTokenId", "InvalidSignatureException"}
)


class CopyByRole:
    """The copy, written with a role of its account; implements `ports.Copy`."""

    def __init__(self, table_name: str, role: AssumedRole) -> None:
        self._table_name = table_name
        self._role = role

    def write(self, key: TypedItem, item: TypedItem | None) -> None:
        """Put the item, or delete it (PutItem, DeleteItem)."""
        table = self._role.client("dynamodb", read_timeout=5, attempts=2)
        try:
            if item is None:
                with failing_as(TableError, "dynamodb DeleteItem"):
                    table.delete_item(TableName=self._table_name, Key=key)
            else:
                with failing_as(TableError, "dynamodb PutItem"):
                    table.put_item(TableName=self._table_name, Item=item)
        except TableError as error:
            if error.code in _REFUSED_CREDENTIALS:
                self._role.forget()
            raise


class SourceTable:
    """The table; implements `ports.Source`."""

    def __init__(self, table_name: str) -> None:
        self._table_name = table_name

    @cached_property
    def _client(self) -> Any:
        return client("dynamodb", read_timeout=5, attempts=3)

    def get(self, key: TypedItem) -> TypedItem | None:
        """Return the item (GetItem, strongly consistent)."""
        with failing_as(TableError, "dynamodb GetItem"):
            answer = self._client.get_item(TableName=self._table_name, Key=key, ConsistentRead=True)
        return answer.get("Item")


class TableStream:
    """The stream; implements `ports.Stream`."""

    @cached_property
    def _client(self) -> Any:
        return client("dynamodbstreams", read_timeout=5, attempts=3)

    def keys(self, failure: Failure) -> Iterator[TypedItem]:
        """Read the records of a failure (GetShardIterator, GetRecords)."""
        with failing_as(TableError, "dynamodb GetShardIterator"):
            iterator = self._client.get_shard_iterator(
                StreamArn=failure.stream_arn,
                ShardId=failure.shard_id,
                ShardIteratorType="AT_SEQUENCE_NUMBER",
                SequenceNumber=failure.first,
            )["ShardIterator"]
        while iterator:
            with failing_as(TableError, "dynamodb GetRecords"):
                answer = self._client.get_records(ShardIterator=iterator)
            for record in answer["Records"]:
                told = record["dynamodb"]
                if int(told["SequenceNumber"]) > int(failure.last):
                    return
                yield told["Keys"]
                if told["SequenceNumber"] == failure.last:
                    return
            iterator = answer.get("NextShardIterator")
