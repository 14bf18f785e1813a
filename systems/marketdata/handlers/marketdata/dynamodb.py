"""The table of records on DynamoDB: `symbol` and `timestamp` are its key."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from functools import cached_property
from typing import Any, Final

from stackwright_handlers.aws import client, failing_as
from stackwright_handlers.errors import TableError

from .ports import Record
from .rows import NUMBERS

ATTEMPTS: Final = 10
LANES: Final = 8
"""Calls at the same time; the client keeps as many connections."""
_FIRST_DELAY_SECONDS: Final = 0.05
_LONGEST_DELAY_SECONDS: Final = 5.0

Typed = dict[str, dict[str, str]]


class DynamoDbRecords:
    """Implements `ports.Records`."""

    def __init__(self, table_name: str, sleep: Callable[[float], None] = time.sleep) -> None:
        self._table_name = table_name
        self._sleep = sleep

    @cached_property
    def _client(self) -> Any:
        # Items are built here, from checked values; checking their shape again would take longer than sending them.
        found = client("dynamodb", read_timeout=5, attempts=3, max_pool_connections=LANES, parameter_validation=False)
        found.meta.events.register("before-parameter-build.dynamodb.BatchWriteItem", _take_items)
        found.meta.events.register("before-call.dynamodb.BatchWriteItem", _write_items)
        found.meta.events.register("before-parse.dynamodb.Query", _read_query)
        return found

    def write_batch(self, records: Sequence[Record]) -> None:
        """Write records (BatchWriteItem), again and again what DynamoDB leaves over.

        https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html#Programming.Errors.BatchOperations
        """
        left: list[Any] = [{"PutRequest": {"Item": typed(record)}} for record in records]
        for attempt in range(ATTEMPTS):
            with failing_as(TableError, "dynamodb BatchWriteItem"):
                answer = self._client.batch_write_item(RequestItems={self._table_name: left})
            left = answer.get("UnprocessedItems", {}).get(self._table_name, [])
            if not left:
                return
            if attempt + 1 < ATTEMPTS:
                # A random time, so that those who overran the table together do not come back together.
                self._sleep(random.uniform(0, min(_LONGEST_DELAY_SECONDS, _FIRST_DELAY_SECONDS * 2**attempt)))
        raise TableError(f"dynamodb BatchWriteItem left {len(left)} items over after {ATTEMPTS} attempts")

    def write_if_later(self, record: Record) -> Record:
        """Write a record (PutItem) unless one from a later line of the same job is there."""
        there: Record | None = None
        for _ in range(ATTEMPTS):
            new = record if there is None else _with_first_line(record, there.first_line)
            found = self._put(new, after=there is not None)
            if found is None:
                return new
            if found.job_id == record.job_id and found.line >= record.line:
                return found
            # Next time on what was found: the job's own earlier line, or what another job has written since.
            there = found if found.job_id == record.job_id else None
        raise TableError(f"dynamodb PutItem found another record each of {ATTEMPTS} times")

    def between(self, symbol: str, first: int, last: int, limit: int | None = None) -> Iterator[Record]:
        """Return records (Query), page by page."""
        if first > last:
            return
        arguments: dict[str, Any] = {
            "TableName": self._table_name,
            "KeyConditionExpression": "symbol = :symbol AND #timestamp BETWEEN :first AND :last",
            "ExpressionAttributeNames": {"#timestamp": "timestamp"},
            "ExpressionAttributeValues": {
                ":symbol": {"S": symbol},
                ":first": {"N": str(first)},
                ":last": {"N": str(last)},
            },
            **({} if limit is None else {"Limit": limit}),
        }
        while True:
            with failing_as(TableError, "dynamodb Query"):
                answer = self._client.query(**arguments)
            yield from map(record_of, answer["Items"])
            if "LastEvaluatedKey" not in answer:
                return
            arguments["ExclusiveStartKey"] = answer["LastEvaluatedKey"]

    def _put(self, record: Record, *, after: bool) -> Record | None:
        """Write a record, after an earlier line of its job or else in place of none; return what is in the way."""
        condition = "jobId = :job AND line < :line" if after else "attribute_not_exists(jobId) OR jobId <> :job"
        values: Typed = {":job": {"S": record.job_id}, **({":line": {"N": str(record.line)}} if after else {})}
        try:
            with failing_as(TableError, "dynamodb PutItem"):
                self._client.put_item(
                    TableName=self._table_name,
                    Item=typed(record),
                    ConditionExpression=condition,
                    ExpressionAttributeValues=values,
                    ReturnValuesOnConditionCheckFailure="ALL_OLD",
                )
        except TableError as error:
            if error.code != "ConditionalCheckFailedException":
                raise
            answer: dict[str, Any] = getattr(error.__cause__, "response", {})
            return record_of(answer["Item"])
        return None


def _take_items(params: dict[str, Any], context: dict[str, Any], **_: Any) -> None:
    context["items"] = params["RequestItems"]
    # Of these it needs the names of the tables.
    params["RequestItems"] = dict.fromkeys(params["RequestItems"], ())


def _write_items(params: dict[str, Any], context: dict[str, Any], **_: Any) -> None:
    """Write the request in place of botocore, whose way takes longer than checking the rows."""
    params["body"] = json.dumps({"RequestItems": context["items"]}).encode()


def _read_query(response_dict: dict[str, Any], customized_response_dict: dict[str, Any], **_: Any) -> None:
    """Read the answer in place of botocore, which takes ten times as long.

    Without binary attributes the JSON of DynamoDB is what botocore would make of it.
    """
    if response_dict["status_code"] == 200:
        customized_response_dict.update(json.loads(response_dict["body"]))
        response_dict["body"] = b"{}"


def typed(record: Record) -> Typed:
    """Return a record as an item."""
    item: Typed = {
        "symbol": {"S": record.symbol},
        "timestamp": {"N": str(record.timestamp)},
        "jobId": {"S": record.job_id},
        "line": {"N": str(record.line)},
    }
    if record.first_line:
        item["firstLine"] = {"N": str(record.first_line)}
    for name, number in record.numbers.items():
        item[name] = {"N": format(number, "f")}
    return item


def record_of(item: Typed) -> Record:
    """Return an item as a record."""
    numbers = {name: Decimal(item[name]["N"]) for name in NUMBERS if name in item}
    first_line = int(item["firstLine"]["N"]) if "firstLine" in item else 0
    return Record(
        item["symbol"]["S"],
        int(item["timestamp"]["N"]),
        numbers,
        item["jobId"]["S"],
        int(item["line"]["N"]),
        first_line,
    )


def _with_first_line(record: Record, first_line: int) -> Record:
    return Record(record.symbol, record.timestamp, record.numbers, record.job_id, record.line, first_line)
