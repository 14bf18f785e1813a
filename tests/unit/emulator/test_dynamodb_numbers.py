"""Patch ``dynamodb_numbers``: the same as MiniStack says, for less."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from stackwright.emulator.launcher.patches.dynamodb_numbers import FUNCTIONS, remembering

TEXTS = ["0", "-0", "1", "1.50", "+5", "1e400", "1E-131", "9.9e125", "9" * 39, "x", "", " 1", "1_0", "NaN", "0" * 50]
OTHERS = [None, 1, True, 1.0, 0, False, [], {"N": "1"}]


@pytest.fixture(scope="module")
def dynamodb() -> Any:
    from ministack.services import dynamodb

    return dynamodb


def outcome(function: Callable[[Any], Any], given: Any) -> Any:
    try:
        return function(given)
    except (TypeError, ValueError, ArithmeticError, AttributeError) as error:
        return type(error)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_answers_are_those_of_ministack(dynamodb: Any, name: str) -> None:
    original = getattr(dynamodb, name)
    answer = remembering(original)
    for _ in range(2):
        for given in [*TEXTS, *OTHERS]:
            assert outcome(answer, given) == outcome(original, given), given


def test_a_text_is_looked_at_once() -> None:
    seen: list[Any] = []
    answer = remembering(seen.append)
    for given in ("1", "1", 1, 1, "2"):
        answer(given)
    assert seen == ["1", 1, 1, "2"]
