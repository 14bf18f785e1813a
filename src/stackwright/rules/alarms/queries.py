"""What an alarm watches."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, cast

from stackwright.rules.alarms.metric_math import Id, MathError, Term, parse, resolved
from stackwright.rules.json_values import as_map
from stackwright.rules.view import Node

ALARM: Final = "cloudwatch/metricAlarm:MetricAlarm"


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric, as an alarm names it.

    Attributes:
        path: of the input that holds it; empty when these are inputs of the alarm itself.
    """

    namespace: str
    name: str
    statistic: str
    dimensions: Mapping[str, Any]
    path: str = ""

    def at(self, name: str) -> str:
        """The path of one of its inputs."""
        return f"{self.path}.{name}" if self.path else name


@dataclass(frozen=True, slots=True)
class Query:
    """One of `metric_queries`; it has an expression or a metric."""

    id: str
    path: str
    expression: str = ""
    metric: Metric | None = None
    returns_data: bool = False

    @property
    def is_sql(self) -> bool:
        """Whether it is a query of Metrics Insights, which has a language of its own."""
        return self.expression.lstrip().upper().startswith("SELECT ")


class Alarm:
    """A metric alarm."""

    def __init__(self, node: Node) -> None:
        self.node = node

    @property
    def says(self) -> str:
        """For messages."""
        return f"the alarm {self.node.name!r}"

    @cached_property
    def queries(self) -> tuple[Query, ...]:
        """Its metric queries."""
        found: list[Query] = []
        for index, table in enumerate(self.node.structs("metricQueries")):
            path = f"metricQueries.{index}"
            metric: Any = table.get("metric")
            if isinstance(metric, list):  # of one, in some versions of the SDK
                metric = next(iter(cast("list[Any]", metric)), None)
            is_whole = isinstance(metric, Mapping) and len(cast("Mapping[str, Any]", metric)) > 0
            inner = _metric(cast("Mapping[str, Any]", metric), f"{path}.metric", "stat") if is_whole else None
            found.append(
                Query(
                    str(table.get("id") or ""),
                    path,
                    str(table.get("expression") or ""),
                    inner,
                    table.get("returnData") is True,
                )
            )
        return tuple(found)

    @cached_property
    def single(self) -> Metric | None:
        """The metric of an alarm without queries."""
        if self.queries or not self.node.given("metricName"):
            return None
        given = {k: self.node.given(k) for k in ("metricName", "namespace", "statistic", "dimensions")}
        given["statistic"] = given["statistic"] or self.node.given("extendedStatistic")
        return _metric(given, "", "statistic")

    @property
    def metrics(self) -> list[Metric]:
        """All its metrics."""
        return [self.single] if self.single else [q.metric for q in self.queries if q.metric]

    @cached_property
    def returned(self) -> Query | None:
        """The query whose data the alarm watches."""
        returning = [q for q in self.queries if q.returns_data]
        return returning[0] if len(returning) == 1 else None

    @cached_property
    def watched(self) -> Term | None:
        """What it watches as one term, whose ids are metrics; None when that cannot be read."""
        if self.returned is None:
            return None
        terms: dict[str, Term] = {}
        for query in self.queries:
            if query.expression and not query.is_sql:
                try:
                    terms[query.id] = parse(query.expression)
                except MathError:
                    continue
        if self.returned.expression and self.returned.id not in terms:
            return None
        return resolved(Id(self.returned.id), terms)

    def metric(self, name: str) -> Metric | None:
        """The metric with an id."""
        return next((q.metric for q in self.queries if q.id == name), None)


def _metric(table: Mapping[str, Any], path: str, statistic: str) -> Metric:
    return Metric(
        str(table.get("namespace") or ""),
        str(table.get("metricName") or ""),
        str(table.get(statistic) or ""),
        as_map(table.get("dimensions")),
        path,
    )
