"""CloudWatch metrics of the components: what alarms watch and dashboards draw."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi

from .function import Function
from .queue import Queue
from .rest_api import RestApi
from .rule import Rule
from .table import Table
from .workflow import Workflow


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric of one resource.

    Attributes:
        statistic: how CloudWatch sums up a period: `Sum`, `Maximum`, `Average` or a percentile such as `p95`.
    """

    namespace: str
    name: str
    statistic: str
    dimensions: Mapping[str, pulumi.Input[str]]


def of_function(function: Function, name: str, statistic: str = "Sum") -> Metric:
    """https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html"""
    return Metric("AWS/Lambda", name, statistic, {"FunctionName": function.function_name})


def of_queue(queue: Queue) -> Metric:
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html"""
    return Metric("AWS/SQS", "ApproximateNumberOfMessagesVisible", "Maximum", {"QueueName": queue.queue_name})


def of_rule(rule: Rule, name: str, statistic: str = "Sum") -> Metric:
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-monitoring.html"""
    return Metric("AWS/Events", name, statistic, {"RuleName": rule.rule_name})


def of_api(api: RestApi, name: str, statistic: str = "Sum") -> Metric:
    """https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-metrics-and-dimensions.html"""
    return Metric("AWS/ApiGateway", name, statistic, {"ApiName": api.api_name, "Stage": api.stage_name})


def of_workflow(workflow: Workflow, name: str, statistic: str = "Sum") -> Metric:
    """https://docs.aws.amazon.com/step-functions/latest/dg/procedure-cw-metrics.html"""
    return Metric("AWS/States", name, statistic, {"StateMachineArn": workflow.arn})


def of_table(table: Table, name: str, statistic: str = "Sum", *, index: str | None = None) -> Metric:
    """What happens to the table itself, or to one of its global secondary indexes, which it does not include.

    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/metrics-dimensions.html
    """
    dimensions: dict[str, pulumi.Input[str]] = {"TableName": table.table_name}
    if index is not None:
        dimensions["GlobalSecondaryIndexName"] = index
    return Metric("AWS/DynamoDB", name, statistic, dimensions)
