"""Exactly one outcome: whatever is repeated, stopped or done twice at once, table and sums are those of a calm run."""

from __future__ import annotations

import json
import tracemalloc
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from random import Random

import pytest
from marketdata import processing, superseding
from marketdata.dynamodb import record_of
from marketdata.errors import ProcessingUnfinishedError
from marketdata.jobs import MAX_ATTEMPTS, State
from marketdata.keys import incoming_key
from marketdata.processing import Processor
from marketdata.tally import rows_to_write, tally_of
from marketdata_memory import MemoryWorld
from marketdata_wire import WireTable

from stackwright_handlers.errors import TableError
from stackwright_handlers.testing import MemoryFile, explore, nothing

HEADER = "symbol,timestamp,price,volume\n"


def content_of(rows: int, seed: int = 1) -> str:
    """A file whose rows often have the same keys, and some of whose rows are bad."""
    random = Random(seed)
    lines = [
        f"S{random.randrange(5)},{1_700_000_000 + random.randrange(rows // 4 + 1)},{n}.5,{n}"
        if n % 17
        else f"S1,never,{n},1"
        for n in range(1, rows + 1)
    ]
    return HEADER + "\n".join(lines) + "\n"


def expected(content: str) -> dict[tuple[str, int], tuple[str, int]]:
    """What the table must be, found in the simplest way."""
    table: dict[tuple[str, int], tuple[str, int]] = {}
    for line, row in enumerate(content.splitlines()[1:], 2):
        symbol, at, price, volume = row.split(",")
        if at != "never":
            numbers = {"price": Decimal(price), "volume": Decimal(volume)}
            table[symbol, int(at) * 1000] = (json.dumps(numbers, default=str), line)
    return table


def assert_right(world: MemoryWorld, job_id: str, content: str, why: object = None) -> None:
    rows = content.count("\n") - 1
    bad = content.count(",never,")
    table = expected(content)
    assert world.table() == table, why
    assert world.sums(job_id) == (rows, len(table), bad, rows - bad - len(table)), why
    job = world.job(job_id)
    assert job.state is (State.SUCCEEDED_WITH_ERRORS if bad else State.SUCCEEDED), why
    assert len(job.rejected_rows) == min(bad, 100), why
    assert set(world.files.objects) == {
        f"processed/{job_id}/data.csv",
        *([f"rejected/{job_id}.json"] if bad else []),
    }, why


class Crash(Exception):
    pass


@pytest.fixture
def small_rounds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Notes on the progress come soon."""
    monkeypatch.setattr(processing, "ROUND", 2)


@pytest.mark.parametrize("rows", [1, 24, 25, 26, 400, 5000])
def test_a_calm_run(rows: int) -> None:
    world, content = MemoryWorld(), content_of(rows)
    job_id = world.upload(content)
    world.process(job_id)
    assert_right(world, job_id, content)


def test_batches_may_be_written_at_the_same_time() -> None:
    world, content = MemoryWorld(), content_of(5000)
    job_id = world.upload(content)
    with ThreadPoolExecutor(8) as pool:
        Processor(world.jobs, world.records, world.files, world.workflow, world.clock, 10**9, pool).run(
            incoming_key(job_id, "data.csv"), lambda: 100.0
        )
    assert_right(world, job_id, content)


@pytest.mark.parametrize("lanes", [1, 8])
def test_what_dynamodb_leaves_over_of_every_third_write_is_not_lost(lanes: int) -> None:
    world, content = MemoryWorld(), content_of(2000)
    job_id = world.upload(content)
    table = WireTable(leaves_over=lambda call: 0 if call % 3 else 10)
    with ThreadPoolExecutor(lanes) as pool:
        Processor(world.jobs, table.records(), world.files, world.workflow, world.clock, 10**9, pool).run(
            incoming_key(job_id, "data.csv"), lambda: 100.0
        )
    for record in map(record_of, table.items.values()):
        world.records.rows[record.symbol, record.timestamp] = record
    assert table.calls > -(-len(table.items) // 25)
    assert_right(world, job_id, content)


def test_an_event_that_comes_five_times() -> None:
    world, content = MemoryWorld(), content_of(400)
    job_id = world.upload(content)
    outcomes = [world.process(job_id)["outcome"] for _ in range(5)]
    assert outcomes == ["succeeded-with-errors", *["gone"] * 4]
    assert_right(world, job_id, content)


@pytest.mark.usefixtures("small_rounds")
@pytest.mark.parametrize("error", [Crash, TableError])
def test_a_crash_before_or_after_any_step(error: Callable[[str], Exception]) -> None:
    content = content_of(400)
    calm = MemoryWorld()
    job_id = calm.upload(content, scope="x")
    calm.steps.log.clear()
    calm.process(job_id)
    steps = len(calm.steps.log)
    assert calm.steps.log.count("batch") > 8
    assert calm.steps.log.count("jobId write") > 4

    for when in ("before", "after"):
        for step in range(1, steps + 1):
            world = MemoryWorld()
            job_id = world.upload(content, scope="x")
            seen = 0

            def hook(_: str, last: int = step) -> None:
                nonlocal seen
                seen += 1
                if seen == last:
                    raise error("crash")

            setattr(world.steps, when, hook)
            with pytest.raises((Crash, TableError)):
                world.process(job_id)
            world.steps.before = world.steps.after = nothing
            world.process(job_id)
            assert_right(world, job_id, content, (when, step))


@pytest.mark.usefixtures("small_rounds")
def test_a_crash_after_every_batch_of_every_attempt() -> None:
    """As long as one batch more is written, the job comes to its end."""
    world, content = MemoryWorld(), content_of(400)
    job_id = world.upload(content)
    attempts = 0

    def hook(name: str) -> None:
        nonlocal left
        left -= name == "batch"
        if left == 0:
            raise TableError("crash")

    world.steps.after = hook
    while world.job(job_id).state not in (State.SUCCEEDED, State.SUCCEEDED_WITH_ERRORS):
        attempts += 1
        left = 3
        try:
            world.process(job_id)
        except TableError:
            assert world.job(job_id).state is (State.PROCESSING if attempts < MAX_ATTEMPTS else State.FAILED)
        assert attempts < 20
    assert attempts > 3
    assert_right(world, job_id, content)


def test_two_processors_on_one_file_in_every_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processing, "ROUND", 1)
    content = HEADER + "A,1,1,1\nA,1,2,1\nB,1,3,1\n"
    ids: dict[int, str] = {}

    def build() -> MemoryWorld:
        world = MemoryWorld()
        ids[id(world)] = world.upload(content, scope="x")
        return world

    def run(world: MemoryWorld) -> object:
        return world.process(ids[id(world)])

    runs = explore(build, [run, run])

    assert len(runs) > 100
    for each in runs:
        assert not each.errors, each.names
        assert_right(each.world, ids[id(each.world)], content, each.names)


@pytest.mark.usefixtures("small_rounds")
@pytest.mark.parametrize("seed", range(20))
def test_one_stops_anywhere_while_another_goes_on(seed: int) -> None:
    """Chance decides who goes on, and where the first one stops for good."""
    random = Random(seed)
    world, content = MemoryWorld(), content_of(300, seed)
    job_id = world.upload(content)
    stop = random.randrange(1, 15)

    def other(name: str) -> None:
        if random.random() < 0.3:
            world.steps.before = nothing
            world.process(job_id)
            raise Crash

    def first(name: str) -> None:
        nonlocal stop
        stop -= 1
        if stop == 0:
            raise Crash

    world.steps.before = other if seed % 2 else first
    with pytest.raises(Crash):
        world.process(job_id)
    world.steps.before = nothing
    world.process(job_id)
    assert_right(world, job_id, content)


@pytest.mark.usefixtures("small_rounds")
def test_another_attempt_goes_on_where_time_was_up() -> None:
    world, content = MemoryWorld(), content_of(400)
    job_id = world.upload(content)
    seconds = iter([100.0, 100.0, 1.0])
    processor = Processor(world.jobs, world.records, world.files, world.workflow, world.clock, 10**9)
    with pytest.raises(ProcessingUnfinishedError):
        processor.run(incoming_key(job_id, "data.csv"), lambda: next(seconds))
    assert world.job(job_id).state is State.PROCESSING
    assert len(world.records.rows) == 100
    world.steps.log.clear()

    world.process(job_id)

    assert world.steps.log.count("batch") == -(-(len(world.records.rows) - 100) // 25)
    assert_right(world, job_id, content)


def test_the_same_content_under_another_name_gives_the_same_table() -> None:
    world, content = MemoryWorld(), content_of(400)
    first = world.upload(content)
    world.process(first)
    before = world.table()
    second = world.upload(content, "other.csv")
    world.process(second, "other.csv")
    assert world.table() == before
    assert world.sums(first) == world.sums(second)
    assert {record.job_id for record in world.records.rows.values()} == {second}


def test_after_the_last_attempt_the_job_says_so_and_a_redrive_completes_it() -> None:
    world, content = MemoryWorld(), content_of(100)
    job_id = world.upload(content)
    world.steps.failures["batch"] = TableError("dynamodb BatchWriteItem failed: secret internals")
    for attempt in range(1, MAX_ATTEMPTS + 1):
        with pytest.raises(TableError):
            world.process(job_id)
        assert world.job(job_id).state is (State.FAILED if attempt == MAX_ATTEMPTS else State.PROCESSING)
    assert world.job(job_id).reason == "processing was given up after several attempts: TableError"
    assert f"incoming/{job_id}/data.csv" in world.files.objects

    world.steps.failures.clear()
    world.process(job_id)
    assert world.job(job_id).reason is None
    assert_right(world, job_id, content)


def test_a_second_file_for_a_job_is_put_aside() -> None:
    world, content = MemoryWorld(), content_of(100)
    job_id = world.upload(content)
    world.process(job_id)
    world.files.objects[f"incoming/{job_id}/data.csv"] = MemoryFile(b"symbol,timestamp,price\nEVIL,1,1\n")
    assert world.process(job_id) == {"outcome": "refused"}
    assert f"failed/{job_id}/data.csv" in world.files.objects
    del world.files.objects[f"failed/{job_id}/data.csv"]
    assert_right(world, job_id, content)


@pytest.mark.parametrize("key", ["incoming/data.csv", f"incoming/{'0' * 8}-0000-0000-0000-{'0' * 12}/data.csv"])
def test_a_file_that_no_job_waits_for_is_put_aside(key: str) -> None:
    world = MemoryWorld()
    world.files.objects[key] = MemoryFile(content_of(10).encode())
    processor = Processor(world.jobs, world.records, world.files, world.workflow, world.clock, 10**9)
    assert processor.run(key, lambda: 100.0) == {"outcome": "refused"}
    assert set(world.files.objects) == {key.replace("incoming/", "failed/")}
    assert not world.records.rows
    assert not world.jobs.rows


def test_the_report_lists_what_the_status_cannot() -> None:
    world = MemoryWorld()
    job_id = world.upload(HEADER + "x,never,1,1\n" * 10_005)
    world.process(job_id)
    report = json.loads(world.files.objects[f"rejected/{job_id}.json"].content)
    assert report["rows"] == {"total": 10_005, "accepted": 0, "rejected": 10_005, "superseded": 0}
    assert [each["line"] for each in report["rejectedRows"]] == list(range(2, 10_002))
    assert [each.line for each in world.job(job_id).rejected_rows] == list(range(2, 102))


def test_memory_does_not_grow_with_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    # Otherwise the buckets of so few rows would still be filling up.
    monkeypatch.setattr(superseding, "_BUFFERED_BYTES", 100)

    def chunks(rows: int) -> Iterator[bytes]:
        yield HEADER.encode()
        for start in range(0, rows, 100):
            # Half of the keys come again.
            numbers = range(start, start + 100)
            yield "".join(f"S{n % 7 // 2 * 2},{1_700_000_000 + n // 2},{n}.5,{n}\n" for n in numbers).encode()

    def peak(rows: int) -> int:
        tracemalloc.start()
        tally, superseded = tally_of(chunks(rows))
        written = sum(1 for _ in rows_to_write(chunks(rows), superseded, 0))
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert tally.superseded > rows // 5
        assert (written, tally.total) == (tally.accepted, rows)
        return most

    assert peak(9_000) < 1.3 * peak(3_000)
