"""Files over the threshold: parts in any order, repeated, at the same time; the end is that of a small file."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from itertools import permutations
from random import Random
from typing import Any

import pytest
from marketdata.jobs import State
from marketdata.mapping import Part
from marketdata.tally import check_large
from marketdata_memory import MemoryWorld

from stackwright_handlers.csv_records import FileFault
from stackwright_handlers.errors import InvalidTaskError, TableError
from stackwright_handlers.testing import explore, nothing

HEADER = "symbol,timestamp,price,volume\n"
ROWS = ["A,1,1,1", "A,1,2,1", "B,never,3,1", "A,1,4,1", "B,1,5,1", "B,1,6,1", "C,1,7,1"]
CONTENT = HEADER + "\n".join(ROWS) + "\n"


def items(job_id: str, content: str = CONTENT) -> list[dict[str, Any]]:
    """What the map's ItemReader and ItemSelector make of a file."""
    rows = csv.DictReader(io.StringIO(content))
    return [{"jobId": job_id, "index": index, "row": row} for index, row in enumerate(rows)]


def parts(job_id: str, size: int, content: str = CONTENT) -> list[Part]:
    found = items(job_id, content)
    return [Part.of({"Items": found[start : start + size]}) for start in range(0, len(found), size)]


def large(content: str = CONTENT) -> tuple[MemoryWorld, str, str]:
    """A world whose only file has been handed over to the workflow."""
    world = MemoryWorld(largest=10)
    job_id = world.upload(content, scope="x")
    assert world.process(job_id)["outcome"] == "handed over"
    payload = world.workflow.started[job_id]
    return world, job_id, str(payload["etag"])


def finish(world: MemoryWorld, job_id: str, etag: str) -> None:
    world.mapper.finish(job_id, f"incoming/{job_id}/data.csv", etag)


def calm() -> MemoryWorld:
    world = MemoryWorld()
    world.process(world.upload(CONTENT, scope="x"))
    return world


def assert_right(world: MemoryWorld, job_id: str, why: object = None) -> None:
    small = calm()
    assert world.table() == small.table(), why
    assert world.sums(job_id) == small.sums(job_id) == (7, 3, 1, 3), why
    assert world.job(job_id).rejected_rows == small.job(job_id).rejected_rows, why
    assert world.job(job_id).state is State.SUCCEEDED_WITH_ERRORS, why
    report = f"rejected/{job_id}.json"
    assert world.files.objects[report].content == small.files.objects[report].content, why
    assert f"processed/{job_id}/data.csv" in world.files.objects, why


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_parts_in_every_order(order: Sequence[int]) -> None:
    world, job_id, etag = large()
    found = parts(job_id, 2)
    for number in order:
        world.mapper.write(found[number])
    finish(world, job_id, etag)
    assert_right(world, job_id)


def test_rows_come_one_by_one_where_batches_are_not_made() -> None:
    world, job_id, etag = large()
    for item in items(job_id):
        world.mapper.write(Part.of(item))
    finish(world, job_id, etag)
    assert_right(world, job_id)


@pytest.mark.parametrize("seed", range(10))
def test_parts_that_crash_anywhere_and_come_again(seed: int) -> None:
    random = Random(seed)
    world, job_id, etag = large()
    waiting = parts(job_id, 3) * 2
    random.shuffle(waiting)
    while waiting:

        def hook(_: str) -> None:
            if random.random() < 0.2:
                raise TableError("crash")

        world.steps.before = hook if random.random() < 0.5 else nothing
        world.steps.after = hook
        part = waiting.pop()
        try:
            world.mapper.write(part)
        except TableError:
            waiting.insert(random.randrange(len(waiting) + 1), part)
    world.steps.before = world.steps.after = nothing
    finish(world, job_id, etag)
    finish(world, job_id, etag)
    assert_right(world, job_id)


def test_two_parts_and_their_repetition_at_once_in_every_order() -> None:
    content = HEADER + "A,1,1,1\nA,1,2,1\n"
    ids: dict[int, str] = {}

    def build() -> MemoryWorld:
        world, job_id, _ = large(content)
        ids[id(world)] = job_id
        return world

    def writer(number: int) -> Any:
        return lambda world: world.mapper.write(parts(ids[id(world)], 1, content)[number])

    runs = explore(build, [writer(0), writer(1), writer(0)])
    assert len(runs) == 90
    for each in runs:
        job_id = ids[id(each.world)]
        etag = str(each.world.workflow.started[job_id]["etag"])
        finish(each.world, job_id, etag)
        assert each.world.sums(job_id) == (2, 1, 0, 1), each.names
        assert [record.line for record in each.world.records.rows.values()] == [3], each.names


def test_a_workflow_that_failed_may_be_redriven() -> None:
    world, job_id, etag = large()
    found = parts(job_id, 2)
    world.mapper.write(found[0])
    assert world.mapper.fail(job_id, etag, "Lambda.Unknown") == {"jobId": job_id, "state": "failed"}
    assert world.job(job_id).reason == "processing was given up: Lambda.Unknown"
    for part in found:
        world.mapper.write(part)
    finish(world, job_id, etag)
    assert_right(world, job_id)
    # Too late.
    assert world.mapper.fail(job_id, etag, "x")["state"] == "succeeded-with-errors"


def test_an_event_that_comes_again_starts_no_second_execution() -> None:
    world, job_id, _ = large()
    world.process(job_id)
    assert list(world.workflow.started) == [job_id]
    assert world.steps.log.count("start") == 2
    assert not world.records.rows


@pytest.mark.parametrize("told", [True, False], ids=["failed", "timed out"])
def test_an_event_that_is_sent_again_after_a_failed_execution_starts_another(told: bool) -> None:
    world, job_id, etag = large()
    world.mapper.write(parts(job_id, 2)[0])
    for name in (f"{job_id}-2", f"{job_id}-3"):
        if told:
            world.mapper.fail(job_id, etag, "Lambda.Unknown")
        world.workflow.ended = set(world.workflow.started)
        for _ in range(2):
            assert world.process(job_id)["outcome"] == "handed over"
        assert list(world.workflow.started)[-1] == name
        assert world.job(job_id).state is State.PROCESSING
    assert len(world.workflow.started) == 3
    assert len({str(payload) for payload in world.workflow.started.values()}) == 1
    for part in parts(job_id, 2):
        world.mapper.write(part)
    finish(world, job_id, etag)
    assert_right(world, job_id)


def test_a_large_file_without_a_header_fails_at_once() -> None:
    world = MemoryWorld(largest=10)
    job_id = world.upload("x" * 1_000_000)
    world.process(job_id)
    assert world.job(job_id).state is State.FAILED
    assert not world.workflow.started


@pytest.mark.parametrize("place", ["C,1,ü,1", "ü,1,1,1", "A,1,1,ü"])
def test_a_large_file_that_is_not_in_utf8_fails_as_a_small_one(place: str) -> None:
    content = (CONTENT + place + "\n" + "A,1,1,1\n" * 100_000).encode("latin-1")
    small, large = MemoryWorld(), MemoryWorld(largest=10)
    for world in (small, large):
        job_id = world.upload(content, scope="x")
        assert world.process(job_id)["outcome"] == "failed"
        assert world.job(job_id).reason == "line 9 is not in UTF-8; save the file in UTF-8"
        assert f"failed/{job_id}/data.csv" in world.files.objects
    assert not large.workflow.started


def test_a_character_on_the_border_of_two_chunks_is_in_utf8() -> None:
    content = HEADER.replace("price", "µ").encode()
    place = content.index("µ".encode()) + 1
    check_large(iter([content[:place], content[place:], b"A,1,", "1,ü\n".encode()]), lambda: True)
    with pytest.raises(FileFault, match="line 2 is not in UTF-8"):
        check_large(iter([content, b"A,1,", "1,ü".encode()[:-1]]), lambda: True)


def test_a_large_file_is_handed_over_unread_when_there_is_no_time() -> None:
    world = MemoryWorld(largest=10)
    job_id = world.upload(CONTENT.encode() + b"\xff" * 10)
    assert world.process(job_id, seconds=9)["outcome"] == "handed over"


@pytest.mark.parametrize("value", [None, [], {}, {"Items": []}, {"Items": [{"row": {}}]}, {"jobId": "x", "row": {}}])
def test_an_input_that_is_no_part(value: object) -> None:
    with pytest.raises(InvalidTaskError):
        Part.of(value)


def test_a_part_says_which_rows_are_bad() -> None:
    world, job_id, _ = large()
    first = items(job_id)[0] | {"row": {"\ufeffsymbol": "A", "timestamp": "x", "price": None}}
    world.mapper.write(Part.of({"Items": [first]}))
    [name] = world.files.names(f"rejected/parts/{job_id}/")
    [[line, reason]] = json.loads(world.files.objects[name].content)
    assert line == 2
    assert reason.startswith("timestamp is none of")
