"""What checking a file decides, beyond the order of steps."""

from __future__ import annotations

import hashlib
import json
import tracemalloc
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import pytest
from uploads.errors import ObjectUnreadableError
from uploads.processing import orphan_id_of
from uploads.records import Status, object_expiry
from uploads.requests import ReservedUpload
from uploads.storing import Storing
from uploads_actors import CONTENT, FILE_ID, KEY, arrival, arrived, delete, process, processor, record_failure
from uploads_memory import START, MemoryObject, MemoryWorld

STRAY_KEYS = [
    "stray.txt",
    "/leading",
    f"{FILE_ID}",
    f"{FILE_ID}/other.csv",
    f"{FILE_ID}/nested/report.csv",
    "00000000-0000-4000-8000-000000000000/report.csv",
    "ünïcode/näme with spaces.txt",
    "x" * 1024,
]


def reserved(world: MemoryWorld, size: int, sha256: str | None, content_type: str = "text/csv") -> str:
    storing = Storing(world.files, world.objects, world.clock)
    record = storing.reserve(ReservedUpload("report.csv", content_type, size, sha256), "request-1", None).record
    return record.s3_key


def sent(world: MemoryWorld, key: str, content: bytes) -> None:
    world.objects.objects[key] = MemoryObject(content, "text/csv", world.clock())


class TestVerdict:
    @pytest.mark.parametrize("declares_checksum", [True, False])
    def test_a_file_as_declared_is_available_until_its_object_expires(self, declares_checksum: bool) -> None:
        world = MemoryWorld()
        checksum = hashlib.sha256(CONTENT).hexdigest()
        key = reserved(world, len(CONTENT), checksum if declares_checksum else None)
        sent(world, key, CONTENT)

        outcome = processor(world).process(arrival("execution-1", key))

        record = world.files.peek(outcome.file_id)
        assert record is not None
        assert record.status is Status.AVAILABLE
        assert record.sha256 == checksum
        assert record.file_size == len(CONTENT)
        assert record.expires_at == object_expiry(START, 90)

    @pytest.mark.parametrize(
        ("size", "sha256", "content_type", "content", "reason"),
        [
            (8, None, "text/csv", b"a,b\n", "declared 8 bytes, but the content is 4"),
            (8, None, "text/csv", b"", "declared 8 bytes, but the content is 0"),
            (4, "0" * 64, "text/csv", b"a,b\n", "the content does not match the declared sha256"),
            (4, None, "text/csv", b"\x7fELF", "declared text/csv, but the content is application/x-elf"),
            (6, None, "image/png", b"<html>", "declared image/png, but the content is text/html"),
        ],
    )
    def test_a_contradiction_is_quarantined_and_not_announced(
        self, size: int, sha256: str | None, content_type: str, content: bytes, reason: str
    ) -> None:
        world = MemoryWorld()
        key = reserved(world, size, sha256, content_type)
        sent(world, key, content)

        outcome = processor(world).process(arrival("execution-1", key))

        assert (outcome.status, outcome.reason, outcome.announcement) == (Status.QUARANTINED, reason, None)
        assert not world.topic.messages
        record = world.files.peek(outcome.file_id)
        assert record is not None
        assert record.expires_at == object_expiry(START, 90)

    def test_a_quarantined_file_stays_quarantined(self) -> None:
        world = MemoryWorld()
        key = reserved(world, 4, "0" * 64)
        sent(world, key, b"a,b\n")
        first = processor(world).process(arrival("execution-1", key))

        assert processor(world).process(arrival("execution-2", key)) == first
        assert processor(world).record_failure(arrival("execution-3", key), "StorageError") == first

    def test_a_file_of_the_wrong_size_is_not_read(self) -> None:
        world = MemoryWorld()
        key = reserved(world, 8, None)

        class Unreadable(MemoryObject):
            def chunks(self) -> Iterator[bytes]:
                raise AssertionError("read")

        world.objects.objects[key] = Unreadable(b"a,b\n", "text/csv", START)

        assert processor(world).process(arrival("execution-1", key)).status is Status.QUARANTINED


@dataclass
class Endless:
    """An object that is made while it is read."""

    size: int
    created: datetime = START

    def chunks(self) -> Iterator[bytes]:
        for _ in range(self.size // 2**20):
            yield bytes(2**20)


def test_a_large_file_is_read_in_constant_memory() -> None:
    world = MemoryWorld()
    size = 64 * 2**20
    key = reserved(world, size, None, "application/octet-stream")
    world.objects.objects[key] = Endless(size)  # type: ignore[assignment]

    tracemalloc.start()
    outcome = processor(world).process(arrival("execution-1", key))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert outcome.status is Status.QUARANTINED
    assert peak < 4 * 2**20


def test_the_message_holds_references_and_names_only() -> None:
    world = arrived()
    process("execution-1")(world)

    [(subject, message)] = world.topic.messages

    assert subject == "File uploaded: report.csv"
    assert json.loads(message) == {
        "event": "file_uploaded",
        "file_id": FILE_ID,
        "file_name": "report.csv",
        "s3_key": KEY,
        "upload_time": "2025-03-04T05:06:07.000089Z",
    }


class TestStray:
    @pytest.mark.parametrize("key", STRAY_KEYS)
    def test_an_object_without_a_row_is_recorded_once_and_not_announced(self, key: str) -> None:
        world = arrived()
        world.objects.objects[key] = MemoryObject(b"stray", "", START)

        outcomes = [processor(world).process(arrival(f"execution-{n}", key)) for n in range(2)]

        assert outcomes[0] == outcomes[1]
        record = world.files.peek(orphan_id_of(key))
        assert record is not None
        assert (record.status, record.s3_key, record.file_size) == (Status.ORPHANED, key, 5)
        assert record.reason == "the object was not uploaded through this service"
        assert len(world.files.rows) == 2
        assert not world.topic.messages

    def test_the_file_beside_it_is_untouched(self) -> None:
        world = arrived()
        before = dict(world.files.rows[FILE_ID])
        world.objects.objects[f"{FILE_ID}/other.csv"] = MemoryObject(b"stray", "", START)

        processor(world).process(arrival("execution-1", f"{FILE_ID}/other.csv"))

        assert world.files.rows[FILE_ID] == before

    def test_giving_up_on_one_records_it_too(self) -> None:
        world = MemoryWorld()
        world.objects.objects["stray.txt"] = MemoryObject(b"stray", "", START)

        outcome = processor(world).record_failure(arrival("execution-1", "stray.txt"), "TableError")

        assert outcome.status is Status.ORPHANED

    def test_giving_up_on_a_deleted_file_records_nothing(self) -> None:
        world = arrived()
        delete(world)

        assert record_failure("execution-1", "StorageError")(world).status is None
        assert not world.files.rows


def test_an_object_that_vanishes_while_its_row_waits_for_it_is_an_error() -> None:
    world = arrived()
    del world.objects.objects[KEY]

    with pytest.raises(ObjectUnreadableError):
        process("execution-1")(world)
    outcome = record_failure("execution-1", "ObjectUnreadableError")(world)

    assert outcome.status is Status.FAILED
    assert outcome.reason == "the file could not be checked (ObjectUnreadableError)"
