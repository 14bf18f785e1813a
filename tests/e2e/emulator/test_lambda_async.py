"""Patch ``lambda_async``: asynchronous invocations retry, fail and succeed as on Lambda."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

pytestmark = pytest.mark.e2e

FAILING = "def handler(event, context):\n    print('try', context.aws_request_id)\n    raise KeyError('sku')"
SEND = {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "*"}


def invoke_async(account: Any, name: str, event: Any) -> None:
    client = account.client("lambda")
    client.invoke(FunctionName=name, InvocationType="Event", Payload=json.dumps(event))


def one_message(account: Any, url: str) -> dict[str, Any]:
    (message,) = account.until(lambda: account.messages(url))
    return message


def test_the_dead_letter_queue_gets_the_event_itself(account: Any) -> None:
    url, arn = account.queue()
    name = account.function(FAILING, [SEND], DeadLetterConfig={"TargetArn": arn})
    invoke_async(account, name, {"order": 1})
    message = one_message(account, url)
    assert json.loads(message["Body"]) == {"order": 1}
    attributes = {key: value["StringValue"] for key, value in message["MessageAttributes"].items()}
    tries = {line.split()[1] for line in account.log_events(name) if line.startswith("try ")}
    assert attributes == {"RequestID": tries.pop(), "ErrorCode": "200", "ErrorMessage": "'sku'"}
    assert tries == set()  # every try had the same request id


def test_the_failure_destination_gets_a_record_after_three_tries(account: Any) -> None:
    url, arn = account.queue()
    name = account.function(FAILING, [SEND])
    account.client("lambda").put_function_event_invoke_config(
        FunctionName=name, DestinationConfig={"OnFailure": {"Destination": arn}}
    )
    invoke_async(account, name, {"order": 2})
    record = json.loads(one_message(account, url)["Body"])
    assert record["requestContext"]["condition"] == "RetriesExhausted"
    assert record["requestContext"]["approximateInvokeCount"] == 3
    assert record["requestContext"]["functionArn"].endswith(f":{name}:$LATEST")
    assert record["requestPayload"] == {"order": 2}
    assert record["responsePayload"]["errorType"] == "KeyError"
    assert record["responseContext"] == {
        "statusCode": 200,
        "executedVersion": "$LATEST",
        "functionError": "Unhandled",
    }
    assert len([line for line in account.log_events(name) if line.startswith("try ")]) == 3


def test_the_success_destination_gets_a_record(account: Any) -> None:
    url, arn = account.queue()
    name = account.function("def handler(event, context):\n    return {'sold': event}", [SEND])
    account.client("lambda").put_function_event_invoke_config(
        FunctionName=name, DestinationConfig={"OnSuccess": {"Destination": arn}}
    )
    invoke_async(account, name, 3)
    record = json.loads(one_message(account, url)["Body"])
    assert record["requestContext"]["condition"] == "Success"
    assert record["responsePayload"] == {"sold": 3}


def test_a_bus_and_a_function_are_destinations_too(account: Any) -> None:
    target = account.function("def handler(event, context):\n    print('record', event['responsePayload'])")
    target_arn = account.client("lambda").get_function(FunctionName=target)["Configuration"]["FunctionArn"]
    allowed = {"Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": target_arn}
    name = account.function("def handler(event, context):\n    return 'done'", [allowed])
    account.client("lambda").put_function_event_invoke_config(
        FunctionName=name, DestinationConfig={"OnSuccess": {"Destination": target_arn}}
    )
    invoke_async(account, name, {})
    account.until(lambda: "record done" in account.log_events(target))


def test_a_role_that_may_not_send_loses_the_event(account: Any) -> None:
    url, arn = account.queue()
    role = account.role("lambda", [SEND])
    name = account.function(FAILING, Role=role, DeadLetterConfig={"TargetArn": arn})
    account.client("iam").delete_role_policy(RoleName=role.rpartition("/")[2], PolicyName="inline")
    invoke_async(account, name, {})
    account.until(lambda: metric(account, name, "DeadLetterErrors"))
    assert account.messages(url) == []
    assert any(
        (entry.action, entry.resource, entry.decision, entry.via) == ("sqs:SendMessage", arn, "ImplicitDeny", "lambda")
        for entry in account.emulator.decisions()
    )


def test_throttled_events_are_not_lost(account: Any) -> None:
    url, arn = account.queue()
    name = account.function("import time\ndef handler(event, context):\n    time.sleep(0.2)\n    return event", [SEND])
    client = account.client("lambda")
    client.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=1)
    client.put_function_event_invoke_config(FunctionName=name, DestinationConfig={"OnSuccess": {"Destination": arn}})
    for number in range(6):
        invoke_async(account, name, number)
    seen: set[int] = set()

    def all_seen() -> bool:
        seen.update(json.loads(message["Body"])["responsePayload"] for message in account.messages(url))
        return len(seen) == 6

    account.until(all_seen, seconds=30)


def test_a_retry_runs_the_function_as_it_is_then(account: Any) -> None:
    name = account.function("def handler(event, context):\n    print('old', event)")
    client = account.client("lambda")
    client.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=0)
    invoke_async(account, name, "event")
    account.until(lambda: metric(account, name, "Throttles") >= 2)

    account.recode(name, "def handler(event, context):\n    print('new', event)")
    client.delete_function_concurrency(FunctionName=name)

    account.until(lambda: "new event" in account.log_events(name))
    assert "old event" not in account.log_events(name)


def metric(account: Any, function: str, name: str) -> float:
    """The sum of a metric of a function."""
    answer = account.client("cloudwatch").get_metric_statistics(
        Namespace="AWS/Lambda",
        MetricName=name,
        Dimensions=[{"Name": "FunctionName", "Value": function}],
        StartTime=time.time() - 300,
        EndTime=time.time() + 60,
        Period=3600,
        Statistics=["Sum"],
    )
    return sum(point["Sum"] for point in answer["Datapoints"])
