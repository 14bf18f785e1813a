"""The adapters against answers as AWS sends them: what is left over, what is in the way, page after page."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from botocore.stub import ANY, Stubber
from marketdata.dynamodb import ATTEMPTS, DynamoDbRecords, record_of, typed
from marketdata.ports import Record
from marketdata_wire import WireTable

from stackwright_handlers.errors import TableError

RECORD = Record("A", 1000, {"price": Decimal("1.50")}, "job", 5, 5)


def table() -> tuple[DynamoDbRecords, Stubber, list[float]]:
    waits: list[float] = []
    records = DynamoDbRecords("market-data", waits.append)
    stubber = Stubber(records._client)  # pyright: ignore[reportPrivateUsage]
    stubber.activate()
    return records, stubber, waits


def writes(*records: Record) -> dict[str, Any]:
    return {"market-data": [{"PutRequest": {"Item": typed(record)}} for record in records]}


def test_what_is_left_over_is_written_again() -> None:
    records, stubber, waits = table()
    other = Record("B", 1000, {}, "job", 6)
    stubber.add_response(
        "batch_write_item", {"UnprocessedItems": writes(other)}, {"RequestItems": writes(RECORD, other)}
    )
    stubber.add_response("batch_write_item", {"UnprocessedItems": {}}, {"RequestItems": writes(other)})
    records.write_batch([RECORD, other])
    stubber.assert_no_pending_responses()
    assert len(waits) == 1


def test_what_is_left_over_again_and_again_is_an_error() -> None:
    records, stubber, waits = table()
    for _ in range(ATTEMPTS):
        stubber.add_response("batch_write_item", {"UnprocessedItems": writes(RECORD)}, {"RequestItems": ANY})
    with pytest.raises(TableError, match="left 1 items over after 10 attempts"):
        records.write_batch([RECORD])
    assert len(waits) == ATTEMPTS - 1
    assert all(0 <= seconds <= 5 for seconds in waits)


@pytest.mark.parametrize(
    ("there", "now"),
    [
        (Record("A", 1000, {}, "job", 3, 2), Record("A", 1000, RECORD.numbers, "job", 5, 2)),
        (Record("A", 1000, {}, "job", 7, 2), Record("A", 1000, {}, "job", 7, 2)),
        (Record("A", 1000, {}, "job", 5, 2), Record("A", 1000, {}, "job", 5, 2)),
    ],
)
def test_of_one_job_the_latest_line_stays(there: Record, now: Record) -> None:
    records, stubber, _ = table()
    stubber.add_client_error(
        "put_item", "ConditionalCheckFailedException", modeled_fields={"Item": typed(there)}, expected_params=None
    )
    if now.line > there.line:
        stubber.add_response("put_item", {})
    assert records.write_if_later(RECORD) == now
    stubber.assert_no_pending_responses()


def test_a_key_that_is_not_there_is_written_at_once() -> None:
    records, stubber, _ = table()
    stubber.add_response("put_item", {})
    assert records.write_if_later(RECORD) == RECORD


def test_records_come_page_by_page() -> None:
    records, stubber, _ = table()
    key = {"symbol": {"S": "A"}, "timestamp": {"N": "1000"}}
    stubber.add_response("query", {"Items": [typed(RECORD)], "LastEvaluatedKey": key})
    stubber.add_response("query", {"Items": [typed(RECORD)]})
    assert list(records.between("A", 0, 5000)) == [RECORD, RECORD]
    assert list(records.between("A", 2, 1)) == []


def test_an_answer_is_read_from_the_wire() -> None:
    item = typed(RECORD)
    answers = [(200, {"Items": [item], "Count": 1, "LastEvaluatedKey": {"x": {"S": "y"}}}), (200, {"Items": [item]})]
    asked: list[dict[str, Any]] = []

    def page(query: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        asked.append(query)
        return answers[len(asked) - 1]

    assert list(WireTable(page).records().between("A", 0, 5000)) == [RECORD, RECORD]
    assert [query.get("ExclusiveStartKey") for query in asked] == [None, {"x": {"S": "y"}}]


def test_a_refusal_is_an_error() -> None:
    refusal = {"__type": "com.amazon.coral.service#AccessDeniedException", "Message": "no"}
    with pytest.raises(TableError, match="AccessDenied"):
        list(WireTable(lambda _: (400, refusal)).records().between("A", 0, 1))


def test_a_record_there_and_back() -> None:
    assert record_of(json.loads(json.dumps(typed(RECORD)))) == RECORD
