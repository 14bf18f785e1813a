"""The order of checks, without any program."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from stackwright.lsp.checks import Checks
from stackwright.testing.eventually import eventually

SHOP, OTHER = Path("/shop"), Path("/other")


class Work:
    """Checks that last until they are let go, or are cancelled."""

    def __init__(self):
        self.begun, self.told, self.cancelled = [], [], []
        self.go = threading.Semaphore(0)
        self.checks = Checks(self.run, lambda project, outcome: self.told.append((project, outcome)))

    def run(self, project, cancel):
        number = len(self.begun)
        with cancel.ending(self.go.release):
            self.begun.append(project)
            self.go.acquire()
        if cancel.is_set:
            self.cancelled.append(number)
        return number

    def until_begun(self, count):
        eventually(lambda: len(self.begun) == count)


@pytest.fixture
def work():
    found = Work()
    yield found
    found.checks.close()


def test_one_after_another_and_none_twice(work):
    work.checks.want(SHOP)
    work.until_begun(1)
    for _ in range(3):
        work.checks.want(OTHER)
    work.go.release()
    work.until_begun(2)
    work.go.release()
    eventually(lambda: len(work.told) == 2)

    assert work.told == [(SHOP, 0), (OTHER, 1)]


def test_what_is_wanted_again_is_broken_off_and_its_result_is_not_told(work):
    work.checks.want(SHOP)
    work.until_begun(1)
    work.checks.want(SHOP)
    work.until_begun(2)
    work.go.release()
    eventually(lambda: work.told)

    assert (work.told, work.cancelled) == ([(SHOP, 1)], [0])


def test_another_project_does_not_break_it_off(work):
    work.checks.want(SHOP)
    work.until_begun(1)
    work.checks.want(OTHER)
    work.go.release(2)
    eventually(lambda: len(work.told) == 2)

    assert work.cancelled == []


def test_what_is_forgotten_is_not_told(work):
    work.checks.want(SHOP)
    work.checks.want(OTHER)
    work.until_begun(1)
    work.checks.forget(OTHER)
    work.checks.forget(SHOP)
    work.checks.want(OTHER)
    work.until_begun(2)
    work.go.release()
    eventually(lambda: work.told)

    assert work.told == [(OTHER, 1)]


def test_closing_ends_what_is_under_way():
    work = Work()
    work.checks.want(SHOP)
    work.until_begun(1)
    work.checks.close()

    assert (work.cancelled, work.told) == ([0], [])
