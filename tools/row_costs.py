"""The table in the README of marketdata of what a million rows cost, from its graph, dated prices and the benchmark.

python tools/row_costs.py            write the table
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from stackwright.graph import Graph, reveal
from stackwright.workspace import load, locate

ROOT = Path(__file__).parents[1]
README = ROOT / "systems/marketdata/README.md"
PRICES = tomllib.loads((ROOT / "tools/row_prices.toml").read_text(encoding="utf-8"))
STACK = "dev"
BEGIN = "<!-- Written from the stack `dev`, dated prices and the benchmark by `make reference` of Stackwright. -->"
END = "<!-- End of the costs of rows. -->"

ROWS: Final = 1_000_000
ROWS_PER_NOTE: Final = 1_000
"""A job notes its progress after 40 batches of 25."""
# A transaction of two items, each of which counts twice.
# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html#transaction-capacity-handling
_UNITS_PER_PART: Final = 4
# The start of a child, and its one state.
_TRANSITIONS_PER_PART: Final = 2
_JOB: Final = 3
"""Writes of a job besides: it is opened, begins and ends."""

Numbers = Mapping[str, float]


def numbers(graph: Graph) -> tuple[Numbers, Numbers]:
    """How many there are of each thing that has a price: in one run of processor, and in the Distributed Map."""
    gigabytes = _processor(graph)["memorySize"] / 1024
    insights = ROWS if graph.of_type("aws:dynamodb/contributorInsights:ContributorInsights") else 0
    parts = -(-ROWS // _rows_of_part(graph))
    seconds = PRICES["seconds"]
    function = {
        "write request units of DynamoDB": ROWS + ROWS // ROWS_PER_NOTE + _JOB,
        "events of Contributor Insights for DynamoDB": insights,
        "GB-seconds of Lambda, arm64": seconds["function"] * gigabytes,
        # upload and processor
        "requests of Lambda": 2,
        "state transitions of Step Functions": 0,
        # The client's PUT and the move; the file is read twice.
        "PUT, COPY and LIST requests of S3": 2,
        "GET requests of S3": 2,
    }
    mapped = {
        "write request units of DynamoDB": ROWS + parts * _UNITS_PER_PART + _JOB,
        "events of Contributor Insights for DynamoDB": insights,
        "GB-seconds of Lambda, arm64": seconds["map"] * gigabytes,
        # upload, the hand-over, each part, and the end of the job
        "requests of Lambda": parts + 3,
        "state transitions of Step Functions": parts * _TRANSITIONS_PER_PART + 3,
        # Two files of results, and their manifest, come on top.
        "PUT, COPY and LIST requests of S3": 5,
        "GET requests of S3": 2,
    }
    return function, mapped


def table(graph: Graph) -> str:
    """One row for each price, and the sums."""
    sides = numbers(graph)
    totals = [0.0, 0.0]
    rows = ["| | function: number | USD | map: number | USD |", "|---|---:|---:|---:|---:|"]
    for price in PRICES["price"]:
        cells: list[str] = []
        for side, found in enumerate(sides):
            number = found[price["what"]]
            usd = number * price["usd"] / price["each"]
            totals[side] += usd
            cells.append(f"{number:,.0f} | {usd:.4f}")
        rows.append(f"| {price['what']} | {' | '.join(cells)} |")
    sums = " | | ".join(f"**{total:.2f}**" for total in totals)
    rows.append(f"| **together** ({PRICES['region']}, {PRICES['checked']}, without the free tier) | | {sums} |")
    return "\n".join(rows)


def page(readme: Path, graph: Graph) -> str:
    """The README with its table as the graph says."""
    before, begin, rest = readme.read_text(encoding="utf-8").partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{readme} has no {BEGIN} and {END}")
    return f"{before}{BEGIN}\n{table(graph)}\n{END}{after}"


def _processor(graph: Graph) -> Mapping[str, Any]:
    found = [reveal(one.inputs) for one in graph.of_type("aws:lambda/function:Function")]
    (one,) = [each for each in found if each["handler"] == "processor_handler.handler"]
    if one["architectures"] != ["arm64"]:
        raise ValueError("the prices are those of arm64")
    return one


def _rows_of_part(graph: Graph) -> int:
    (machine,) = graph.of_type("aws:sfn/stateMachine:StateMachine")
    states = json.loads(reveal(machine.inputs)["definition"])["States"].values()
    (state,) = [each for each in states if "ItemBatcher" in each]
    return int(state["ItemBatcher"]["MaxItemsPerBatch"])


def main() -> None:
    """Write the table."""
    README.write_text(page(README, load(locate(str(README.parent)), STACK)), encoding="utf-8")


if __name__ == "__main__":
    main()
