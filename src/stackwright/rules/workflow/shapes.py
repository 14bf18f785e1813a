"""What is known of the data between the states of a workflow that uses JSONPath."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, cast

from stackwright.rules.json_values import as_list, as_map
from stackwright.rules.workflow.states import Scope, choices

_LAMBDA: Final = re.compile(r"arn:[^:]+:states:[^:]*:[^:]*:lambda:invoke")
_MOST: Final = 400
# What AWS's own integrations answer. https://docs.aws.amazon.com/step-functions/latest/dg/connect-lambda.html,
# https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutItem.html and the like; as of 2026-11-28.
_META: Final = ("SdkHttpMetadata", "SdkResponseMetadata")
_WRITTEN: Final = ("Attributes", "ConsumedCapacity", "ItemCollectionMetrics", *_META)
_ANSWERS: Final[Mapping[str, tuple[str, ...]]] = {
    "dynamodb:putItem": _WRITTEN,
    "dynamodb:updateItem": _WRITTEN,
    "dynamodb:deleteItem": _WRITTEN,
    "dynamodb:getItem": ("Item", "ConsumedCapacity", *_META),
    "sns:publish": ("MessageId", "SequenceNumber", *_META),
    "sqs:sendMessage": (
        "MessageId",
        "MD5OfMessageBody",
        "MD5OfMessageAttributes",
        "MD5OfMessageSystemAttributes",
        "SequenceNumber",
        *_META,
    ),
    "events:putEvents": ("Entries", "FailedEntryCount", *_META),
    "states:startExecution": ("ExecutionArn", "StartDate", *_META),
}


@dataclass(frozen=True, slots=True)
class Shape:
    """A value.

    Attributes:
        fields: those that are known.
        is_open: there may be others.
        source: the state whose result it is, for messages.
        is_wrapper: it is Lambda's answer, with the function's own result in `Payload`.
    """

    fields: tuple[tuple[str, Shape], ...] = ()
    is_open: bool = True
    source: str = ""
    is_wrapper: bool = False

    def get(self, name: str) -> Shape | None:
        """A field; None when there is none for sure."""
        return dict(self.fields).get(name, ANYTHING if self.is_open else None)


@dataclass(frozen=True, slots=True)
class Read:
    """A path that a state reads, and the shape in which it is missing; or the wrapper that a function is given."""

    state: str
    path: str
    source: str
    is_wrapper: bool
    function: str = ""


ANYTHING: Final = Shape()


@dataclass(slots=True)
class _Walk:
    scope: Scope
    found: dict[tuple[str, str], Read] = field(default_factory=dict[tuple[str, str], Read])


def misread(scope: Scope, start: Shape = ANYTHING) -> list[Read]:
    """What the states read and is not there, on any way through them."""
    if scope.jsonata or not isinstance(scope.start, str):
        return []
    walk, seen = _Walk(scope), set[tuple[str, Shape]]()
    waiting = [(scope.start, start)]
    while waiting and len(seen) < _MOST:
        name, data = waiting.pop()
        state = scope.states.get(name)
        if state is None or (name, data) in seen or state.get("QueryLanguage") == "JSONata":
            continue
        seen.add((name, data))
        waiting += list(_step(walk, name, state, data))
    return list(walk.found.values())


def _step(walk: _Walk, name: str, state: Mapping[str, Any], data: Shape) -> Iterator[tuple[str, Shape]]:
    """The states that come next, with what they get."""
    taken = _select(walk, name, state.get("InputPath", "$"), data)
    for catcher in as_list(state.get("Catch")):
        one = as_map(catcher)
        error = Shape((("Error", ANYTHING), ("Cause", ANYTHING)), False, name)
        if isinstance(following := one.get("Next"), str):
            yield following, _put(data, one.get("ResultPath", "$"), error)
    kind = state.get("Type")
    if kind == "Choice":
        for rule in choices(state):
            if isinstance(following := rule.get("Next"), str):
                yield following, _after(walk, name, rule, taken)
        if isinstance(default := state.get("Default"), str):
            yield default, taken
        return
    given = _effective(walk, name, state, taken)
    result = _result(walk, name, state, given)
    if "ResultSelector" in state and kind in ("Task", "Map", "Parallel"):
        result = _built(walk, name, as_map(state["ResultSelector"]), result)
    output = data if kind in ("Wait", "Succeed") else _put(taken, state.get("ResultPath", "$"), result)
    output = _select(walk, name, state.get("OutputPath", "$"), output)
    if isinstance(following := state.get("Next"), str):
        yield following, output


def _effective(walk: _Walk, name: str, state: Mapping[str, Any], taken: Shape) -> Shape:
    parameters = state.get("Parameters")
    return _built(walk, name, as_map(parameters), taken) if isinstance(parameters, Mapping) else taken


def _result(walk: _Walk, name: str, state: Mapping[str, Any], given: Shape) -> Shape:
    kind = state.get("Type")
    if kind == "Pass":
        return _literal(state["Result"]) if "Result" in state else given
    if kind != "Task":
        return ANYTHING
    resource = str(state.get("Resource", ""))
    parameters = as_map(state.get("Parameters"))
    if _LAMBDA.fullmatch(resource):
        payload = given.get("Payload") or ANYTHING
        function = str(parameters.get("FunctionName", ""))
        if payload.is_wrapper and payload.source != name:
            walk.found.setdefault((name, "wrapper"), Read(name, "$", payload.source, True, function))
        names = ("ExecutedVersion", "LogResult", "FunctionError", "Payload", "StatusCode", *_META)
        return Shape(tuple((n, ANYTHING) for n in names), False, name, True)
    if ":lambda:" in resource and ":function:" in resource:
        if given.is_wrapper:
            walk.found.setdefault((name, "wrapper"), Read(name, "$", given.source, True, resource))
        return ANYTHING
    answered = _ANSWERS.get(resource.partition(":states:")[2].partition("::")[2])
    return Shape(tuple((n, ANYTHING) for n in answered), False, name) if answered else ANYTHING


def _after(walk: _Walk, name: str, rule: Mapping[str, Any], data: Shape) -> Shape:
    """Reads what a choice compares; one that asks whether something is there reads nothing else for sure."""
    if "IsPresent" not in str(rule):
        for variable in _variables(rule):
            _select(walk, name, variable, data)
    return data


def _variables(rule: Mapping[str, Any]) -> Iterator[str]:
    if isinstance(rule.get("Variable"), str):
        yield rule["Variable"]
    for key in ("And", "Or"):
        for inner in as_list(rule.get(key)):
            yield from _variables(as_map(inner))
    if isinstance(rule.get("Not"), Mapping):
        yield from _variables(as_map(rule["Not"]))


def _select(walk: _Walk, name: str, path: Any, data: Shape) -> Shape:
    if not isinstance(path, str) or not path.startswith("$") or path.startswith("$$"):
        return ANYTHING
    value = data
    for part in _parts(path):
        found = value.get(part)
        if found is None:
            walk.found.setdefault((name, path), Read(name, path, value.source, value.is_wrapper))
            return ANYTHING
        value = found
    return value if re.fullmatch(r"\$(\.[A-Za-z_][\w-]*)*", path) else ANYTHING


def _parts(path: str) -> list[str]:
    """The plain fields at the head of a path; filters, indexes and wildcards are not followed."""
    head = re.match(r"\$((?:\.[A-Za-z_][\w-]*)*)", path)
    return head[1].split(".")[1:] if head and not path.startswith("$.$") else []


def _put(data: Shape, path: Any, result: Shape) -> Shape:
    if path is None:
        return data
    if path == "$" or not isinstance(path, str):
        return result if path == "$" else ANYTHING
    return _placed(data, _parts(path), result)


def _placed(data: Shape, parts: list[str], result: Shape) -> Shape:
    if not parts:
        return result
    fields = dict(data.fields)
    inner = data.get(parts[0]) or Shape((), False, data.source)
    fields[parts[0]] = _placed(inner, parts[1:], result)
    # What is open stays so; the result of a state is no wrapper any more when something is added.
    return Shape(tuple(fields.items()), data.is_open, data.source)


def _built(walk: _Walk, name: str, template: Mapping[str, Any], data: Shape) -> Shape:
    fields: dict[str, Shape] = {}
    for key, value in template.items():
        if key.endswith(".$"):
            fields[key[:-2]] = _select(walk, name, value, data)
        elif isinstance(value, Mapping):
            fields[key] = _built(walk, name, cast("Mapping[str, Any]", value), data)
        else:
            fields[key] = ANYTHING
    return Shape(tuple(fields.items()), False, name)


def _literal(value: Any) -> Shape:
    if isinstance(value, Mapping):
        return Shape(tuple((str(k), _literal(v)) for k, v in cast("Mapping[str, Any]", value).items()), False)
    return ANYTHING
