"""Requests of users wait while their program is applied again; calls of AWS do not."""

from __future__ import annotations

import threading
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from stackwright.emulator.process import Emulator

pytestmark = pytest.mark.e2e


def status(url: str) -> int:
    try:
        with urllib.request.urlopen(url, timeout=20) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        with error:
            return error.code


def test_a_request_waits_until_it_is_let_through_and_aws_does_not(emulator: Emulator, account: Any) -> None:
    url = f"{emulator.endpoint}/_aws/execute-api/none/dev/x"
    done = threading.Event()
    with ThreadPoolExecutor(1) as pool:
        emulator.pause_requests(60)
        try:
            waiting = pool.submit(status, url)
            waiting.add_done_callback(lambda _: done.set())
            account.client("sts").get_caller_identity()
            assert not done.wait(0.3)
        finally:
            emulator.resume_requests()
        assert waiting.result(timeout=10) >= 400


def test_nobody_waits_for_ever(emulator: Emulator) -> None:
    emulator.pause_requests(0.2)
    assert status(f"{emulator.endpoint}/_aws/execute-api/none/dev/x") >= 400
