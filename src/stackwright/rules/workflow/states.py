"""Definitions in the Amazon States Language. https://states-language.net/spec.html"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

from stackwright.rules.json_values import as_list, as_map

MACHINE: Final = "sfn/stateMachine:StateMachine"
_TERMINAL: Final = ("Succeed", "Fail")
_TYPES: Final = ("Task", "Pass", "Choice", "Wait", "Succeed", "Fail", "Parallel", "Map")
_RETRYING: Final = ("Task", "Parallel", "Map")
_WAITS: Final = ("Seconds", "SecondsPath", "Timestamp", "TimestampPath")


@dataclass(frozen=True, slots=True)
class Scope:
    """States that follow each other: those of a machine, of one branch, or of one map's items."""

    start: Any
    states: Mapping[str, Mapping[str, Any]]
    jsonata: bool
    where: str = ""


def scopes(body: Mapping[str, Any], where: str = "", jsonata: bool = False) -> Iterator[Scope]:
    """The machine's states, then those within them."""
    jsonata = body.get("QueryLanguage") == "JSONata" if "QueryLanguage" in body else jsonata
    states = {str(name): as_map(state) for name, state in as_map(body.get("States")).items()}
    yield Scope(body.get("StartAt"), states, jsonata, where)
    for name, state in states.items():
        for inner in (*as_list(state.get("Branches")), state.get("ItemProcessor"), state.get("Iterator")):
            if isinstance(inner, Mapping):
                yield from scopes(cast("Mapping[str, Any]", inner), f" in {name!r}", jsonata)


def choices(state: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The rules of a choice."""
    return [as_map(rule) for rule in as_list(state.get("Choices"))]


def following(state: Mapping[str, Any]) -> list[str]:
    """The states that may come next."""
    named = [state.get("Next"), state.get("Default")]
    if state.get("Type") == "Choice":
        named += [rule.get("Next") for rule in choices(state)]
    named += [as_map(catcher).get("Next") for catcher in as_list(state.get("Catch"))]
    return [name for name in named if isinstance(name, str)]


def faults(body: Mapping[str, Any], express: bool) -> Iterator[tuple[str, str]]:
    """What Step Functions refuses: the fault, and what to write."""
    for scope in scopes(body):
        if not scope.states:
            yield f"it has no States{scope.where}", "States: at least one."
            continue
        if scope.start not in scope.states:
            yield f"StartAt is {scope.start!r}, which is no state{scope.where}", f"One of {', '.join(scope.states)}."
        else:
            yield from _unreachable(scope)
        for name, state in scope.states.items():
            yield from _state(name, state, scope, express)


def _unreachable(scope: Scope) -> Iterator[tuple[str, str]]:
    reached, waiting = set[str](), [str(scope.start)]
    while waiting:
        name = waiting.pop()
        if name not in reached and name in scope.states:
            reached.add(name)
            waiting += following(scope.states[name])
    for name in scope.states:
        if name not in reached:
            yield f"nothing leads to the state {name!r}{scope.where}", "Name it as a Next, or leave it out."


def _state(name: str, state: Mapping[str, Any], scope: Scope, express: bool) -> Iterator[tuple[str, str]]:
    kind = state.get("Type")
    if kind not in _TYPES:
        yield f"the state {name!r} has the Type {kind!r}", f"One of {', '.join(_TYPES)}."
        return
    for target in following(state):
        if target not in scope.states:
            yield f"the state {name!r} goes on to {target!r}, which is no state{scope.where}", "Name a state there is."
    if kind in _TERMINAL or kind == "Choice":
        if "Next" in state or "End" in state:
            yield f"the state {name!r} is a {kind} and has Next or End", "Leave it out."
    elif not isinstance(state.get("Next"), str) and state.get("End") is not True:
        yield f"the state {name!r} has neither Next nor End", '"End": true, or the Next state.'
    elif "Next" in state and state.get("End") is True:
        yield f"the state {name!r} has both Next and End", "One of them."
    yield from _content(name, kind, state)
    yield from _handling(name, kind, state)
    resource = str(state.get("Resource", ""))
    if express and kind == "Task" and resource.endswith((".sync", ".sync:2", ".waitForTaskToken")):
        yield f"the state {name!r} waits for {resource!r}, which an EXPRESS workflow cannot", 'type="STANDARD"'


def _content(name: str, kind: str, state: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if kind == "Task" and not isinstance(state.get("Resource"), str):
        yield f"the task {name!r} has no Resource", "Resource: the ARN of what it calls."
    if kind == "Choice" and not choices(state):
        yield f"the choice {name!r} has no Choices", "Choices: at least one."
    if kind == "Choice" and any("Next" not in rule for rule in choices(state)):
        yield f"a rule of the choice {name!r} has no Next", "Next: a state, in each rule."
    if kind == "Wait" and not any(key in state for key in _WAITS):
        yield f"the state {name!r} waits for nothing", f"One of {', '.join(_WAITS)}."
    if kind == "Parallel" and not as_list(state.get("Branches")):
        yield f"the state {name!r} has no Branches", "Branches: at least one."
    if kind == "Map" and "ItemProcessor" not in state and "Iterator" not in state:
        yield f"the state {name!r} has no ItemProcessor", "ItemProcessor: StartAt and States."
    for key in ("Parameters", "ResultSelector", "ItemSelector"):
        for field, value in _dynamic(state.get(key)):
            if not isinstance(value, str) or not value.startswith(("$", "States.")):
                yield f"{field!r} in {key} of {name!r} is {value!r}, which is no path", f"A path, or {field[:-2]!r}."


def _dynamic(value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        for key, inner in cast("Mapping[str, Any]", value).items():
            if key.endswith(".$"):
                yield key, inner
            else:
                yield from _dynamic(inner)
    for inner in as_list(value):
        yield from _dynamic(inner)


def _handling(name: str, kind: str, state: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for key in ("Retry", "Catch"):
        listed = [as_map(one) for one in as_list(state.get(key))]
        if listed and kind not in _RETRYING:
            yield f"the state {name!r} is a {kind} and has {key}", f"{key} belongs to a Task, Parallel or Map."
        for index, one in enumerate(listed):
            errors = as_list(one.get("ErrorEquals"))
            if not errors:
                yield f"{key} of {name!r} names no ErrorEquals", 'ErrorEquals: ["States.ALL"], or the errors.'
            elif "States.ALL" in errors and (len(errors) > 1 or index < len(listed) - 1):
                yield f"{key} of {name!r} has States.ALL, which must stand alone and last", "Put it last, by itself."
            if key == "Catch" and "Next" not in one:
                yield f"Catch of {name!r} has no Next", "Next: the state that deals with the error."
