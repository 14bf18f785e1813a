"""The order in which stacks are brought up, and what a failure does to the others."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import nullcontext
from typing import Any, cast

from stackwright.errors import ResourceError
from stackwright.graph import Graph
from stackwright.workspace.several import Applied, Others, apply_all


class Session:
    """Applies stacks that refer to others; notes each that came up."""

    def __init__(self, refers: Mapping[str, str] | None = None, broken: str = "") -> None:
        self.refers = refers or {}
        self.broken = broken
        self.up: list[str] = []

    def apply(self, stack: str, _: Any, observe: Any, others: Others) -> Any:
        if stack in self.refers:
            others.look(self.refers[stack])
            others.accept(self.refers[stack], Graph("shop", "x", "emulator"))
        if stack == self.broken:
            raise ResourceError("no")
        self.up.append(stack)
        return f"result of {stack}"


def apply(session: Session, *stacks: str) -> list[Applied]:
    return list(apply_all(cast("Any", session), stacks, {}, lambda _: nullcontext(lambda _: None)))


def test_the_order_is_that_of_the_command_line() -> None:
    assert [each.stack for each in apply(Session(), "staging", "dev", "staging", "prod")] == ["staging", "dev", "prod"]


def test_a_stack_follows_those_that_it_refers_to() -> None:
    session = Session({"dev": "staging", "staging": "prod"})
    assert [each.stack for each in apply(session, "dev", "staging", "prod")] == ["prod", "staging", "dev"]
    assert session.up == ["prod", "staging", "dev"]


def test_a_failure_keeps_those_that_need_it_and_no_others() -> None:
    session = Session({"dev": "prod"}, broken="prod")
    found = {each.stack: each.failure for each in apply(session, "dev", "staging", "prod")}
    assert session.up == ["staging"]
    assert str(found["prod"]) == "no"
    assert "the stack 'prod', which could not be brought up" in str(found["dev"])


def test_stacks_that_refer_to_each_other_are_named() -> None:
    failures = [str(each.failure) for each in apply(Session({"dev": "prod", "prod": "dev"}), "dev", "prod")]
    assert "refers to the stack 'dev', which waits for this one" in failures[0]
    assert "refers to the stack 'prod', which could not be brought up" in failures[1]


def test_nothing_more_is_told_of_a_run_that_begins_again() -> None:
    told: list[Any] = []
    others = Others(to_come=frozenset({"prod"}))
    observe = others.unless_needed(told.append)
    observe(cast("Any", "first"))
    try:
        others.look("prod")
    except ResourceError:
        observe(cast("Any", "second"))
    assert (told, others.needed) == (["first"], "prod")
