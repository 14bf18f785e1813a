"""Pipes, seen through boto3 and by what they move."""

from __future__ import annotations

import json
from typing import Any

import pytest

from stackwright.testing.eventually import eventually

pytestmark = pytest.mark.e2e


@pytest.fixture
def stream(aws: Any, unique: str) -> str:
    """ARN of a table's stream; the table is called like the test."""
    table = aws.client("dynamodb").create_table(
        TableName=unique,
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
    )
    return table["TableDescription"]["LatestStreamArn"]


def test_pipe_moves_records_of_a_table_to_a_topic(
    aws: Any, role: str, stream: str, queue: tuple[str, str], unique: str
) -> None:
    sns, sqs = aws.client("sns"), aws.client("sqs")
    topic = sns.create_topic(Name=unique)["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue[1], Attributes={"RawMessageDelivery": "true"})
    made = aws.create("pipes/pipe:Pipe", "out", roleArn=role, source=stream, target=topic, tags={"a": "1"})
    assert made.outputs["arn"].endswith(f":pipe/{made.id}")
    assert made.simulated == {}
    aws.client("dynamodb").put_item(TableName=unique, Item={"pk": {"S": "1"}})
    message = eventually(lambda: sqs.receive_message(QueueUrl=queue[0], WaitTimeSeconds=1).get("Messages"))[0]
    assert json.loads(message["Body"])["dynamodb"]["Keys"] == {"pk": {"S": "1"}}
    aws.update(made, roleArn=role, source=stream, target=topic, desiredState="STOPPED", tags={"b": "2"})
    found = aws.client("pipes").describe_pipe(Name=made.id)
    assert (found["DesiredState"], found["Tags"]) == ("STOPPED", {"b": "2"})
    assert aws.read("pipes/pipe:Pipe", made.id).outputs["target"] == topic
    aws.delete(made)
    aws.delete(made)


def test_what_is_not_moved_is_listed(aws: Any, role: str, queue: tuple[str, str]) -> None:
    made = aws.create(
        "pipes/pipe:Pipe",
        "out",
        roleArn=role,
        source=queue[1],
        target=queue[1],
        sourceParameters={"sqsQueueParameters": {"batchSize": 1}},
    )
    assert set(made.simulated) == {"source", "target", "sourceParameters"}
