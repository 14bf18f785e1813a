"""What becomes of an event: one item, or an error that is kept."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from ingest.errors import UnknownEventError
from ingest.recording import Recorder
from ingest_events import SETTINGS, object_created

from stackwright_handlers.errors import InvalidTaskError, TableError
from stackwright_handlers.function import create_handler, new_logger
from stackwright_handlers.table.items import Item
from stackwright_handlers.testing import Context


class MemoryItems:
    """A table in memory, as honest about its key as DynamoDB."""

    def __init__(self) -> None:
        self.rows: dict[tuple[Any, Any], Item] = {}
        self.down = False

    def add(self, item: Item) -> bool:
        if self.down:
            raise TableError("dynamodb PutItem failed: InternalServerError", "InternalServerError")
        return self.rows.setdefault((item["id"], item["timestamp"]), item) is item


@pytest.fixture
def items() -> MemoryItems:
    return MemoryItems()


@pytest.fixture
def handler(items: MemoryItems) -> Any:
    logger = new_logger()
    return create_handler(None, logger, delivered=Recorder(items, SETTINGS, logger).run, correlated_by="id")


def test_an_object_becomes_an_item(handler: Any, items: MemoryItems) -> None:
    report = handler(object_created(), Context())

    (item,) = items.rows.values()
    assert report == {"id": item["id"], "recorded": True}
    assert item == {
        "id": item["id"],
        "timestamp": "2026-11-12T00:00:00.000000Z",
        "bucket": "ingest-data-test-useast1",
        "key": "reports/2026.csv",
        "size": Decimal(5),
        "etag": "b1946ac9",
        "environment": "test",
    }
    assert isinstance(item["size"], Decimal)


@pytest.mark.parametrize("key", ["a b.csv", "a+b c.csv", "a%20b", "a/b//c/", "größe/日本.txt", "é" * 512, "?&=#;:@"])
def test_keys_are_kept_as_they_are(handler: Any, items: MemoryItems, key: str) -> None:
    handler(object_created(key), Context())

    assert [item["key"] for item in items.rows.values()] == [key]


def test_a_repeated_event_changes_nothing(handler: Any, items: MemoryItems) -> None:
    handler(object_created(), Context())
    before = dict(items.rows)

    assert handler(object_created() | {"id": "delivered-again"}, Context())["recorded"] is False
    assert items.rows == before


def other_bucket(event: dict[str, Any]) -> None:
    event["detail"]["bucket"]["name"] = "another"


CHANGES = {
    "key": {"key": "b"},
    "version": {"version-id": "2"},
    "no version": {"version-id": None},
    "sequencer": {"sequencer": "617f08299329d18a"},
}


@pytest.mark.parametrize("changed", CHANGES.values(), ids=CHANGES)
def test_every_write_of_an_object_is_an_item_of_its_own(handler: Any, items: MemoryItems, changed: Any) -> None:
    handler(object_created("a"), Context())
    handler(object_created(**{"key": "a"} | changed), Context())

    assert len(items.rows) == 2


def test_texts_that_look_alike_when_joined_have_different_ids(handler: Any, items: MemoryItems) -> None:
    for key, version in (('a", "b', "c"), ("a", 'b", "c'), ("a b", "c"), ("a", "b c")):
        handler(object_created(key, **{"version-id": version}), Context())

    assert len(items.rows) == 4


FAULTS = {
    "another service": lambda e: e.update(source="aws.ec2"),
    "another type": lambda e: e.update({"detail-type": "Object Deleted"}),
    "another bucket": other_bucket,
    "no detail": lambda e: e.pop("detail"),
    "a text as detail": lambda e: e.update(detail="{}"),
    "no key": lambda e: e["detail"]["object"].pop("key"),
    "an empty key": lambda e: e["detail"]["object"].update(key=""),
    "no sequencer": lambda e: e["detail"]["object"].pop("sequencer"),
    "a text as size": lambda e: e["detail"]["object"].update(size="5"),
    "a negative size": lambda e: e["detail"]["object"].update(size=-1),
    "no etag": lambda e: e["detail"]["object"].pop("etag"),
    "no time": lambda e: e.pop("time"),
    "a time without a zone": lambda e: e.update(time="2026-11-12T00:00:00"),
    "a time that is none": lambda e: e.update(time="yesterday"),
}


@pytest.mark.parametrize("spoil", FAULTS.values(), ids=FAULTS)
def test_an_event_that_is_not_known_raises(handler: Any, items: MemoryItems, spoil: Any) -> None:
    event = object_created()
    spoil(event)

    with pytest.raises(UnknownEventError):
        handler(event, Context())
    assert items.rows == {}


@pytest.mark.parametrize("event", [{}, {"source": "aws.s3"}, {"Records": [{"eventSource": "aws:s3"}]}])
def test_an_event_of_another_form_raises(handler: Any, event: Any) -> None:
    with pytest.raises(UnknownEventError):
        handler(event, Context())


def test_a_task_that_nobody_knows_raises(handler: Any) -> None:
    with pytest.raises(InvalidTaskError):
        handler({"task": "Redrive"}, Context())


def test_a_failing_table_raises_and_another_attempt_does_it(handler: Any, items: MemoryItems) -> None:
    items.down = True
    with pytest.raises(TableError):
        handler(object_created(), Context())

    items.down = False
    assert handler(object_created(), Context())["recorded"] is True
