"""Goes into the package of a service in place of its entry point, and fails as `faults.json` says.

The directory with that file is FAULTS_DIRECTORY. It says:

    {"seed": "…", "share": 0.1}                     that share of the calls, drawn by seed, order, task and attempt
    {"tasks": {"ConfirmOrder": "before"}}           every call of these tasks, before the real handler or after it

Drawn are the workflow's tasks and POST /orders, each at most three times: as often as a step is retried. What was drawn
is appended to a file per order and task in that directory.
"""

from __future__ import annotations

import hashlib
import importlib
import json
import os
from pathlib import Path
from typing import Any

DIRECTORY = Path(os.environ["FAULTS_DIRECTORY"])
MOST = 3

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
    if moment == "after":
        # The worst case: what was asked for is done, and nobody is told.
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
            fault = ("before", "after")[digest[1] % 2] + (" killed" if digest[2] < 32 else "")
        log.write(f"{fault or 'none'}\n")
    return fault


def _call(event: dict[str, Any]) -> str | None:
    """What is counted and drawn by: the order and the task, or the request of a client."""
    if "orderId" in event:
        return f"{event['task']} {event['orderId']}"
    if (event.get("httpMethod"), event.get("resource")) == ("POST", "/orders"):
        headers = {name.lower(): value for name, value in event["headers"].items()}
        return f"POST {headers['idempotency-key']}"
    return None
