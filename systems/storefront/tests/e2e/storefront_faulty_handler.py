"""Goes into the package of a service in place of its entry point, and fails as `faults.json` says.

The directory with that file is FAULTS_DIRECTORY. It says:

    {"seed": "…", "share": 0.1}                     that share of the calls, drawn by seed, order, task and attempt
    {"tasks": {"ConfirmOrder": "before"}}           every call of these tasks, before the real handler or after it

Drawn are the workflow's tasks and POST /orders, each at most three times: as often as a step is retried. They fail
before the real handler, after it, or in the middle of it (POST /orders: the order is written, its workflow not
started), some by the end of the process. What was drawn is appended to a file per order and task in that directory.
"""

from __future__ import annotations

import hashlib
import importlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from botocore.client import BaseClient

DIRECTORY = Path(os.environ["FAULTS_DIRECTORY"])
MOST = 3
_KINDS = ("before", "before", "before killed", "middle", "middle", "after", "after", "after killed")

_module, _, _function = os.environ["FAULTS_HANDLER"].rpartition(".")
_real = getattr(importlib.import_module(_module), _function)


class InjectedError(Exception):
    """The function failed on purpose."""


def handler(event: dict[str, Any], context: Any) -> Any:
    """Run the real handler, or fail before or after it."""
    fault = _fault(event)
    if fault is None:
        return _real(event, context)
    moment, _, killed = fault.partition(" ")
    if moment == "middle":
        with _failing_after(2):
            _real(event, context)
    elif moment == "after":
        # What was asked for is done, and nobody is told.
        _real(event, context)
    if killed:
        os._exit(1)
    raise InjectedError(moment)


def _fault(event: dict[str, Any]) -> str | None:
    wanted = json.loads((DIRECTORY / "faults.json").read_text())
    if "tasks" in wanted:
        return wanted["tasks"].get(event.get("task"))
    call = _call(event)
    if call is None:
        return None
    with (DIRECTORY / call).open("a+") as log:
        log.seek(0)
        before = log.read().split("\n")[:-1]
        digest = hashlib.sha256(f"{wanted['seed']} {call} {len(before)}".encode()).digest()
        fault = None
        if digest[0] < wanted["share"] * 256 and sum(each != "none" for each in before) < MOST:
            fault = _KINDS[digest[1] % len(_KINDS)]
        log.write(f"{fault or 'none'}\n")
    return fault


@contextmanager
def _failing_after(calls: int) -> Iterator[None]:
    """So many calls of AWS services succeed, but the handler does not get the last one's answer."""
    real = BaseClient._make_api_call  # type: ignore[attr-defined]
    made = 0

    def call(client: BaseClient, operation: str, arguments: dict[str, Any]) -> Any:
        nonlocal made
        answer = real(client, operation, arguments)
        made += 1
        if made == calls:
            raise InjectedError(operation)
        return answer

    BaseClient._make_api_call = call  # type: ignore[attr-defined]
    try:
        yield
    finally:
        BaseClient._make_api_call = real  # type: ignore[attr-defined]


def _call(event: dict[str, Any]) -> str | None:
    """What is counted and drawn by: the order and the task, or the request of a client."""
    if "orderId" in event:
        return f"{event['task']} {event['orderId']}"
    if (event.get("httpMethod"), event.get("resource")) == ("POST", "/orders"):
        headers = {name.lower(): value for name, value in event["headers"].items()}
        return f"POST {headers['idempotency-key']}"
    return None
