"""Invoking one function by hand."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import Any

from stackwright.errors import UsageError
from stackwright.graph import Graph
from stackwright.provider.aws import Endpoint
from stackwright.provider.refusals import explained
from stackwright.workspace.log_sources import find_function, place_of


@dataclass(frozen=True)
class Invocation:
    """What came back: `error` is "Unhandled" or empty, `log` the last 4 KB of the log."""

    payload: Any
    error: str
    log: str


def invoke(endpoint: Endpoint, graph: Graph, name: str, payload: str) -> Invocation:
    """Invoke a function synchronously.

    Raises:
        UsageError: no such function, or the payload is not JSON.
    """
    try:
        json.loads(payload)
    except ValueError as error:
        raise UsageError(f"the payload is not JSON: {error}", fix="Write it as --payload '{\"key\": 1}'.") from error
    function = find_function(graph, name)
    client = endpoint.client("lambda", *place_of(function))
    answer = explained(
        f"cannot invoke {function.name}",
        lambda: client.invoke(FunctionName=function.outputs["name"], Payload=payload.encode(), LogType="Tail"),
    )
    body = answer["Payload"].read().decode() or "null"
    return Invocation(
        payload=json.loads(body),
        error=str(answer.get("FunctionError", "")),
        log=base64.b64decode(answer.get("LogResult", "")).decode(errors="replace"),
    )
