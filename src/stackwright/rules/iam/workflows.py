"""What the tasks of a state machine call. https://docs.aws.amazon.com/step-functions/latest/dg/integrate-services.html"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final, cast

from stackwright.iam.code.calls import Call, Place
from stackwright.iam.code.values import ANYTHING, Seq, Table, Text, Value
from stackwright.rules.json_values import as_map

_PLACE: Final = Place("definition", 0)
_OPTIMIZED: Final = re.compile(
    r"arn:[^:]+:states:[^:]*:[^:]*:(?P<service>[a-z0-9-]+):(?P<operation>[A-Za-z0-9:]+)(?:\.\w+)*(?::\d)?"
)
_SERVICES: Final = {"states": "stepfunctions", "sfn": "stepfunctions", "eventbridge": "events"}
_PARAMETERS: Final = {"StateMachineArn": "stateMachineArn"}


def tasks(definition: Any) -> Iterator[Call]:
    """Calls of all tasks, at every depth."""
    try:
        body = json.loads(definition) if isinstance(definition, str) else definition
    except ValueError:
        return
    yield from _states(body)


def _states(body: Any) -> Iterator[Call]:
    if isinstance(body, list):
        for item in cast("list[Any]", body):
            yield from _states(item)
    if not isinstance(body, Mapping):
        return
    state = cast("Mapping[str, Any]", body)
    if isinstance(resource := state.get("Resource"), str) and ("Type" not in state or state["Type"] == "Task"):
        yield from _task(resource, state.get("Parameters") or state.get("Arguments") or {})
    for name, value in state.items():
        if name not in ("Parameters", "Arguments"):
            yield from _states(value)


def _task(resource: str, parameters: Any) -> Iterator[Call]:
    if ":lambda:" in resource and ":function:" in resource:
        yield Call("lambda", "invoke", {"FunctionName": Text(resource)}, _PLACE)
        return
    found = _OPTIMIZED.fullmatch(resource)
    if found is None:
        return
    service, operation = found["service"], found["operation"]
    if service == "aws-sdk":
        service, _, operation = operation.partition(":")
    operation = operation.partition(":")[0]
    yield Call(_SERVICES.get(service, service), _snake(operation), dict(_parameters(as_map(parameters))), _PLACE)


def _parameters(body: Mapping[str, Any]) -> Iterator[tuple[str, Value]]:
    for name, value in body.items():
        plain = name.removesuffix(".$")
        yield _PARAMETERS.get(plain, plain), ANYTHING if name.endswith(".$") else _value(value)


def _value(value: Any) -> Value:
    match value:
        case str():
            return ANYTHING if value.startswith("{%") else Text(value)
        case list():
            return Seq([_value(v) for v in cast("list[Any]", value)])
        case Mapping():
            return Table(dict(_parameters(cast("Mapping[str, Any]", value))))
        case _:
            return ANYTHING


def _snake(operation: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", operation).lower()
