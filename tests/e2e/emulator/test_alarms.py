"""Patches ``alarms`` and ``emf``: alarms are evaluated all the time, on the right data, and recover."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

pytestmark = pytest.mark.e2e


class Alarm:
    """An alarm that tells a queue about its changes."""

    def __init__(self, account: Any, **settings: Any) -> None:
        self._account = account
        self._client = account.client("cloudwatch")
        self.name = account.name("alarm")
        sns = account.client("sns")
        topic = sns.create_topic(Name=account.name("topic"))["TopicArn"]
        statement = {
            "Effect": "Allow",
            "Principal": {"Service": "sns.amazonaws.com"},
            "Action": "sqs:*",
            "Resource": "*",
        }
        self._url, arn = account.queue(Policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]}))
        sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn, Attributes={"RawMessageDelivery": "true"})
        self._client.put_metric_alarm(
            AlarmName=self.name,
            EvaluationPeriods=1,
            Threshold=0,
            ComparisonOperator="GreaterThanThreshold",
            TreatMissingData="notBreaching",
            AlarmActions=[topic],
            OKActions=[topic],
            **settings,
        )

    def described(self) -> dict[str, Any]:
        (alarm,) = self._client.describe_alarms(AlarmNames=[self.name])["MetricAlarms"]
        return alarm

    def state(self) -> str:
        return self.described()["StateValue"]

    def becomes(self, state: str) -> None:
        self._account.until(lambda: self.state() == state)

    def told(self) -> list[str]:
        return [json.loads(message["Body"])["NewStateValue"] for message in self._account.messages(self._url)]


def failing(account: Any) -> str:
    return account.function("def handler(event, context):\n    return 1 / event")


def errors_of(function: str) -> dict[str, Any]:
    dimensions = [{"Name": "FunctionName", "Value": function}]
    return {"Namespace": "AWS/Lambda", "MetricName": "Errors", "Dimensions": dimensions}


def test_an_error_raises_the_alarm_of_its_function_only_and_it_recovers(account: Any) -> None:
    broken, healthy = failing(account), failing(account)
    mine = Alarm(account, **errors_of(broken), Period=60, Statistic="Sum")
    other = Alarm(account, **errors_of(healthy), Period=60, Statistic="Sum")
    account.invoke(healthy, 1)
    mine.becomes("OK")
    account.invoke(broken, 0)
    mine.becomes("ALARM")
    assert other.state() == "OK"
    mine.becomes("OK")  # a period of 60 s lasts 1.2 s here, and CloudWatch looks two periods further back
    told: list[str] = []
    account.until(lambda: told.extend(mine.told()) or len(told) >= 3)
    assert told == ["OK", "ALARM", "OK"]


def test_an_alarm_on_an_error_rate(account: Any) -> None:
    name = failing(account)
    dimensions = [{"Name": "FunctionName", "Value": name}]
    queries: list[dict[str, Any]] = [
        {
            "Id": key,
            "MetricStat": {
                "Metric": {"Namespace": "AWS/Lambda", "MetricName": metric, "Dimensions": dimensions},
                "Period": 60,
                "Stat": "Sum",
            },
            "ReturnData": False,
        }
        for key, metric in (("errors", "Errors"), ("calls", "Invocations"))
    ]
    queries.append({"Id": "rate", "Expression": "IF(calls > 0, 100 * errors / calls, 0)", "ReturnData": True})
    alarm = Alarm(account, Metrics=queries)
    account.invoke(name, 1)
    alarm.becomes("OK")
    assert [query["Id"] for query in alarm.described()["Metrics"]] == ["errors", "calls", "rate"]
    account.invoke(name, 0)
    alarm.becomes("ALARM")


def test_an_expression_that_is_not_supported_says_so(account: Any) -> None:
    metric = {"Metric": {"Namespace": "N", "MetricName": "M"}, "Period": 60, "Stat": "Sum"}
    queries = [
        {"Id": "m", "MetricStat": metric, "ReturnData": False},
        {"Id": "e", "Expression": "SEARCH('x')", "ReturnData": True},
    ]
    alarm = Alarm(account, Metrics=queries)
    account.until(lambda: "SEARCH() in" in alarm.described()["StateReason"])
    assert alarm.state() == "INSUFFICIENT_DATA"


def test_messages_in_a_dead_letter_queue_raise_an_alarm(account: Any) -> None:
    url, arn = account.queue()
    alarm = Alarm(
        account,
        Namespace="AWS/SQS",
        MetricName="ApproximateNumberOfMessagesVisible",
        Dimensions=[{"Name": "QueueName", "Value": arn.rpartition(":")[2]}],
        Period=60,
        Statistic="Maximum",
    )
    alarm.becomes("OK")
    account.client("sqs").send_message(QueueUrl=url, MessageBody="dead")
    alarm.becomes("ALARM")
    account.client("sqs").purge_queue(QueueUrl=url)
    alarm.becomes("OK")


def test_a_topic_that_does_not_allow_cloudwatch_is_not_told(account: Any) -> None:
    alarm = Alarm(account, Namespace="N", MetricName=account.name("m"), Period=60, Statistic="Sum")
    client = account.client("cloudwatch")
    topic = alarm.described()["AlarmActions"][0]
    policy = {"Version": "2012-10-17", "Statement": []}
    account.client("sns").set_topic_attributes(
        TopicArn=topic, AttributeName="Policy", AttributeValue=json.dumps(policy)
    )
    alarm.becomes("OK")
    before = account.last_decision()
    client.put_metric_data(Namespace="N", MetricData=[{"MetricName": alarm.described()["MetricName"], "Value": 1}])
    alarm.becomes("ALARM")
    account.until(
        lambda: any(
            (entry.principal, entry.action, entry.decision)
            == ("cloudwatch.amazonaws.com", "sns:Publish", "ImplicitDeny")
            for entry in account.emulator.decisions(since=before)
            if entry.resource == topic
        )
    )
    assert "ALARM" not in alarm.told()


def test_embedded_metrics_in_a_log_line_become_metrics(account: Any) -> None:
    namespace = account.name("shop")
    line = {
        "_aws": {
            "Timestamp": int(time.time() * 1000),
            "CloudWatchMetrics": [
                {"Namespace": namespace, "Dimensions": [["service"]], "Metrics": [{"Name": "Sold", "Unit": "Count"}]}
            ],
        },
        "service": "orders",
        "Sold": [2, 3],
    }
    account.invoke(account.function(f"import json\ndef handler(event, context):\n    print(json.dumps({line!r}))"))
    answer = account.client("cloudwatch").get_metric_statistics(
        Namespace=namespace,
        MetricName="Sold",
        Dimensions=[{"Name": "service", "Value": "orders"}],
        StartTime=time.time() - 300,
        EndTime=time.time() + 60,
        Period=3600,
        Statistics=["Sum", "SampleCount"],
    )
    (point,) = answer["Datapoints"]
    assert (point["Sum"], point["SampleCount"]) == (5.0, 2.0)
