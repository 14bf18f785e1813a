"""Log groups, alarms, dashboards, buses and rules, seen through boto3 and by what they do."""

from __future__ import annotations

import base64
import gzip
import json
import re
import time
from typing import Any

import pytest

from stackwright.errors import ResourceError
from stackwright.provider.services.cloudwatch import FUNCTIONS
from stackwright.testing.eventually import eventually

pytestmark = pytest.mark.e2e

SENDS = """
import boto3, json, os
def handler(event, context):
    boto3.client("sqs").send_message(QueueUrl=os.environ["OUT"], MessageBody=json.dumps(event))
"""


@pytest.fixture
def out(aws: Any, queue: tuple[str, str]) -> Any:
    """The next message of the test's queue."""

    def receive(wanted: Any = lambda message: True) -> Any:
        def one() -> Any:
            for message in aws.client("sqs").receive_message(QueueUrl=queue[0], WaitTimeSeconds=1).get("Messages", []):
                aws.client("sqs").delete_message(QueueUrl=queue[0], ReceiptHandle=message["ReceiptHandle"])
                if wanted(message["Body"]):
                    return message["Body"]
            return None

        return eventually(one)

    return receive


def group_of(aws: Any, name: str) -> dict[str, Any]:
    found = aws.client("logs").describe_log_groups(logGroupNamePrefix=name)["logGroups"]
    return next(group for group in found if group["logGroupName"] == name)


def test_log_group_keeps_its_settings(aws: Any, unique: str) -> None:
    made = aws.create(
        "cloudwatch/logGroup:LogGroup", "log", name=f"/aws/lambda/{unique}", retentionInDays=7, tags={"a": "1"}
    )
    assert made.id == f"/aws/lambda/{unique}"
    found, logs = group_of(aws, made.id), aws.client("logs")
    assert found["retentionInDays"] == 7
    assert found["logGroupArn"] == made.outputs["arn"]
    made = aws.update(made, name=made.id, tags={"b": "2"})
    assert "retentionInDays" not in group_of(aws, made.id)
    assert logs.list_tags_for_resource(resourceArn=made.outputs["arn"])["tags"] == {"b": "2"}
    aws.update(made, name=made.id, retentionInDays=30)
    assert aws.read("cloudwatch/logGroup:LogGroup", made.id).outputs["retentionInDays"] == 30
    aws.delete(made)
    aws.delete(made)


def test_log_group_changes_its_key(aws: Any, unique: str) -> None:
    kms = aws.client("kms")
    key = kms.create_key()["KeyMetadata"]["Arn"]
    made = aws.create("cloudwatch/logGroup:LogGroup", "log", name=unique)
    with pytest.raises(ResourceError, match="is not allowed to be used"):
        aws.update(made, name=unique, kmsKeyId=key)
    policy = json.loads(kms.get_key_policy(KeyId=key, PolicyName="default")["Policy"])
    policy["Statement"].append(
        {
            "Effect": "Allow",
            "Principal": {"Service": f"logs.{aws.endpoint.region}.amazonaws.com"},
            "Action": ["kms:GenerateDataKey", "kms:Decrypt"],
            "Resource": "*",
        }
    )
    kms.put_key_policy(KeyId=key, PolicyName="default", Policy=json.dumps(policy))
    made = aws.update(made, name=unique, kmsKeyId=key)
    assert group_of(aws, unique)["kmsKeyId"] == key
    aws.update(made, name=unique)
    assert "kmsKeyId" not in group_of(aws, unique)


def test_log_group_that_exists_is_refused_and_a_bad_one_leaves_nothing(aws: Any, unique: str) -> None:
    aws.client("logs").create_log_group(logGroupName=unique)
    with pytest.raises(ResourceError, match="ResourceAlreadyExistsException"):
        aws.create("cloudwatch/logGroup:LogGroup", "log", name=unique)
    aws.client("logs").delete_log_group(logGroupName=unique)
    with pytest.raises(ResourceError, match="retentionInDays is 8"):
        aws.create("cloudwatch/logGroup:LogGroup", "log", name=unique, retentionInDays=8)
    made = aws.create("cloudwatch/logGroup:LogGroup", "log", name=unique, skipDestroy=True)
    aws.delete(made)
    assert group_of(aws, unique)


def test_log_stream_and_metric_filter(aws: Any, unique: str) -> None:
    logs = aws.client("logs")
    logs.create_log_group(logGroupName=unique)
    stream = aws.create("cloudwatch/logStream:LogStream", "one", name="one", logGroupName=unique)
    assert stream.outputs["arn"] == logs.describe_log_streams(logGroupName=unique)["logStreams"][0]["arn"]
    metric = {"name": "Errors", "namespace": "App", "value": "1", "defaultValue": "0"}
    given = {"logGroupName": unique, "pattern": " ERROR ", "metricTransformation": metric}
    metric_filter = aws.create("cloudwatch/logMetricFilter:LogMetricFilter", "errors", **given)
    found = logs.describe_metric_filters(logGroupName=unique)["metricFilters"][0]
    assert found["filterPattern"] == "ERROR"
    assert found["metricTransformations"][0]["defaultValue"] == 0
    aws.update(metric_filter, **{**given, "pattern": "WARN"})
    assert logs.describe_metric_filters(logGroupName=unique)["metricFilters"][0]["filterPattern"] == "WARN"
    for resource in (metric_filter, metric_filter, stream, stream):
        aws.delete(resource)


def test_subscription_filter_feeds_a_function(
    aws: Any, make: Any, queue: tuple[str, str], out: Any, unique: str
) -> None:
    logs = aws.client("logs")
    function = make(text=SENDS, environment={"variables": {"OUT": queue[0]}})
    logs.create_log_group(logGroupName=unique)
    logs.create_log_stream(logGroupName=unique, logStreamName="s")
    subscription = aws.create(
        "cloudwatch/logSubscriptionFilter:LogSubscriptionFilter",
        "errors",
        logGroup=unique,
        filterPattern="ERROR",
        destinationArn=function.outputs["arn"],
    )
    assert subscription.id.startswith("cwlsf-")
    lines = [{"timestamp": int(time.time() * 1000), "message": text} for text in ("fine", "ERROR no")]
    logs.put_log_events(logGroupName=unique, logStreamName="s", logEvents=lines)
    data = json.loads(gzip.decompress(base64.b64decode(json.loads(out())["awslogs"]["data"])))
    assert [event["message"] for event in data["logEvents"]] == ["ERROR no"]
    aws.delete(subscription)
    aws.delete(subscription)
    elsewhere = aws.create(
        "cloudwatch/logSubscriptionFilter:LogSubscriptionFilter",
        "stream",
        logGroup=f"arn:aws:logs:us-east-1:123456789012:log-group:{unique}:*",
        filterPattern="",
        destinationArn="arn:aws:kinesis:us-east-1:123456789012:stream/s",
    )
    assert "destinationArn" in elsewhere.simulated
    aws.delete(elsewhere)


def test_log_policies_and_destinations(aws: Any, unique: str, role: str) -> None:
    logs = aws.client("logs")
    statement = {"Effect": "Allow", "Principal": {"Service": "es.amazonaws.com"}, "Action": "logs:*", "Resource": "*"}
    document = {"Version": "2012-10-17", "Statement": [statement]}
    policy = aws.create(
        "cloudwatch/logResourcePolicy:LogResourcePolicy", "p", policyName=unique, policyDocument=document
    )
    assert policy.id == unique
    found = {p["policyName"]: p for p in logs.describe_resource_policies()["resourcePolicies"] if p.get("policyName")}
    assert json.loads(found[unique]["policyDocument"]) == document
    assert policy.outputs["revisionId"]
    policy = aws.update(policy, policyName=unique, policyDocument=json.dumps({**document, "Id": "2"}))
    group = aws.create("cloudwatch/logGroup:LogGroup", "log", name=unique)
    arn = group.outputs["arn"]
    own = aws.create(
        "cloudwatch/logResourcePolicy:LogResourcePolicy", "own", resourceArn=arn, policyDocument=json.dumps(document)
    )
    assert own.id == arn
    own = aws.update(own, resourceArn=arn, policyDocument=json.dumps({**document, "Id": "3"}))
    destination = aws.create(
        "cloudwatch/logDestination:LogDestination",
        "d",
        roleArn=role,
        targetArn="arn:aws:kinesis:us-east-1:123456789012:stream/s",
    )
    access = aws.create(
        "cloudwatch/logDestinationPolicy:LogDestinationPolicy",
        "dp",
        destinationName=destination.id,
        accessPolicy=json.dumps(document),
    )
    for resource in (policy, policy, own, own, access, destination, destination):
        aws.delete(resource)


def alarm_of(aws: Any, name: str) -> dict[str, Any]:
    return aws.client("cloudwatch").describe_alarms(AlarmNames=[name])["MetricAlarms"][0]


def test_metric_alarm_goes_off_and_tells_the_topic(aws: Any, unique: str, queue: tuple[str, str], out: Any) -> None:
    sns = aws.client("sns")
    topic = sns.create_topic(Name=unique)["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue[1], Attributes={"RawMessageDelivery": "true"})
    given = {
        "comparisonOperator": "GreaterThanThreshold",
        "evaluationPeriods": 1,
        "metricName": "Errors",
        "namespace": unique,
        "period": 60,
        "statistic": "Sum",
        "threshold": 0,
        "dimensions": {"Service": "a"},
        "alarmDescription": "too many",
        "alarmActions": [topic],
        "treatMissingData": "notBreaching",
        "tags": {"a": "1"},
    }
    made = aws.create("cloudwatch/metricAlarm:MetricAlarm", "errors", **given)
    found = alarm_of(aws, made.id)
    assert found["AlarmArn"] == made.outputs["arn"]
    assert found["Dimensions"] == [{"Name": "Service", "Value": "a"}]
    assert (found["TreatMissingData"], found["Threshold"], found["AlarmActions"]) == ("notBreaching", 0.0, [topic])
    assert made.simulated == {}
    data = {"MetricName": "Errors", "Dimensions": [{"Name": "Service", "Value": "a"}], "Value": 3}
    aws.client("cloudwatch").put_metric_data(Namespace=unique, MetricData=[data])
    # The topic's first message may be that of the alarm's own first evaluation.
    message = json.loads(out(lambda body: '"ALARM"' in body))
    assert (message["AlarmName"], message["NewStateValue"]) == (made.id, "ALARM")
    changed = aws.update(made, **{**given, "threshold": 5, "tags": {"b": "2"}})
    assert alarm_of(aws, made.id)["Threshold"] == 5
    tags = aws.client("cloudwatch").list_tags_for_resource(ResourceARN=made.outputs["arn"])["Tags"]
    assert tags == [{"Key": "b", "Value": "2"}]
    assert aws.read("cloudwatch/metricAlarm:MetricAlarm", made.id).outputs["metricName"] == "Errors"
    aws.delete(changed)
    aws.delete(changed)
    with pytest.raises(ResourceError):
        aws.read("cloudwatch/metricAlarm:MetricAlarm", made.id)


def test_metric_alarm_of_an_expression(aws: Any, unique: str) -> None:
    def metric(name: str) -> dict[str, Any]:
        return {"metricName": name, "namespace": unique, "period": 60, "stat": "Sum", "dimensions": {"F": "x"}}

    made = aws.create(
        "cloudwatch/metricAlarm:MetricAlarm",
        "rate",
        comparisonOperator="GreaterThanThreshold",
        evaluationPeriods=2,
        datapointsToAlarm=1,
        threshold=1.5,
        metricQueries=[
            {"id": "rate", "expression": "IF(calls > 0, 100 * errors / calls, 0)", "label": "%", "returnData": True},
            {"id": "errors", "metric": metric("Errors")},
            {"id": "calls", "metric": metric("Calls")},
        ],
    )
    queries = {query["Id"]: query for query in alarm_of(aws, made.id)["Metrics"]}
    assert queries["rate"]["ReturnData"] is True
    assert queries["errors"]["ReturnData"] is False
    assert queries["errors"]["MetricStat"]["Metric"]["Dimensions"] == [{"Name": "F", "Value": "x"}]
    assert queries["errors"]["MetricStat"]["Stat"] == "Sum"


def test_composite_alarm_and_dashboard(aws: Any, unique: str) -> None:
    cloudwatch = aws.client("cloudwatch")
    child = aws.create(
        "cloudwatch/metricAlarm:MetricAlarm",
        "child",
        comparisonOperator="GreaterThanThreshold",
        evaluationPeriods=1,
        metricName="x",
        namespace=unique,
        period=60,
        statistic="Sum",
        threshold=1,
    )
    rule = f"ALARM({child.id})"
    made = aws.create("cloudwatch/compositeAlarm:CompositeAlarm", "all", alarmName=unique, alarmRule=rule)
    assert made.id == unique
    cloudwatch.set_alarm_state(AlarmName=child.id, StateValue="ALARM", StateReason="test")
    found = cloudwatch.describe_alarms(AlarmNames=[unique], AlarmTypes=["CompositeAlarm"])["CompositeAlarms"][0]
    assert (found["StateValue"], found["AlarmArn"]) == ("ALARM", made.outputs["arn"])
    made = aws.update(made, alarmName=unique, alarmRule=rule, alarmDescription="all", tags={"a": "1"})
    found = cloudwatch.describe_alarms(AlarmNames=[unique], AlarmTypes=["CompositeAlarm"])["CompositeAlarms"][0]
    assert found["AlarmDescription"] == "all"
    body = json.dumps({"widgets": []})
    board = aws.create("cloudwatch/dashboard:Dashboard", "board", dashboardName=unique, dashboardBody=body)
    assert cloudwatch.get_dashboard(DashboardName=unique)["DashboardArn"] == board.outputs["dashboardArn"]
    aws.update(board, dashboardName=unique, dashboardBody='{"widgets": [1]}')
    assert cloudwatch.get_dashboard(DashboardName=unique)["DashboardBody"] == '{"widgets": [1]}'
    for resource in (board, board, made, made, child):
        aws.delete(resource)


def test_rule_sends_what_matches_to_its_targets(
    aws: Any, make: Any, queue: tuple[str, str], out: Any, unique: str
) -> None:
    events = aws.client("events")
    bus = aws.create("cloudwatch/eventBus:EventBus", "bus", name=unique, tags={"a": "1"})
    assert (bus.id, bus.outputs["arn"].rsplit("/", 1)[1]) == (unique, unique)
    pattern = json.dumps({"source": ["shop"], "detail": {"kind": ["order"]}})
    rule = aws.create(
        "cloudwatch/eventRule:EventRule",
        "orders",
        eventBusName=bus.id,
        eventPattern=pattern,
        description="orders",
        tags={"a": "1"},
    )
    assert rule.id == f"{bus.id}/{rule.outputs['name']}"
    assert rule.outputs["arn"].endswith(f":rule/{bus.id}/{rule.outputs['name']}")
    function = make(text=SENDS, environment={"variables": {"OUT": queue[0]}})
    aws.create(
        "lambda/permission:Permission",
        "allow",
        action="lambda:InvokeFunction",
        function=function.id,
        principal="events.amazonaws.com",
        sourceArn=rule.outputs["arn"],
    )
    target = aws.create(
        "cloudwatch/eventTarget:EventTarget",
        "fn",
        rule=rule.outputs["name"],
        eventBusName=bus.outputs["arn"],
        arn=function.outputs["arn"],
        inputTransformer={"inputPaths": {"id": "$.detail.id"}, "inputTemplate": '{"order": <id>}'},
        retryPolicy={"maximumRetryAttempts": 1, "maximumEventAgeInSeconds": 60},
        deadLetterConfig={"arn": queue[1]},
    )
    assert target.id.endswith(f"{rule.outputs['name']}-{target.outputs['targetId']}")

    def put(kind: str) -> None:
        entry = {"Source": "shop", "DetailType": "x", "Detail": json.dumps({"kind": kind, "id": 7})}
        events.put_events(Entries=[{**entry, "EventBusName": bus.id}])

    put("other")
    put("order")
    assert json.loads(out()) == {"order": 7}
    rule = aws.update(rule, eventBusName=bus.id, eventPattern=pattern, state="DISABLED", tags={"b": "2"})
    found = events.describe_rule(Name=rule.outputs["name"], EventBusName=bus.id)
    assert (found["State"], found.get("Description", "")) == ("DISABLED", "")
    assert rule.outputs["isEnabled"] is False
    assert events.list_tags_for_resource(ResourceARN=rule.outputs["arn"])["Tags"] == [{"Key": "b", "Value": "2"}]
    assert aws.read("cloudwatch/eventRule:EventRule", rule.id).outputs["arn"] == rule.outputs["arn"]
    bus = aws.update(bus, name=unique, description="mine", tags={"b": "2"})
    assert aws.read("cloudwatch/eventBus:EventBus", bus.id).outputs["description"] == "mine"
    for resource in (target, target, rule, rule, bus, bus, target, rule):
        aws.delete(resource)


def test_target_changes_in_place(aws: Any, queue: tuple[str, str], unique: str) -> None:
    rule = aws.create("cloudwatch/eventRule:EventRule", "r", scheduleExpression="rate(5 minutes)")
    assert rule.id == rule.outputs["name"]
    given = {"rule": rule.outputs["name"], "targetId": "t", "arn": queue[1]}
    target = aws.create("cloudwatch/eventTarget:EventTarget", "q", **given, input="1")
    assert target.id == f"{rule.outputs['name']}-t"
    aws.update(target, **given, inputPath="$.detail")
    (found,) = aws.client("events").list_targets_by_rule(Rule=rule.outputs["name"])["Targets"]
    assert found == {"Id": "t", "Arn": queue[1], "InputPath": "$.detail"}


def test_all_kinds_of_targets_keep_their_parameters(aws: Any, role: str) -> None:
    rule = aws.create("cloudwatch/eventRule:EventRule", "r", scheduleExpression="rate(5 minutes)")
    prefix = "arn:aws:{}:us-east-1:123456789012:"
    cluster, job = prefix.format("ecs") + "cluster/c", prefix.format("batch") + "job-queue/q"
    stream = prefix.format("kinesis") + "stream/s"
    ecs = {
        "taskDefinitionArn": "t",
        "launchType": "FARGATE",
        "networkConfiguration": {"subnets": ["s"], "assignPublicIp": True},
        "tags": {"a": "1"},
    }
    kinds: dict[str, tuple[str, dict[str, Any]]] = {
        "ecs": (cluster, {"ecsTarget": ecs}),
        "batch": (job, {"batchTarget": {"jobDefinition": "d", "jobName": "n", "jobAttempts": 2, "arraySize": 3}}),
        "kinesis": (stream, {"kinesisTarget": {"partitionKeyPath": "$.id"}}),
    }
    for name, (arn, more) in kinds.items():
        made = aws.create(
            "cloudwatch/eventTarget:EventTarget", name, rule=rule.id, targetId=name, arn=arn, roleArn=role, **more
        )
        assert "this target gets nothing" in made.simulated["arn"]
    found = {t["Id"]: t for t in aws.client("events").list_targets_by_rule(Rule=rule.id)["Targets"]}
    assert found["ecs"]["EcsParameters"] == {
        "TaskDefinitionArn": "t",
        "TaskCount": 1,
        "LaunchType": "FARGATE",
        "NetworkConfiguration": {"awsvpcConfiguration": {"Subnets": ["s"], "AssignPublicIp": "ENABLED"}},
        "Tags": [{"Key": "a", "Value": "1"}],
    }
    assert found["batch"]["BatchParameters"] == {
        "JobDefinition": "d",
        "JobName": "n",
        "ArrayProperties": {"Size": 3},
        "RetryStrategy": {"Attempts": 2},
    }
    assert found["kinesis"]["KinesisParameters"] == {"PartitionKeyPath": "$.id"}


def test_bad_rules_are_refused(aws: Any) -> None:
    with pytest.raises(ResourceError, match="PutRule was refused"):
        aws.create("cloudwatch/eventRule:EventRule", "r", scheduleExpression="every day")
    with pytest.raises(ResourceError, match="PutTargets was refused"):
        aws.create("cloudwatch/eventTarget:EventTarget", "t", rule="missing", arn="arn:aws:sqs:us-east-1:1:q")


def test_permission_policy_and_archive_of_a_bus(aws: Any, unique: str) -> None:
    events = aws.client("events")
    bus = aws.create("cloudwatch/eventBus:EventBus", "bus", name=unique)
    permission = aws.create(
        "cloudwatch/eventPermission:EventPermission",
        "p",
        eventBusName=unique,
        principal="111122223333",
        statementId="other",
    )
    assert permission.id == f"{unique}/other"
    assert json.loads(events.describe_event_bus(Name=unique)["Policy"])["Statement"][0]["Sid"] == "other"
    policy = aws.create("cloudwatch/eventBusPolicy:EventBusPolicy", "bp", eventBusName=unique, policy="{}")
    assert (policy.id, list(policy.simulated)) == (unique, ["policy"])
    archive = aws.create(
        "cloudwatch/eventArchive:EventArchive", "keep", eventSourceArn=bus.outputs["arn"], retentionDays=3
    )
    found = events.describe_archive(ArchiveName=archive.id)
    assert (found["ArchiveArn"], found["RetentionDays"]) == (archive.outputs["arn"], 3)
    aws.update(archive, eventSourceArn=bus.outputs["arn"], description="x")
    found = events.describe_archive(ArchiveName=archive.id)
    assert (found["Description"], found["RetentionDays"]) == ("x", 0)
    for resource in (archive, archive, policy, permission, permission, bus):
        aws.delete(resource)


def test_connection_and_destination(aws: Any) -> None:
    events = aws.client("events")
    auth = {
        "apiKey": {"key": "x-api-key", "value": "secret"},
        "invocationHttpParameters": {"headers": [{"key": "a", "value": "b", "isValueSecret": False}]},
    }
    connection = aws.create(
        "cloudwatch/eventConnection:EventConnection", "c", authorizationType="API_KEY", authParameters=auth
    )
    found = events.describe_connection(Name=connection.id)
    assert found["ConnectionArn"] == connection.outputs["arn"]
    assert re.search(rf":connection/{connection.id}/[0-9a-f-]{{36}}$", found["ConnectionArn"])
    assert found["AuthParameters"]["ApiKeyAuthParameters"]["ApiKeyName"] == "x-api-key"
    assert found["AuthParameters"]["InvocationHttpParameters"]["HeaderParameters"][0]["Key"] == "a"
    basic = {"basic": {"username": "u", "password": "p"}}
    connection = aws.update(connection, authorizationType="BASIC", authParameters=basic)
    assert events.describe_connection(Name=connection.id)["AuthorizationType"] == "BASIC"
    given = {"connectionArn": connection.outputs["arn"], "httpMethod": "POST"}
    destination = aws.create(
        "cloudwatch/eventApiDestination:EventApiDestination", "d", **given, invocationEndpoint="https://a.test/x"
    )
    aws.update(destination, **given, invocationEndpoint="https://a.test/y")
    found = events.describe_api_destination(Name=destination.id)
    assert (found["InvocationEndpoint"], found["InvocationRateLimitPerSecond"]) == ("https://a.test/y", 300)
    assert found["ApiDestinationArn"] == destination.outputs["arn"]
    assert re.search(rf":api-destination/{destination.id}/[0-9a-f-]{{36}}$", found["ApiDestinationArn"])
    listed = events.list_api_destinations(ConnectionArn=connection.outputs["arn"])["ApiDestinations"]
    assert [(one["Name"], one["ConnectionArn"]) for one in listed] == [(destination.id, connection.outputs["arn"])]
    without_id = connection.outputs["arn"].rpartition("/")[0]
    with pytest.raises(Exception, match="ConnectionArn"):
        aws.update(destination, **{**given, "connectionArn": without_id}, invocationEndpoint="https://a.test/y")
    for resource in (destination, destination, connection, connection):
        aws.delete(resource)


def test_lookups(aws: Any, unique: str, ask: Any) -> None:
    group = aws.create("cloudwatch/logGroup:LogGroup", "log", name=unique, retentionInDays=7, tags={"a": "1"})
    bus = aws.create("cloudwatch/eventBus:EventBus", "bus", name=unique, description="mine")
    auth = {"basic": {"username": "u", "password": "p"}}
    connection = aws.create(
        "cloudwatch/eventConnection:EventConnection", "c", authorizationType="BASIC", authParameters=auth
    )
    found = ask(FUNCTIONS, "getLogGroup", name=unique)
    assert (found["arn"], found["retentionInDays"], found["tags"]) == (group.outputs["arn"], 7, {"a": "1"})
    with pytest.raises(Exception, match="ResourceNotFound"):
        ask(FUNCTIONS, "getLogGroup", name="missing")
    assert ask(FUNCTIONS, "getLogGroups", logGroupNamePrefix=unique)["arns"] == [group.outputs["arn"]]
    assert ask(FUNCTIONS, "getEventBus", name=unique)["arn"] == bus.outputs["arn"]
    assert ask(FUNCTIONS, "getEventBus", name="default")["name"] == "default"
    assert [b["name"] for b in ask(FUNCTIONS, "getEventBuses", namePrefix=unique)["eventBuses"]] == [unique]
    assert ask(FUNCTIONS, "getEventConnection", name=connection.id)["arn"] == connection.outputs["arn"]


def test_an_update_lists_nothing_that_took_effect_at_creation(aws: Any, unique: str, unchanged_list: Any) -> None:
    unchanged_list(aws.create("cloudwatch/logGroup:LogGroup", "l", name=unique, logGroupClass="INFREQUENT_ACCESS"))
    unchanged_list(aws.create("cloudwatch/eventBus:EventBus", "b", name=unique))
    schedule = {"name": unique, "scheduleExpression": "rate(1 hour)", "eventBusName": "default"}
    unchanged_list(aws.create("cloudwatch/eventRule:EventRule", "r", **schedule))
    alarm = {
        "name": unique,
        "comparisonOperator": "GreaterThanThreshold",
        "evaluationPeriods": 1,
        "metricName": "x",
        "namespace": unique,
        "period": 60,
        "statistic": "Sum",
        "threshold": 1,
    }
    unchanged_list(aws.create("cloudwatch/metricAlarm:MetricAlarm", "m", **alarm))
