"""What marketdata's README says that a million rows cost is what its graph, the prices and the benchmark give."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from types import ModuleType

import pytest

from stackwright.testing.program import Program
from stackwright.workspace import bundled_systems


@pytest.fixture
def costs() -> Iterator[ModuleType]:
    import row_costs

    yield row_costs
    sys.modules.pop("row_costs")


@pytest.fixture(scope="module")
def program() -> Program:
    return Program.of(bundled_systems()["marketdata"])


def test_the_readme_says_what_rows_cost(costs, program):
    assert costs.page(costs.README, program.graph) == costs.README.read_text(encoding="utf-8"), (
        "not current; run: python tools/row_costs.py"
    )


def test_what_has_a_price_is_counted_and_nothing_else(costs, program):
    for found in costs.numbers(program.graph):
        assert found.keys() == {price["what"] for price in costs.PRICES["price"]}


def test_the_numbers_are_those_of_the_design(costs, program):
    function, mapped = costs.numbers(program.graph)

    # Each row is one item of less than a kilobyte, and the map has 2000 parts of 500 rows.
    assert function["write request units of DynamoDB"] == pytest.approx(1_000_000, rel=0.01)
    assert mapped["write request units of DynamoDB"] == 1_000_000 + 2000 * 4 + 3
    assert (function["state transitions of Step Functions"], function["requests of Lambda"]) == (0, 2)
    assert mapped["state transitions of Step Functions"] == pytest.approx(2 * 2000, abs=5)
    assert function["GB-seconds of Lambda, arm64"] == costs.PRICES["seconds"]["function"] * 3008 / 1024
