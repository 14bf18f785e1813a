"""Patch ``authorization``: requests are authorized under the names and conditions AWS uses."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

pytestmark = pytest.mark.e2e


def test_batches_need_the_permission_of_the_single_call(account: Any) -> None:
    url, arn = account.queue()
    allowed = ["sqs:SendMessage", "sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility"]
    sqs = account.as_role("sqs", [{"Effect": "Allow", "Action": allowed, "Resource": arn}])
    sqs.send_message_batch(QueueUrl=url, Entries=[{"Id": "1", "MessageBody": "m"}])
    (message,) = sqs.receive_message(QueueUrl=url)["Messages"]
    entry = {"Id": "1", "ReceiptHandle": message["ReceiptHandle"]}
    sqs.change_message_visibility_batch(QueueUrl=url, Entries=[{**entry, "VisibilityTimeout": 30}])
    sqs.delete_message_batch(QueueUrl=url, Entries=[entry])
    topic = account.client("sns").create_topic(Name=account.name("topic"))["TopicArn"]
    sns = account.as_role("sns", [{"Effect": "Allow", "Action": "sns:Publish", "Resource": topic}])
    sns.publish_batch(TopicArn=topic, PublishBatchRequestEntries=[{"Id": "1", "Message": "m"}])


def test_streams_are_authorized_on_the_stream(account: Any) -> None:
    """Patch ``stream_authorization``."""

    def stream() -> str:
        made = account.client("dynamodb").create_table(
            TableName=account.name("table"),
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
            StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
        )
        return made["TableDescription"]["LatestStreamArn"]

    ours, others = stream(), stream()
    calls = ("DescribeStream", "GetShardIterator", "GetRecords")
    allowed = {"Effect": "Allow", "Action": [f"dynamodb:{call}" for call in calls], "Resource": ours}
    streams, root = account.as_role("dynamodbstreams", [allowed]), account.client("dynamodbstreams")
    shard = streams.describe_stream(StreamArn=ours)["StreamDescription"]["Shards"][0]["ShardId"]
    start = {"ShardId": shard, "ShardIteratorType": "TRIM_HORIZON"}

    assert streams.get_records(ShardIterator=streams.get_shard_iterator(StreamArn=ours, **start)["ShardIterator"])
    iterator = root.get_shard_iterator(StreamArn=others, **start)["ShardIterator"]
    for call, arguments in (
        ("describe_stream", {"StreamArn": others}),
        ("get_shard_iterator", {"StreamArn": others, **start}),
        ("get_records", {"ShardIterator": iterator}),
    ):
        with pytest.raises(ClientError, match="AccessDenied"):
            getattr(streams, call)(**arguments)


def test_leading_keys_limit_a_role_to_its_own_items(account: Any) -> None:
    table = account.name("table")
    account.client("dynamodb").create_table(
        TableName=table,
        KeySchema=[{"AttributeName": "tenant", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "tenant", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    own = {
        "Effect": "Allow",
        "Action": "dynamodb:*",
        "Resource": "*",
        "Condition": {"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": ["mine"]}},
    }
    dynamodb = account.as_role("dynamodb", [own])

    def use(tenant: str) -> None:
        key = {"tenant": {"S": tenant}}
        dynamodb.put_item(TableName=table, Item=key)
        dynamodb.get_item(TableName=table, Key=key)
        dynamodb.query(
            TableName=table,
            KeyConditionExpression="#t = :t",
            ExpressionAttributeNames={"#t": "tenant"},
            ExpressionAttributeValues={":t": {"S": tenant}},
        )
        dynamodb.batch_write_item(RequestItems={table: [{"PutRequest": {"Item": key}}]})
        dynamodb.batch_get_item(RequestItems={table: {"Keys": [key]}})

    use("mine")
    key = {"tenant": {"S": "theirs"}}
    for call, arguments in (
        ("put_item", {"TableName": table, "Item": key}),
        ("get_item", {"TableName": table, "Key": key}),
        (
            "query",
            {
                "TableName": table,
                "KeyConditionExpression": "tenant = :t",
                "ExpressionAttributeValues": {":t": {"S": "theirs"}},
            },
        ),
        ("batch_write_item", {"RequestItems": {table: [{"PutRequest": {"Item": key}}]}}),
        ("batch_get_item", {"RequestItems": {table: {"Keys": [key, {"tenant": {"S": "mine"}}]}}}),
        ("transact_write_items", {"TransactItems": [{"Put": {"TableName": table, "Item": key}}]}),
    ):
        with pytest.raises(ClientError, match="AccessDenied"):
            getattr(dynamodb, call)(**arguments)
