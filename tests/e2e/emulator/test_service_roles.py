"""Patches ``lambda_roles``, ``step_functions`` and ``s3_notifications``: services ask the roles they work with."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from botocore.exceptions import ClientError

pytestmark = pytest.mark.e2e

HANDLER = "def handler(event, context):\n    print('called')\n    return event"


def arn_of(account: Any, function: str) -> str:
    return account.client("lambda").get_function(FunctionName=function)["Configuration"]["FunctionArn"]


def allow(action: str, resource: str = "*") -> dict[str, str]:
    return {"Effect": "Allow", "Action": action, "Resource": resource}


def test_a_role_that_lambda_may_not_assume_is_refused(account: Any) -> None:
    with pytest.raises(ClientError, match="cannot be assumed by Lambda"):
        account.function(HANDLER, Role=account.role("ec2"))


def test_a_dead_letter_queue_that_the_role_may_not_write_is_refused(account: Any) -> None:
    _, arn = account.queue()
    with pytest.raises(ClientError, match="SendMessage on SQS"):
        account.function(HANDLER, Role=account.role("lambda"), DeadLetterConfig={"TargetArn": arn})
    name = account.function(HANDLER, Role=account.role("lambda"))
    with pytest.raises(ClientError, match="SendMessage on SQS"):
        account.client("lambda").update_function_configuration(FunctionName=name, DeadLetterConfig={"TargetArn": arn})
    account.function(HANDLER, [allow("sqs:SendMessage", arn)], DeadLetterConfig={"TargetArn": arn})


@pytest.mark.parametrize("missing", ["CreateNetworkInterface", "DescribeNetworkInterfaces", "DeleteNetworkInterface"])
def test_a_network_in_which_the_role_may_not_manage_interfaces_is_refused(account: Any, missing: str) -> None:
    needed = {"CreateNetworkInterface", "DescribeNetworkInterfaces", "DeleteNetworkInterface"}
    place = {"SubnetIds": ["subnet-0123456789abcdef0"], "SecurityGroupIds": ["sg-0123456789abcdef0"]}
    with pytest.raises(ClientError, match=f"{missing} on EC2"):
        account.function(HANDLER, [allow(f"ec2:{call}") for call in needed - {missing}], VpcConfig=place)
    account.function(HANDLER, [allow(f"ec2:{call}") for call in needed], VpcConfig=place)


def test_an_event_source_that_the_role_may_not_read_is_refused(account: Any) -> None:
    _, arn = account.queue()
    client = account.client("lambda")
    with pytest.raises(ClientError, match="ReceiveMessage on SQS"):
        client.create_event_source_mapping(FunctionName=account.function(HANDLER), EventSourceArn=arn)
    reading = [allow(f"sqs:{action}", arn) for action in ("ReceiveMessage", "DeleteMessage", "GetQueueAttributes")]
    client.create_event_source_mapping(FunctionName=account.function(HANDLER, reading), EventSourceArn=arn)


def test_a_role_without_log_permissions_writes_no_logs(account: Any) -> None:
    silent = account.function(HANDLER, Role=account.role("lambda"))
    assert account.invoke(silent, 1) == (1, None)
    assert account.log_events(silent) == []
    basic = account.role("lambda")
    account.client("iam").attach_role_policy(
        RoleName=basic.rpartition("/")[2],
        PolicyArn="arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole",
    )
    talking = account.function(HANDLER, Role=basic)
    account.invoke(talking, 1)
    assert "called" in account.log_events(talking)


def test_a_role_may_be_limited_to_its_own_log_group(account: Any) -> None:
    name = account.function(HANDLER)
    region, number = account.emulator.region, account.emulator.account
    group = f"/aws/lambda/{name}"
    account.client("logs").create_log_group(logGroupName=group)
    own = allow("logs:*", f"arn:aws:logs:{region}:{number}:log-group:{group}:*")
    account.client("lambda").update_function_configuration(FunctionName=name, Role=account.role("lambda", [own]))
    account.invoke(name, 1)
    assert "called" in account.log_events(name)


def run(account: Any, role: str, task: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    sfn = account.client("stepfunctions")
    definition = json.dumps({"StartAt": "T", "States": {"T": {"Type": "Task", "End": True, **task}}})
    machine = sfn.create_state_machine(name=account.name("machine"), definition=definition, roleArn=role)
    execution = sfn.start_execution(stateMachineArn=machine["stateMachineArn"])["executionArn"]
    ended = account.until(
        lambda: (found := sfn.describe_execution(executionArn=execution))["status"] != "RUNNING" and found
    )
    return machine["stateMachineArn"], ended


def invoking(name: str) -> dict[str, Any]:
    return {"Resource": "arn:aws:states:::lambda:invoke", "Parameters": {"FunctionName": name, "Payload": 1}}


def test_a_state_machine_calls_with_its_role(account: Any) -> None:
    name = account.function(HANDLER)
    _, ended = run(account, account.role("states"), invoking(arn_of(account, name)))
    assert (ended["status"], ended["error"]) == ("FAILED", "Lambda.AWSLambdaException")
    assert "lambda:InvokeFunction" in ended["cause"]
    role = account.role("states", [allow("lambda:InvokeFunction", arn_of(account, name))])
    for reference in (name, arn_of(account, name)):
        assert run(account, role, invoking(reference))[1]["status"] == "SUCCEEDED"
    direct = {"Resource": arn_of(account, name)}
    assert run(account, role, direct)[1]["status"] == "SUCCEEDED"
    assert run(account, account.role("states"), direct)[1]["status"] == "FAILED"


@pytest.mark.parametrize("service", ["dynamodb", "sqs", "sns"])
def test_a_state_machine_uses_other_services_with_its_role(account: Any, service: str) -> None:
    if service == "dynamodb":
        table = account.name("table")
        account.client("dynamodb").create_table(
            TableName=table,
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        parameters: dict[str, Any] = {"TableName": table, "Item": {"pk": {"S": "1"}}}
        task = {"Resource": "arn:aws:states:::dynamodb:putItem", "Parameters": parameters}
        action = "dynamodb:PutItem"
    elif service == "sqs":
        url, _ = account.queue()
        parameters = {"QueueUrl": url, "MessageBody": "m"}
        task = {"Resource": "arn:aws:states:::sqs:sendMessage", "Parameters": parameters}
        action = "sqs:SendMessage"
    else:
        topic = account.client("sns").create_topic(Name=account.name("topic"))["TopicArn"]
        parameters = {"TopicArn": topic, "Message": "m"}
        task = {"Resource": "arn:aws:states:::sns:publish", "Parameters": parameters}
        action = "sns:Publish"
    assert run(account, account.role("states"), task)[1]["error"] == f"{service}.AccessDeniedException"
    assert run(account, account.role("states", [allow(action)]), task)[1]["status"] == "SUCCEEDED"


def test_a_throttled_function_has_its_own_error(account: Any) -> None:
    name = account.function(HANDLER)
    account.client("lambda").put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=0)
    _, ended = run(account, account.role("states", [allow("lambda:InvokeFunction")]), invoking(name))
    assert ended["error"] == "Lambda.TooManyRequestsException"


def test_executions_are_counted(account: Any) -> None:
    machine, _ = run(account, account.role("states"), invoking("missing"))

    def total(metric: str) -> float:
        answer = account.client("cloudwatch").get_metric_statistics(
            Namespace="AWS/States",
            MetricName=metric,
            Dimensions=[{"Name": "StateMachineArn", "Value": machine}],
            StartTime=time.time() - 300,
            EndTime=time.time() + 60,
            Period=3600,
            Statistics=["Sum"],
        )
        return sum(point["Sum"] for point in answer["Datapoints"])

    counts = {metric: total(metric) for metric in ("ExecutionsStarted", "ExecutionsFailed", "ExecutionsSucceeded")}
    assert counts == {"ExecutionsStarted": 1, "ExecutionsFailed": 1, "ExecutionsSucceeded": 0}


def test_a_bucket_needs_the_permission_of_the_function(account: Any) -> None:
    name = account.function(HANDLER)
    bucket = account.name("bucket")
    s3 = account.client("s3")
    s3.create_bucket(Bucket=bucket)
    configuration = {
        "LambdaFunctionConfigurations": [{"LambdaFunctionArn": arn_of(account, name), "Events": ["s3:ObjectCreated:*"]}]
    }
    with pytest.raises(ClientError, match="Unable to validate the following destination"):
        s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration=configuration)
    client = account.client("lambda")
    client.add_permission(
        FunctionName=name,
        StatementId="s3",
        Action="lambda:InvokeFunction",
        Principal="s3.amazonaws.com",
        SourceArn=f"arn:aws:s3:::{bucket}",
        SourceAccount=account.emulator.account,
    )
    s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration=configuration)
    s3.put_object(Bucket=bucket, Key="one", Body=b"x")
    account.until(lambda: account.log_events(name).count("called") == 1)
    client.remove_permission(FunctionName=name, StatementId="s3")
    before = account.last_decision()
    s3.put_object(Bucket=bucket, Key="two", Body=b"x")
    account.until(
        lambda: any(
            (entry.principal, entry.decision) == ("s3.amazonaws.com", "ImplicitDeny")
            for entry in account.emulator.decisions(since=before)
        )
    )
    assert account.log_events(name).count("called") == 1
