"""Alarms and dashboards. https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stackwright.graph import Resource
from stackwright.provider.aws import Aws, ignoring
from stackwright.provider.provisioner import Created, Inputs, Provisioner, id_of, only
from stackwright.provider.services._shapes import changed_tags, pascal, present, tag_list

_GONE = ("ResourceNotFound", "ResourceNotFoundException", "DashboardNotFoundError")

# Input of the type -> parameter of PutMetricAlarm; both have the same form.
_METRIC_ALARM = (
    "alarmDescription",
    "comparisonOperator",
    "datapointsToAlarm",
    "evaluationPeriods",
    "extendedStatistic",
    "metricName",
    "namespace",
    "period",
    "statistic",
    "threshold",
    "thresholdMetricId",
    "treatMissingData",
    "unit",
)


class MetricAlarm(Provisioner):
    """Its id is its name."""

    type = "cloudwatch/metricAlarm:MetricAlarm"
    replace_on = frozenset({"name"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        aws.client("cloudwatch").put_metric_alarm(Tags=tag_list(aws.tags(new.get("tags"))), **_metric_alarm(new))
        return Created()

    def update(self, aws: Aws, new: Inputs, old: Resource) -> Mapping[str, Any]:
        settings = _metric_alarm(new)
        if settings != _metric_alarm(Inputs(old, new.root)):
            aws.client("cloudwatch").put_metric_alarm(**settings)
        _retag(aws, new, old)
        return {}

    def delete(self, aws: Aws, old: Resource) -> None:
        ignoring(_GONE, lambda: aws.client("cloudwatch").delete_alarms(AlarmNames=[id_of(old)]))

    def read(self, aws: Aws, wanted: Resource) -> Created:
        found = aws.client("cloudwatch").describe_alarms(AlarmNames=[id_of(wanted)])["MetricAlarms"]
        alarm = only(found, wanted)
        known = {key: alarm[key[0].upper() + key[1:]] for key in _METRIC_ALARM if key[0].upper() + key[1:] in alarm}
        dimensions = {d["Name"]: d["Value"] for d in alarm.get("Dimensions", [])}
        return Created(outputs={**known, "arn": alarm["AlarmArn"], "name": id_of(wanted), "dimensions": dimensions})


def _metric_alarm(new: Inputs) -> dict[str, Any]:
    return {
        "AlarmName": new["name"],
        **pascal({key: new.get(key) for key in _METRIC_ALARM}),
        **_actions(new),
        **present(
            EvaluateLowSampleCountPercentile=new.get("evaluateLowSampleCountPercentiles"),
            Dimensions=_dimensions(new.get("dimensions")),
            Metrics=[_query(query) for query in new.get("metricQueries", [])] or None,
        ),
    }


def _actions(new: Inputs) -> dict[str, Any]:
    return {
        "ActionsEnabled": new.get("actionsEnabled", True),
        "AlarmActions": new.get("alarmActions", []),
        "OKActions": new.get("okActions", []),
        "InsufficientDataActions": new.get("insufficientDataActions", []),
    }


def _dimensions(given: Mapping[str, str] | None) -> list[dict[str, str]] | None:
    return [{"Name": k, "Value": v} for k, v in given.items()] if given else None


def _query(given: Mapping[str, Any]) -> dict[str, Any]:
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDataQuery.html"""
    metric = given.get("metric")
    stat = None
    if metric:
        stat = present(
            Metric=present(
                Namespace=metric.get("namespace"),
                MetricName=metric["metricName"],
                Dimensions=_dimensions(metric.get("dimensions")),
            ),
            Period=metric.get("period"),
            Stat=metric["stat"],
            Unit=metric.get("unit"),
        )
    return present(
        Id=given["id"],
        AccountId=given.get("accountId"),
        Expression=given.get("expression"),
        Label=given.get("label"),
        Period=given.get("period"),
        ReturnData=bool(given.get("returnData")),
        MetricStat=stat,
    )


def _retag(aws: Aws, new: Inputs, old: Resource) -> None:
    client, arn = aws.client("cloudwatch"), old.outputs["arn"]
    put, removed = changed_tags(aws, new, old)
    if removed:
        client.untag_resource(ResourceARN=arn, TagKeys=removed)
    if put:
        client.tag_resource(ResourceARN=arn, Tags=tag_list(put))


class CompositeAlarm(Provisioner):
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html"""

    type = "cloudwatch/compositeAlarm:CompositeAlarm"
    replace_on = frozenset({"alarmName"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        aws.client("cloudwatch").put_composite_alarm(Tags=tag_list(aws.tags(new.get("tags"))), **_composite_alarm(new))
        return Created()

    def update(self, aws: Aws, new: Inputs, old: Resource) -> Mapping[str, Any]:
        aws.client("cloudwatch").put_composite_alarm(**_composite_alarm(new))
        _retag(aws, new, old)
        return {}

    def delete(self, aws: Aws, old: Resource) -> None:
        ignoring(_GONE, lambda: aws.client("cloudwatch").delete_alarms(AlarmNames=[id_of(old)]))


def _composite_alarm(new: Inputs) -> dict[str, Any]:
    return {
        "AlarmName": new["alarmName"],
        "AlarmRule": new["alarmRule"],
        "AlarmDescription": new.get("alarmDescription", ""),
        **_actions(new),
    }


class Dashboard(Provisioner):
    """Its id is its name."""

    type = "cloudwatch/dashboard:Dashboard"
    replace_on = frozenset({"dashboardName"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        aws.client("cloudwatch").put_dashboard(DashboardName=new["dashboardName"], DashboardBody=new["dashboardBody"])
        return Created()

    def delete(self, aws: Aws, old: Resource) -> None:
        ignoring(_GONE, lambda: aws.client("cloudwatch").delete_dashboards(DashboardNames=[id_of(old)]))
