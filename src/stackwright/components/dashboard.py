"""One CloudWatch dashboard of a system."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pulumi
from pulumi_aws import cloudwatch

from . import names
from .component import Component, Transform
from .function import Function
from .json_text import json_text
from .metrics import Metric, of_api, of_function, of_queue, of_table, of_workflow
from .queue import Queue
from .rest_api import RestApi
from .table import Table
from .workflow import Workflow


class Dashboard(Component):
    """A dashboard with a row of two graphs per component.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html

    Args:
        apis: requests, errors, latency.
        functions: runs, errors, duration, and failed events.
        workflows: executions by outcome, and their duration.
        tables: consumed capacity and throttled requests.
        transform: changes to inner resources by role, see `Component`.
    """

    dashboard_name: pulumi.Output[str]

    def __init__(
        self,
        name: str,
        *,
        apis: Sequence[RestApi] = (),
        functions: Sequence[Function] = (),
        workflows: Sequence[Workflow] = (),
        tables: Sequence[Table] = (),
        transform: Mapping[str, Transform] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("Dashboard", name, transform=transform, opts=opts)

        rows = [
            *(_api(api) for api in apis),
            *(_function(function) for function in functions),
            *(_workflow(workflow) for workflow in workflows),
            *(_table(table) for table in tables),
        ]
        widgets = [
            self._widget(title, metrics, column, row)
            for row, graphs in enumerate(rows)
            for column, (title, metrics) in enumerate(graphs)
        ]
        dashboard = cloudwatch.Dashboard(
            f"{name}-dashboard",
            # Dashboards belong to the account, not to a region.
            dashboard_name=self.environment.physical_name(name, names.DASHBOARD, globally_unique=True),
            dashboard_body=json_text({"widgets": widgets}),
            opts=self.inside(),
        )
        self.dashboard_name = dashboard.dashboard_name
        self.finish(dashboard_name=self.dashboard_name)

    def _widget(self, title: str, metrics: Sequence[Metric], column: int, row: int) -> dict[str, Any]:
        lines = [
            [m.namespace, m.name, *(part for pair in m.dimensions.items() for part in pair), {"stat": m.statistic}]
            for m in metrics
        ]
        properties = {
            "title": title,
            "region": self.environment.region,
            "view": "timeSeries",
            "period": 300,
            "metrics": lines,
        }
        return {"type": "metric", "x": 12 * column, "y": 6 * row, "width": 12, "height": 6, "properties": properties}


_Graphs = tuple[tuple[str, list[Metric]], tuple[str, list[Metric]]]


def _api(api: RestApi) -> _Graphs:
    counts = [of_api(api, name) for name in ("Count", "4XXError", "5XXError")]
    return (f"{api.label}: requests", counts), (f"{api.label}: latency, ms", [of_api(api, "Latency", "p95")])


def _function(function: Function) -> _Graphs:
    queues: list[Queue] = [function.dead_letters, *([function.failures] if function.failures is not None else [])]
    counts = [of_function(function, name) for name in ("Invocations", "Errors", "Throttles")]
    return (
        (f"{function.label}: runs and failed events", counts + [of_queue(queue) for queue in queues]),
        (f"{function.label}: duration, ms", [of_function(function, "Duration", s) for s in ("p50", "p95", "Maximum")]),
    )


def _workflow(workflow: Workflow) -> _Graphs:
    outcomes = ("ExecutionsStarted", "ExecutionsSucceeded", "ExecutionsFailed", "ExecutionsTimedOut")
    return (
        (f"{workflow.label}: executions", [of_workflow(workflow, name) for name in outcomes]),
        (f"{workflow.label}: duration, ms", [of_workflow(workflow, "ExecutionTime", "p95")]),
    )


def _table(table: Table) -> _Graphs:
    consumed = ("ConsumedReadCapacityUnits", "ConsumedWriteCapacityUnits")
    throttled = ("ReadThrottleEvents", "WriteThrottleEvents")
    return (
        (f"{table.label}: capacity", [of_table(table, name) for name in consumed]),
        (f"{table.label}: throttled", [of_table(table, name) for name in throttled]),
    )
