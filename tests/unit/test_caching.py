"""What is worked out once, even when all ask at the same time."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from stackwright.caching import cached

THREADS = 8


def test_threads_that_come_at_the_same_time_share_one_answer() -> None:
    together = threading.Barrier(THREADS)
    asked: list[str] = []

    @cached
    def answer(name: str) -> object:
        asked.append(name)
        threading.Event().wait(0.05)  # what takes long lets the other threads in
        return object()

    def ask(_: int) -> object:
        together.wait()
        return answer("a")

    with ThreadPoolExecutor(THREADS) as pool:
        answers = set(pool.map(ask, range(THREADS)))
    assert asked == ["a"]
    assert len(answers) == 1


def test_each_argument_has_an_answer_of_its_own() -> None:
    @cached
    def answer(name: str, *, loud: bool = False) -> str:
        return name.upper() if loud else name

    assert [answer("a"), answer("b"), answer("a", loud=True), answer("a")] == ["a", "b", "A", "a"]


def test_a_failure_is_not_kept() -> None:
    attempts: list[int] = []

    @cached
    def answer() -> int:
        attempts.append(1)
        if len(attempts) == 1:
            raise OSError("busy")
        return len(attempts)

    with pytest.raises(OSError, match="busy"):
        answer()
    assert answer() == 2
