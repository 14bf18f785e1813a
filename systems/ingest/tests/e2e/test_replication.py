"""What is written in prod arrives in staging: in order, not lost, and never the other way."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError
from ingest_stack import Item, Stack, row, unique

from stackwright.provider.aws import error_code
from stackwright.testing.roles import Role

pytestmark = pytest.mark.e2e

SECONDS = 5.0
"""Within which a change arrives."""
WRITES = (("dynamodb:PutItem", "items"), ("dynamodb:DeleteItem", "items"))


@pytest.fixture(scope="module")
def writer(staging: Stack) -> Role:
    return staging.role("replica_writer_role_arn", items=staging.outputs["dynamodb_table_arn"])


@pytest.fixture
def arrives(prod: Stack, staging: Stack) -> Callable[..., None]:
    """Waits until staging has the items that prod has, of those whose id begins so."""

    def wait(prefix: str, seconds: float = 30.0) -> None:
        wanted = by_id(prod.items(id=f"{prefix}*"))
        prod.eventually(
            lambda: f"staging has {by_id(staging.items(id=f'{prefix}*'))}, wanted {wanted}",
            lambda: by_id(staging.items(id=f"{prefix}*")) == wanted,
            seconds,
        )

    return wait


def by_id(items: list[Item]) -> dict[str, Item]:
    return {item["id"]["S"]: item for item in items}


def test_an_object_of_prod_is_an_item_of_staging_as_it_is(prod: Stack, staging: Stack) -> None:
    key = unique("copied.txt")
    prod.put(key)

    assert staging.item_of(key) == prod.item_of(key)
    assert staging.item_of(key)["environment"] == {"S": "prod"}


def test_an_insert_an_update_and_a_delete_arrive(prod: Stack, staging: Stack, arrives: Callable[..., None]) -> None:
    name = unique("row")
    odd: dict[str, Any] = {
        "binary": {"B": b"\x00\xff"},
        "nested": {"M": {"list": {"L": [{"N": "1.5"}, {"NULL": True}, {"BOOL": False}, {"BS": [b"\x01"]}]}}},
        "empty": {"S": ""},
    }
    for item in (row(name, "1"), row(name, "2"), row(name, "3") | odd):
        prod.write(item)
        arrives(name, SECONDS)
    (copied,) = staging.items(id=name)
    assert copied == row(name, "3") | odd

    prod.delete(row(name, ""))
    arrives(name, SECONDS)
    assert staging.items(id=name) == []


def test_a_thousand_changes_of_fifty_items_end_equal(prod: Stack, staging: Stack, arrives: Callable[..., None]) -> None:
    chance, prefix = random.Random(11), unique("many")
    seen: dict[str, int] = {}
    for number in range(1000):
        item = row(f"{prefix}-{chance.randrange(50)}", str(number))
        if chance.random() < 0.2:
            prod.delete(item)
        else:
            prod.write(item)
        if number % 200 == 0:
            # Whatever staging shows meanwhile never goes back.
            for name, shown in by_id(staging.items(id=f"{prefix}*")).items():
                assert int(shown["value"]["S"]) >= seen.get(name, -1)
                seen[name] = int(shown["value"]["S"])
    arrives(prefix)


def test_a_write_in_staging_never_reaches_prod(prod: Stack, staging: Stack, arrives: Callable[..., None]) -> None:
    name = unique("theirs")
    staging.write(row(name, "staging"))
    marker = unique("marker")
    prod.write(row(marker, "prod"))
    arrives(marker)

    assert prod.items(id=name) == []
    assert by_id(staging.items(id=name)) == {name: row(name, "staging")}
    assert staging.client("lambda").list_event_source_mappings()["EventSourceMappings"] == []


def test_changes_wait_while_staging_cannot_be_written_and_none_is_lost(
    prod: Stack, staging: Stack, writer: Role, arrives: Callable[..., None]
) -> None:
    prefix, name = unique("outage"), prod.outputs["replicate_function_name"]
    prod.write(row(f"{prefix}-gone", "1"))
    arrives(prefix)
    before = prod.metric(name, "Errors")
    with writer.without(*WRITES):
        for number in range(30):
            prod.write(row(f"{prefix}-{number % 7}", str(number)))
        prod.delete(row(f"{prefix}-gone", ""))
        # It is not silent: the function's error rate rings.
        prod.eventually("the function fails twice", lambda: prod.metric(name, "Errors") >= before + 2)
        assert [item["id"]["S"] for item in staging.items(id=f"{prefix}*")] == [f"{prefix}-gone"]
    arrives(prefix)
    assert len(staging.items(id=f"{prefix}*")) == 7
    assert prod.waiting(prod.outputs["replication_failures_queue_url"]) == 0


def test_nobody_but_the_function_may_become_the_writer_and_only_with_the_external_id(
    prod: Stack, staging: Stack, dev: Stack
) -> None:
    target = staging.outputs["replica_writer_role_arn"]
    secret = "ingest-prod-to-staging"

    def becomes(stack: Stack, role: str, **more: str) -> bool:
        root = stack.emulator.root(stack.outputs["account_id"])
        session = {"RoleArn": role, "RoleSessionName": "test"}
        given = stack.endpoint.client_as(root, "sts").assume_role(**session)["Credentials"]
        keys = type(root)(given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"])
        iam = stack.client("iam")
        statement = {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": target}
        document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        name = role.rpartition("/")[2]
        # Without it the role would be refused for its own want of permission.
        iam.put_role_policy(RoleName=name, PolicyName="test", PolicyDocument=document)
        try:
            stack.endpoint.client_as(keys, "sts").assume_role(RoleArn=target, RoleSessionName="test", **more)
        except ClientError as error:
            return error_code(error) != "AccessDenied"
        finally:
            iam.delete_role_policy(RoleName=name, PolicyName="test")
        return True

    replicate = prod.role("replicate_function_name").arn
    assert becomes(prod, replicate, ExternalId=secret)
    assert not becomes(prod, replicate)
    assert not becomes(prod, replicate, ExternalId="ingest-staging-to-prod")
    for stack in (prod, staging, dev):
        assert not becomes(stack, stack.role("lambda_function_name").arn, ExternalId=secret)
    with pytest.raises(ClientError, match="AccessDenied"):
        staging.client("sts").assume_role(RoleArn=target, RoleSessionName="test", ExternalId=secret)


REDRIVE = {
    "sqs:ReceiveMessage": "failures",
    "sqs:DeleteMessage": "failures",
    "dynamodb:GetShardIterator": "stream",
    "dynamodb:GetRecords": "stream",
    "dynamodb:GetItem": "items",
}


def test_what_was_given_up_is_copied_later_and_each_permission_for_it_is_needed(
    prod: Stack, staging: Stack, writer: Role, arrives: Callable[..., None]
) -> None:
    prefix, name = unique("poison"), prod.outputs["replicate_function_name"]
    queue = prod.outputs["replication_failures_queue_url"]
    role = replicate_role(prod)
    with prod.mapped(MaximumRetryAttempts=0):
        with writer.without(*WRITES):
            for number in range(3):
                prod.write(row(f"{prefix}-{number}", "given up"))
            prod.eventually("three changes are given up", lambda: prod.waiting(queue) >= 1)
            prod.write(row(f"{prefix}-1", "later"))
            prod.eventually("all of them", lambda: _given_up(prod, queue) == 4)
        # Afterwards the stream goes on.
        prod.write(row(f"{prefix}-on", "on"))
        prod.eventually("the stream goes on", lambda: staging.items(id=f"{prefix}-on"))
    assert [item["id"]["S"] for item in staging.items(id=f"{prefix}*")] == [f"{prefix}-on"]

    prod.client("sqs").set_queue_attributes(QueueUrl=queue, Attributes={"VisibilityTimeout": "1"})
    for action, resource in REDRIVE.items():
        with role.without((action, resource)):
            prod.eventually(f"{action} is missed", lambda action=action: _refused(prod, name, action))
    prod.eventually("all is copied", lambda: _finished(prod, name, queue))
    arrives(prefix)
    assert by_id(staging.items(id=f"{prefix}-1"))[f"{prefix}-1"]["value"] == {"S": "later"}


def test_becoming_the_writer_is_needed(prod: Stack, staging: Stack, arrives: Callable[..., None]) -> None:
    """Credentials last for an hour; the function is started anew, so that it asks for them."""
    name, functions = prod.outputs["replicate_function_name"], prod.client("lambda")
    role, prefix = replicate_role(prod), unique("assume")
    variables = functions.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
    with role.without(("sts:AssumeRole", "writer")):
        functions.update_function_configuration(
            FunctionName=name, Environment={"Variables": {**variables, "CHANGED": prefix}}
        )
        since = time.time()
        prod.write(row(prefix, "1"))
        prod.eventually("it may not", lambda: "sts AssumeRole failed: AccessDenied" in _log(prod, name, since))
        assert staging.items(id=prefix) == []
    functions.update_function_configuration(FunctionName=name, Environment={"Variables": variables})
    arrives(prefix)


@pytest.mark.parametrize("action", ["dynamodb:PutItem", "dynamodb:DeleteItem"])
def test_the_writer_needs_what_it_has(
    prod: Stack, staging: Stack, writer: Role, arrives: Callable[..., None], action: str
) -> None:
    assert writer.grants() == set(WRITES)
    prefix, name = unique("writer"), prod.outputs["replicate_function_name"]
    prod.write(row(prefix, "1"))
    arrives(prefix)
    with writer.without((action, "items")):
        since = time.time()
        if action == "dynamodb:PutItem":
            prod.write(row(prefix, "2"))
        else:
            prod.delete(row(prefix, ""))
        refusal = f"{action.replace(':', ' ')} failed: AccessDenied"
        prod.eventually("it may not", lambda: refusal in _log(prod, name, since))
        assert staging.items(id=prefix) == [row(prefix, "1")]
    arrives(prefix)


def test_the_roles_have_nothing_else(prod: Stack) -> None:
    assert replicate_role(prod).grants() == {
        ("sts:AssumeRole", "writer"),
        *REDRIVE.items(),
        # Lambda reads the stream and sends failures with the function's role, and refuses the mapping without.
        ("dynamodb:DescribeStream", "stream"),
        ("dynamodb:ListStreams", "*"),
        ("sqs:SendMessage", "failures"),
        ("sqs:SendMessage", "dlq"),
        ("logs:CreateLogStream", "log"),
        ("logs:PutLogEvents", "log"),
        ("xray:PutTraceSegments", "*"),
        ("xray:PutTelemetryRecords", "*"),
    }


def replicate_role(prod: Stack) -> Role:
    name = prod.outputs["replicate_function_name"]
    functions, sqs = prod.client("lambda"), prod.client("sqs")
    (mapping,) = functions.list_event_source_mappings(FunctionName=name)["EventSourceMappings"]
    config = functions.get_function_configuration(FunctionName=name)
    failures = sqs.get_queue_attributes(
        QueueUrl=prod.outputs["replication_failures_queue_url"], AttributeNames=["QueueArn"]
    )["Attributes"]["QueueArn"]
    account = prod.outputs["account_id"]
    return prod.role(
        "replicate_function_name",
        items=prod.outputs["dynamodb_table_arn"],
        stream=mapping["EventSourceArn"],
        failures=failures,
        dlq=config["DeadLetterConfig"]["TargetArn"],
        writer=config["Environment"]["Variables"]["WRITER_ROLE_ARN"],
        log=f"arn:aws:logs:us-east-1:{account}:log-group:/aws/lambda/{name}:*",
    )


def _given_up(prod: Stack, queue: str) -> int:
    """How many changes the messages tell of, which stay in the queue."""
    received = prod.client("sqs").receive_message(QueueUrl=queue, MaxNumberOfMessages=10, VisibilityTimeout=0)
    bodies = [json.loads(message["Body"]) for message in received.get("Messages", [])]
    return sum(body["DDBStreamBatchInfo"]["batchSize"] for body in bodies)


def _refused(prod: Stack, name: str, action: str) -> bool:
    """Whether a run of Redrive fails for want of an action; until the messages are visible again it does not."""
    failed = prod.failure(name, {"task": "Redrive"})
    return f"{action.replace(':', ' ')} failed: AccessDenied" in failed


def _finished(prod: Stack, name: str, queue: str) -> bool:
    prod.invoke(name, {"task": "Redrive"})
    return prod.waiting(queue) == 0


def _log(prod: Stack, name: str, since: float) -> str:
    answer = prod.client("logs").filter_log_events(logGroupName=f"/aws/lambda/{name}", startTime=int(since * 1000))
    return "\n".join(event["message"] for event in answer["events"])
