"""Programs in which something happens because something else has happened."""

from __future__ import annotations

import json
from typing import Any

from stackwright.testing.eventually import eventually


def test_an_event_bus_with_a_rule_and_a_queue(programs: Any) -> None:
    result = programs.up("event-bus")
    outputs = programs.outputs(result)
    orders = [
        {"id": 1, "status": "open", "total": 50},
        {"id": 2, "status": "paid", "total": 5},
        {"id": 3, "status": "paid", "total": 50},
    ]
    entries = [
        {"EventBusName": outputs["bus_name"], "Source": "shop.orders", "DetailType": "order", "Detail": json.dumps(o)}
        for o in orders
    ]
    assert programs.client("events").put_events(Entries=entries)["FailedEntryCount"] == 0
    assert [json.loads(m) for m in programs.receive(outputs["queue_url"])] == [{"paid": 3}]
    assert result.simulated_types() == []


def test_a_topic_that_fans_out_by_filter(programs: Any) -> None:
    result = programs.up("fan-out")
    outputs = programs.outputs(result)
    sns = programs.client("sns")
    for text, size in (("a shed", "large"), ("a nail", "small")):
        attributes = {"size": {"DataType": "String", "StringValue": size}}
        sns.publish(TopicArn=outputs["topic"], Message=text, MessageAttributes=attributes)
    assert sorted(programs.receive(outputs["urls"]["all"], 2)) == ["a nail", "a shed"]
    assert programs.receive(outputs["urls"]["large"]) == ["a shed"]
    assert result.simulated_types() == []


def test_a_function_that_runs_for_each_new_object(programs: Any) -> None:
    result = programs.up("thumbnails")
    outputs = programs.outputs(result)
    s3 = programs.client("s3")
    s3.put_object(Bucket=outputs["inbox"], Key="a picture.txt", Body=b"12345678")
    s3.put_object(Bucket=outputs["inbox"], Key="ignored.bin", Body=b"12345678")

    def keys() -> list[str]:
        return [o["Key"] for o in s3.list_objects_v2(Bucket=outputs["outbox"]).get("Contents", [])]

    eventually(keys)
    assert keys() == ["a picture.txt"]
    assert s3.get_object(Bucket=outputs["outbox"], Key="a picture.txt")["Body"].read() == b"1234"
    assert result.simulated_types() == []


def test_a_worker_whose_failures_go_to_the_dead_letter_queue(programs: Any) -> None:
    result = programs.up("queue-worker")
    outputs = programs.outputs(result)
    sqs = programs.client("sqs")
    for body in ("7", "seven"):
        sqs.send_message(QueueUrl=outputs["jobs"], MessageBody=body)
    assert programs.receive(outputs["results"]) == ["49"]
    assert programs.receive(outputs["failed"]) == ["seven"]
    assert result.simulated_types() == []


def test_a_workflow_of_functions(programs: Any) -> None:
    result = programs.up("order-workflow")
    machine = programs.outputs(result)["state_machine_arn"]
    sfn = programs.client("stepfunctions")

    def run(price: int) -> Any:
        order = {"items": [{"price": price, "count": 2}]}
        execution = sfn.start_execution(stateMachineArn=machine, input=json.dumps(order))["executionArn"]
        described = eventually(
            lambda: (d := sfn.describe_execution(executionArn=execution))["status"] != "RUNNING" and d
        )
        assert described["status"] == "SUCCEEDED", described
        return json.loads(described["output"])

    assert run(10) == {"total": 20}
    assert run(100) == {"total": 180}
    assert result.simulated_types() == []


def test_a_function_on_a_schedule(programs: Any) -> None:
    result = programs.up("nightly")
    outputs = programs.outputs(result)
    rule = programs.client("events").describe_rule(Name=outputs["rule"])
    assert (rule["ScheduleExpression"], rule["State"]) == ("cron(0 3 * * ? *)", "ENABLED")
    answer = programs.client("lambda").invoke(FunctionName=outputs["function"])
    assert json.loads(answer["Payload"].read()) == "reported"
    groups = programs.client("logs").describe_log_groups(logGroupNamePrefix=outputs["log_group"])["logGroups"]
    assert groups[0]["retentionInDays"] == 7
    alarms = programs.client("cloudwatch").describe_alarms(AlarmNames=[outputs["alarm"]])["MetricAlarms"]
    assert alarms[0]["Dimensions"] == [{"Name": "FunctionName", "Value": outputs["function"]}]
    assert result.simulated_types() == []
