"""Changes of a table, written to its copy: in order, once each, and not lost."""

from __future__ import annotations

import random
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from stackwright_handlers.errors import InfrastructureError, InvalidRecordError, TableError
from stackwright_handlers.function import new_logger
from stackwright_handlers.replication.changes import change_of
from stackwright_handlers.replication.function import ReplicationWorld, replication_function
from stackwright_handlers.replication.ports import Failure
from stackwright_handlers.testing import Context


def record(sequence: int, key: str, value: str | None, kind: str = "") -> dict[str, Any]:
    told: dict[str, Any] = {"SequenceNumber": str(sequence), "Keys": {"id": {"S": key}}}
    if value is not None:
        told["NewImage"] = {"id": {"S": key}, "value": {"S": value}}
    return {"eventName": kind or ("REMOVE" if value is None else "MODIFY"), "dynamodb": told}


@dataclass
class World:
    """Two tables, the stream and the queue of failures; the copy may refuse, and see every write."""

    source: dict[str, Any] = field(default_factory=dict[str, Any])
    copied: dict[str, Any] = field(default_factory=dict[str, Any])
    writes: list[tuple[str, str | None]] = field(default_factory=list[tuple[str, "str | None"]])
    refusing: set[str] = field(default_factory=set[str])
    waiting: list[tuple[Failure, list[str]]] = field(default_factory=list[tuple[Failure, list[str]]])
    meanwhile: Any = None

    def write(self, key: Any, item: Any) -> None:
        name = key["id"]["S"]
        if name in self.refusing:
            raise TableError("dynamodb PutItem failed: AccessDeniedException", "AccessDeniedException")
        self.writes.append((name, item["value"]["S"] if item else None))
        if item:
            self.copied[name] = item
        else:
            self.copied.pop(name, None)
        if self.meanwhile:
            self.meanwhile()

    def get(self, key: Any) -> Any:
        return self.source.get(key["id"]["S"])

    def receive(self) -> list[Failure]:
        return [failure for failure, _ in self.waiting[:10]]

    def done(self, failure: Failure) -> None:
        self.waiting = [each for each in self.waiting if each[0] != failure]

    def keys(self, failure: Failure) -> Iterator[Any]:
        yield from ({"id": {"S": key}} for known, keys in self.waiting if known == failure for key in keys)

    @property
    def handler(self) -> Any:
        return replication_function(ReplicationWorld(self, self, self, self), new_logger())

    def batch(self, *records: Any, remaining_ms: int = 29_000) -> Any:
        answer = self.handler({"Records": list(records)}, Context(remaining_ms=remaining_ms))
        return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


def item(key: str, value: str) -> dict[str, Any]:
    return {"id": {"S": key}, "value": {"S": value}}


def test_inserts_updates_and_deletes_arrive_in_their_order() -> None:
    world = World()

    assert (
        world.batch(record(1, "a", "1", "INSERT"), record(2, "b", "1"), record(3, "a", "2"), record(4, "b", None)) == []
    )
    assert world.writes == [("a", "1"), ("b", "1"), ("a", "2"), ("b", None)]
    assert world.copied == {"a": item("a", "2")}


def test_what_cannot_be_written_waits_and_nothing_overtakes_it() -> None:
    world = World(refusing={"b"})
    records = [record(1, "a", "1"), record(2, "b", "1"), record(3, "a", "2"), record(4, "b", "2")]

    assert world.batch(*records) == ["2"]
    assert world.writes == [("a", "1")]

    world.refusing.clear()
    assert world.batch(*records[1:]) == []
    assert world.writes == [("a", "1"), ("b", "1"), ("a", "2"), ("b", "2")]


def test_a_batch_of_which_nothing_can_be_written_is_an_error_of_the_function() -> None:
    with pytest.raises(TableError, match="AccessDenied"):
        World(refusing={"a"}).batch(record(1, "a", "1"), record(2, "b", "1"))


def test_a_batch_that_takes_too_long_is_continued_and_gets_on_each_time() -> None:
    world = World()
    records = [record(number, "a", str(number)) for number in range(3)]
    while records:
        waiting = world.batch(*records, remaining_ms=1)
        records = [r for r in records if waiting and int(r["dynamodb"]["SequenceNumber"]) >= int(waiting[0])]

    assert world.writes == [("a", "0"), ("a", "1"), ("a", "2")]


def test_whatever_fails_and_is_repeated_both_tables_are_equal_in_the_end() -> None:
    chance = random.Random(7)
    world = World()
    changes = [(chance.choice("abcde"), chance.choice([None, "1", "2", "3"])) for _ in range(300)]
    records = [record(number, *change) for number, change in enumerate(changes)]
    for key, value in changes:
        world.source.pop(key, None)
        if value is not None:
            world.source[key] = item(key, value)
    position = 0
    while position < len(records):
        world.refusing = set(chance.sample("abcde", chance.randrange(3)))
        part = records[position : position + chance.randrange(1, 20)]
        try:
            waiting = world.batch(*part)
        except TableError:
            continue
        position = int(waiting[0]) if waiting else position + len(part)

    assert world.copied == world.source
    assert world.writes == changes


@pytest.mark.parametrize(
    "bad",
    [
        record(2, "b", None, "MODIFY"),
        record(2, "b", "1", "TRUNCATE"),
        {"eventName": "INSERT", "dynamodb": {"SequenceNumber": "2"}},
    ],
    ids=["no image", "no change", "no keys"],
)
def test_a_record_that_is_no_change_is_named_and_raises_once_it_is_the_first(bad: Any) -> None:
    world = World()

    assert world.batch(record(1, "a", "1"), bad) == ["2"]
    with pytest.raises(InvalidRecordError):
        world.batch(bad)


def test_a_record_of_another_service_raises() -> None:
    with pytest.raises(InvalidRecordError):
        World().batch({"eventSource": "aws:s3"})


def test_values_of_all_types_are_copied_as_they_are() -> None:
    encoded = b64encode(b"\x00\xff").decode()
    told = {"id": {"S": "a"}, "n": {"N": "1E+2"}, "m": {"M": {"l": {"L": [{"B": encoded}, {"NULL": True}]}}}}
    told["bs"] = {"BS": [encoded]}
    told["ss"] = {"SS": ["x"]}
    change = change_of({"eventName": "INSERT", "dynamodb": {"SequenceNumber": "1", "Keys": {}, "NewImage": told}})

    assert change.item == told | {
        "m": {"M": {"l": {"L": [{"B": b"\x00\xff"}, {"NULL": True}]}}},
        "bs": {"BS": [b"\x00\xff"]},
    }


def failure(receipt: str) -> Failure:
    return Failure(receipt, "arn:aws:dynamodb:us-east-1:111122223333:table/items/stream/1", "shard", "1", "9")


def test_what_was_given_up_is_copied_as_it_is_now() -> None:
    world = World(source={"a": item("a", "9")}, copied={"a": item("a", "1"), "b": item("b", "1")})
    world.waiting = [(failure("1"), ["a", "b", "a"]), (failure("2"), ["b"])]

    assert world.handler({"task": "Redrive"}, Context()) == {"batches": 2, "items": 3, "finished": True}
    assert world.copied == {"a": item("a", "9")}
    assert world.waiting == []


def test_a_change_while_it_is_copied_is_not_undone() -> None:
    world = World(source={"a": item("a", "1")}, waiting=[(failure("1"), ["a"])])

    def replicated_in_between() -> None:
        world.meanwhile = None
        world.source["a"] = item("a", "2")

    world.meanwhile = replicated_in_between
    world.handler({"task": "Redrive"}, Context())

    assert world.copied == {"a": item("a", "2")}


def test_an_item_that_never_rests_is_an_error() -> None:
    world = World(source={"a": item("a", "0")}, waiting=[(failure("1"), ["a"])])
    world.meanwhile = lambda: world.source.update(a=item("a", str(len(world.writes))))

    with pytest.raises(InfrastructureError, match="has changed 20 times"):
        world.handler({"task": "Redrive"}, Context())
    assert len(world.waiting) == 1


def test_what_still_cannot_be_written_stays_in_the_queue() -> None:
    world = World(source={"a": item("a", "1")}, refusing={"a"}, waiting=[(failure("1"), ["a"])])

    with pytest.raises(TableError):
        world.handler({"task": "Redrive"}, Context())
    assert len(world.waiting) == 1


def test_a_long_queue_is_taken_in_several_runs() -> None:
    world = World(waiting=[(failure(str(number)), ["a"]) for number in range(3)])

    runs = [world.handler({"task": "Redrive"}, Context(remaining_ms=1)) for _ in range(3)]
    assert [run["finished"] for run in runs] == [False, False, False]
    assert world.handler({"task": "Redrive"}, Context())["finished"] is True
