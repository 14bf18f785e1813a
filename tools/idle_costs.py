"""The table in each system's README of what a stack costs a month when nobody uses it, from its graph and dated prices.

python tools/idle_costs.py            write the tables
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from stackwright.graph import Graph, reveal
from stackwright.workspace import load, locate

ROOT = Path(__file__).parents[1]
PRICES = tomllib.loads((ROOT / "tools/idle_prices.toml").read_text(encoding="utf-8"))
STACK = "dev"
BEGIN = "<!-- Written from the stack `dev` and dated prices by `make reference` in Stackwright's repository. -->"
END = "<!-- End of the costs. -->"


def counts(graph: Graph) -> Mapping[str, int]:
    """How many there are of each thing that has a price."""
    return {what: count(graph) for what, count in _COUNTED.items()}


def page(readme: Path, graph: Graph) -> str:
    """The README with its table as the graph says."""
    before, begin, rest = readme.read_text(encoding="utf-8").partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{readme} has no {BEGIN} and {END}")
    return f"{before}{BEGIN}\n{table(graph)}\n{END}{after}"


def table(graph: Graph) -> str:
    """One row for each price, and the sum."""
    found, total = counts(graph), 0.0
    rows = ["| | number | USD each | USD a month |", "|---|---|---|---|"]
    for price in PRICES["price"]:
        each = price.get("usd_per_month") or price["usd_per_hour"] * PRICES["hours"]
        number = found[price["what"]]
        total += number * each
        if number:
            rows.append(f"| {price['what']} | {number} | {each:.2f} | {number * each:.2f} |")
    rows.append(
        f"| **together** ({PRICES['region']}, {PRICES['checked']}, without the free tier) | | | **{total:.2f}** |"
    )
    return "\n".join(rows)


def _inputs(graph: Graph, kind: str) -> list[Mapping[str, Any]]:
    return [reveal(resource.inputs) for resource in graph.of_type(f"aws:{kind}")]


def _endpoint_zones(graph: Graph) -> int:
    endpoints = _inputs(graph, "ec2/vpcEndpoint:VpcEndpoint")
    return sum(len(one["subnetIds"]) for one in endpoints if one.get("vpcEndpointType") == "Interface")


def _insight_rules(graph: Graph) -> int:
    """Two rules for a partition key, accessed and throttled, and two more where a sort key comes with it.

    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/contributorinsights_HowItWorks.html
    """
    tables = {one["name"]: one for one in _inputs(graph, "dynamodb/table:Table")}
    return sum(
        4 if _is_sorted(tables[one["tableName"]], one.get("indexName")) else 2 for one in _inputs(graph, _INSIGHTS)
    )


def _is_sorted(table: Mapping[str, Any], index: str | None) -> bool:
    if index is None:
        return bool(table.get("rangeKey"))
    (keys,) = (one["keySchemas"] for one in table["globalSecondaryIndexes"] if one["name"] == index)
    return any(key["keyType"] == "RANGE" for key in keys)


def _alarm_metrics(graph: Graph) -> int:
    """An alarm on an expression is charged for each metric in it."""
    alarms = _inputs(graph, "cloudwatch/metricAlarm:MetricAlarm")
    return sum(sum("metric" in query for query in alarm.get("metricQueries") or ()) or 1 for alarm in alarms)


_INSIGHTS = "dynamodb/contributorInsights:ContributorInsights"
_COUNTED: Mapping[str, Callable[[Graph], int]] = {
    "interface endpoints, for each availability zone": _endpoint_zones,
    "rules of Contributor Insights for DynamoDB": _insight_rules,
    "metrics of alarms": _alarm_metrics,
    "dashboards": lambda graph: len(_inputs(graph, "cloudwatch/dashboard:Dashboard")),
    "customer-managed keys": lambda graph: len(_inputs(graph, "kms/key:Key")),
    "secrets": lambda graph: len(_inputs(graph, "secretsmanager/secret:Secret")),
}


def main() -> None:
    """Write all tables."""
    for readme in sorted(ROOT.glob("systems/*/README.md")):
        graph = load(locate(str(readme.parent)), STACK)
        readme.write_text(page(readme, graph), encoding="utf-8")


if __name__ == "__main__":
    main()
