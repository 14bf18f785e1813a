"""Logs, traces and alarms."""

from __future__ import annotations

import json

import pytest
from storefront_program import SERVICES, TABLES

INDEXES = ("users-email-index", "orders-userId-index", "orders-status-index", "products-category-index")


def test_all_logs_are_kept_for_the_configured_days_and_encrypted(program):
    groups = {
        program.inputs(r.name)["name"]: program.inputs(r.name) for r in program.all("cloudwatch/logGroup:LogGroup")
    }

    assert groups.keys() == {
        *(f"/aws/lambda/storefront-{service}-dev" for service in SERVICES),
        "/aws/vendedlogs/states/storefront-order-workflow-dev",
        "/aws/apigateway/storefront-api-dev",
    }
    assert {g["retentionInDays"] for g in groups.values()} == {7}
    assert {g["kmsKeyId"] for g in groups.values()} == {program.outputs("data-key-key")["arn"]}


def test_stage_and_workflow_write_logs_and_traces(program):
    stage, machine = program.inputs("api-stage"), program.inputs("order-workflow-machine")

    assert (stage["stageName"], stage["xrayTracingEnabled"]) == ("dev", True)
    assert stage["accessLogSettings"]["destinationArn"] == program.outputs("api-logs")["arn"]
    written = json.loads(stage["accessLogSettings"]["format"]).keys()
    fields = ("requestId", "ip", "requestTime", "httpMethod", "resourcePath", "status", "protocol", "responseLength")
    assert written >= set(fields)
    assert machine["tracingConfiguration"] == {"enabled": True}
    assert machine["loggingConfiguration"] == {
        "level": "ALL",
        "includeExecutionData": True,
        "logDestination": program.outputs("order-workflow-logs")["arn"] + ":*",
    }


def test_everything_that_can_go_wrong_unseen_has_an_alarm(program):
    alarms = {
        a.name.removeprefix("alarms-"): program.inputs(a.name)
        for a in program.all("cloudwatch/metricAlarm:MetricAlarm")
    }

    of_function = ("error-rate", "throttles", "duration", "concurrency")
    assert alarms.keys() == {
        *(f"{service}-{kind}" for service in SERVICES for kind in of_function),
        *(f"{service}-dlq-not-empty" for service in SERVICES),
        "resume-orders-dlq-not-empty",
        "api-4xx-rate",
        "api-5xx-rate",
        "order-workflow-failed",
        "order-workflow-timed-out",
        "resume-orders-failed",
        "resume-orders-lost",
        *(f"{table}-throttles" for table in TABLES),
        *(f"{index}-throttles" for index in INDEXES),
    }
    topic = program.outputs("alarm-notifications-topic")["arn"]
    for name, alarm in alarms.items():
        assert alarm["alarmActions"] == [topic], name
        assert alarm["treatMissingData"] == "notBreaching"
        assert alarm["comparisonOperator"] == "GreaterThanThreshold"
    assert program.inputs("alarm-notifications-topic")["kmsMasterKeyId"] == program.outputs("data-key-key")["arn"]


@pytest.mark.parametrize("service", SERVICES)
def test_alarms_of_a_service_watch_that_service(program, service):
    name = program.outputs(f"{service}-function")["name"]
    rate = program.inputs(f"alarms-{service}-error-rate")
    queries = {q["id"]: q for q in rate["metricQueries"]}

    assert (rate["threshold"], rate["evaluationPeriods"]) == (1, 2)
    assert queries["result"]["expression"] == "IF(total > 0, 100 * errors / total, 0)"
    assert {i for i, q in queries.items() if q["returnData"]} == {"result"}
    for query in ("errors", "total"):
        metric = queries[query]["metric"]
        assert (metric["dimensions"], metric["period"], metric["stat"]) == ({"FunctionName": name}, 60, "Sum")
    thresholds = {"throttles": 0, "duration": 24_000, "concurrency": 8}
    for kind, threshold in thresholds.items():
        alarm = program.inputs(f"alarms-{service}-{kind}")
        assert (alarm["threshold"], alarm["period"], alarm["dimensions"]) == (threshold, 60, {"FunctionName": name})


def test_rates_of_the_api_are_its_own(program):
    for kind, metric in {"4xx-rate": "4XXError", "5xx-rate": "5XXError"}.items():
        queries = {q["id"]: q for q in program.inputs(f"alarms-api-{kind}")["metricQueries"]}
        assert queries["errors"]["metric"]["metricName"] == metric
        assert queries["errors"]["metric"]["dimensions"] == {"ApiName": "storefront-api-dev", "Stage": "dev"}
