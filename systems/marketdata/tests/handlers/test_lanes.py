"""Calls at the same time: none goes on when the function has answered."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import pytest
from marketdata.dynamodb import DynamoDbRecords
from marketdata.keys import incoming_key
from marketdata.lanes import Lanes
from marketdata.processing import Processor
from marketdata_memory import MemoryWorld

from stackwright_handlers.errors import TableError


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(2) as found:
        yield found


def test_results_come_in_the_order_of_the_arguments(pool: ThreadPoolExecutor) -> None:
    expected = [n * n for n in range(50)]
    assert Lanes(pool).begin(lambda n: n * n, range(50)).results() == expected
    assert Lanes(None).begin(lambda n: n * n, range(50)).results() == expected


def test_a_failure_waits_for_what_has_begun_and_makes_no_other_calls(pool: ThreadPoolExecutor) -> None:
    failed, made = Event(), list[int]()

    def work(n: int) -> None:
        if n == 0:
            failed.set()
            raise TableError("down")
        assert failed.wait(10)
        taking_its_time()
        made.append(n)

    calls = Lanes(pool).begin(work, range(1000))
    with pytest.raises(TableError):
        calls.results()
    after = list(made)
    assert 1 in after
    assert len(after) < 1000
    pool.submit(int).result()
    assert made == after


def taking_its_time() -> None:
    Event().wait(0.05)


class Slow:
    """Records of which one batch cannot be written while another is under way."""

    def __init__(self) -> None:
        self.failed, self.under_way = Event(), 0

    def write_batch(self, records: Any) -> None:
        if records[0].line == 2:
            self.failed.set()
            raise TableError("down")
        self.under_way += 1
        assert self.failed.wait(10)
        taking_its_time()
        self.under_way -= 1


def test_no_write_goes_on_when_a_file_has_failed(pool: ThreadPoolExecutor) -> None:
    world, slow = MemoryWorld(), Slow()
    job_id = world.upload("symbol,timestamp\n" + "".join(f"A,{n}\n" for n in range(5000)))
    kept: DynamoDbRecords = slow  # type: ignore[assignment]
    processor = Processor(world.jobs, kept, world.files, world.workflow, world.clock, 10**9, pool)
    with pytest.raises(TableError):
        processor.run(incoming_key(job_id, "data.csv"), lambda: 100.0)
    assert slow.under_way == 0
