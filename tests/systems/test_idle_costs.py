"""What the READMEs say that an idle stack costs is what its graph and the dated prices give."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest

from stackwright.testing.program import Program
from stackwright.workspace import bundled_systems

SYSTEMS = bundled_systems()
program_of = cache(lambda system: Program.of(SYSTEMS[system]))
TOOLS = Path(__file__).resolve().parents[2] / "tools"


@pytest.fixture
def costs(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    monkeypatch.syspath_prepend(str(TOOLS))
    import idle_costs

    yield idle_costs
    sys.modules.pop("idle_costs")


@pytest.mark.parametrize("system", SYSTEMS)
def test_the_readme_says_what_an_idle_stack_costs(costs, system):
    readme = SYSTEMS[system] / "README.md"

    assert costs.page(readme, program_of(system).graph) == readme.read_text(encoding="utf-8"), (
        "not current; run: python tools/idle_costs.py"
    )


def test_what_has_a_price_is_counted_and_nothing_else(costs):
    assert {price["what"] for price in costs.PRICES["price"]} == costs._COUNTED.keys()


def test_the_numbers_are_those_of_the_design(costs):
    program = program_of("storefront")
    found = costs.counts(program.graph)

    # secretsmanager and states in two zones; the gateway endpoints of DynamoDB and S3 are free.
    assert found["interface endpoints, for each availability zone"] == 4
    # Three tables and one index have a partition key only, three indexes a sort key, too.
    assert found["rules of Contributor Insights for DynamoDB"] == 4 * 2 + 3 * 4
    assert (found["customer-managed keys"], found["secrets"], found["dashboards"]) == (2, 1, 1)
    # An alarm on an expression is charged for each of its two metrics: five rates, and reads with writes of 3 tables
    # and 4 indexes.
    assert found["metrics of alarms"] == len(program.all("cloudwatch/metricAlarm:MetricAlarm")) + 12
