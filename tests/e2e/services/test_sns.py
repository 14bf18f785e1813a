"""Topics and subscriptions, seen through boto3."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from stackwright.errors import ResourceError
from stackwright.provider.aws import Aws
from stackwright.provider.services.sns import FUNCTIONS

pytestmark = pytest.mark.e2e

TOPIC = "sns/topic:Topic"
SUBSCRIPTION = "sns/topicSubscription:TopicSubscription"


def attributes(aws: Any, arn: str) -> dict[str, str]:
    return aws.client("sns").get_topic_attributes(TopicArn=arn)["Attributes"]


def tags(aws: Any, arn: str) -> dict[str, str]:
    return {t["Key"]: t["Value"] for t in aws.client("sns").list_tags_for_resource(ResourceArn=arn)["Tags"]}


def listening_queue(aws: Any, topic: Any, name: str = "inbox") -> Any:
    queue = aws.create("sqs/queue:Queue", name)
    allow = {
        "Effect": "Allow",
        "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": queue.outputs["arn"],
        "Condition": {"ArnEquals": {"aws:SourceArn": topic.id}},
    }
    policy = {"Version": "2012-10-17", "Statement": [allow]}
    aws.create("sqs/queuePolicy:QueuePolicy", f"{name}-policy", queueUrl=queue.id, policy=policy)
    return queue


def received(aws: Any, queue: Any) -> list[str]:
    found = aws.client("sqs").receive_message(QueueUrl=queue.id, WaitTimeSeconds=10, MaxNumberOfMessages=10)
    return [message["Body"] for message in found.get("Messages", [])]


def test_topic_has_its_settings(aws: Any) -> None:
    key = aws.client("kms").create_key()["KeyMetadata"]["KeyId"]
    made = aws.create(
        TOPIC,
        "news",
        displayName="News",
        kmsMasterKeyId=key,
        sqsSuccessFeedbackSampleRate=50,
        tracingConfig="Active",
        tags={"Team": "a"},
    )
    found = attributes(aws, made.id)
    assert made.simulated == {}
    assert made.id == made.outputs["arn"] == found["TopicArn"]
    assert (found["DisplayName"], found["KmsMasterKeyId"]) == ("News", key)
    assert (found["SQSSuccessFeedbackSampleRate"], found["TracingConfig"]) == ("50", "Active")
    assert tags(aws, made.id) == {"Team": "a"}
    assert made.outputs["owner"] == aws.endpoint.account


def test_updates_in_place(aws: Any) -> None:
    made = aws.create(TOPIC, "news", displayName="a", tags={"x": "1", "y": "2"})
    policy = json.dumps({"Version": "2012-10-17", "Statement": []})
    made = aws.update(made, displayName="b", policy=policy, tags={"x": "3"})
    assert made.simulated == {}
    assert attributes(aws, made.id)["DisplayName"] == "b"
    assert json.loads(attributes(aws, made.id)["Policy"])["Statement"] == []
    assert tags(aws, made.id) == {"x": "3"}
    aws.update(made)
    assert attributes(aws, made.id)["DisplayName"] == ""
    assert json.loads(attributes(aws, made.id)["Policy"])["Id"] == "__default_policy_ID"


def test_fifo_topic_deduplicates(aws: Any) -> None:
    made = aws.create(TOPIC, "orders", fifoTopic=True, contentBasedDeduplication=True)
    assert made.outputs["name"].endswith(".fifo")
    publish = aws.client("sns").publish
    first, second = (publish(TopicArn=made.id, Message="m", MessageGroupId="g") for _ in range(2))
    assert first["MessageId"] == second["MessageId"]


def test_delete_twice_is_fine(aws: Any) -> None:
    made = aws.create(TOPIC, "news")
    aws.delete(made)
    aws.delete(made)
    with pytest.raises(ClientError, match="NotFound"):
        attributes(aws, made.id)


def test_policy_resource_is_set_and_goes_back_to_the_default(aws: Any) -> None:
    topic = aws.create(TOPIC, "news")
    deny = {"Effect": "Deny", "Principal": "*", "Action": "sns:Publish", "Resource": topic.id}
    policy = {"Version": "2012-10-17", "Statement": [deny]}
    made = aws.create("sns/topicPolicy:TopicPolicy", "policy", arn=topic.id, policy=policy)
    publish = lambda: aws.client("sns").publish(TopicArn=topic.id, Message="m")  # noqa: E731
    with pytest.raises(ClientError, match="AuthorizationError"):
        publish()
    aws.delete(made)
    publish()
    aws.delete(topic)
    aws.delete(made)


def test_subscription_delivers_what_its_filter_lets_through(aws: Any) -> None:
    topic = aws.create(TOPIC, "news")
    queue = listening_queue(aws, topic)
    inputs = {"topic": topic.id, "protocol": "sqs", "endpoint": queue.outputs["arn"]}
    made = aws.create(
        SUBSCRIPTION,
        "s",
        **inputs,
        rawMessageDelivery=True,
        filterPolicy=json.dumps({"kind": ["good"]}),
        filterPolicyScope="MessageBody",
    )
    assert made.simulated == {}
    assert made.id == made.outputs["arn"]
    assert made.outputs["pendingConfirmation"] is False
    sns = aws.client("sns")
    sns.publish(TopicArn=topic.id, Message=json.dumps({"kind": "bad"}))
    sns.publish(TopicArn=topic.id, Message=json.dumps({"kind": "good"}))
    assert received(aws, queue) == ['{"kind": "good"}']

    made = aws.update(made, **inputs)
    assert made.simulated == {}
    sns.publish(TopicArn=topic.id, Message="anything")
    assert json.loads(received(aws, queue)[0])["Message"] == "anything"
    aws.delete(made)
    aws.delete(made)
    assert sns.list_subscriptions_by_topic(TopicArn=topic.id)["Subscriptions"] == []


def test_platform_application(aws: Any) -> None:
    kind = "sns/platformApplication:PlatformApplication"
    inputs = {"platform": "GCM", "platformCredential": "key"}
    made = aws.create(kind, "push", **inputs)
    found = lambda: aws.client("sns").get_platform_application_attributes(PlatformApplicationArn=made.id)  # noqa: E731
    assert found()["Attributes"]["PlatformCredential"] == "key"
    updated = aws.update(made, **{**inputs, "platformCredential": "other"})
    assert updated.simulated == {}
    assert found()["Attributes"]["PlatformCredential"] == "other"
    aws.delete(made)
    aws.delete(made)


def test_read_and_lookup(aws: Any) -> None:
    made = aws.create(TOPIC, "news", displayName="x", tags={"a": "b"})
    assert aws.read(TOPIC, made.id).outputs["displayName"] == "x"
    with pytest.raises(ResourceError, match="cannot find"):
        aws.read(TOPIC, f"{made.id}-not")
    where = Aws(aws.endpoint, aws.endpoint.account, aws.endpoint.region)
    answer = FUNCTIONS["aws:sns/getTopic:getTopic"](where, {"name": made.outputs["name"]})
    assert (answer["arn"], answer["tags"]) == (made.id, {"a": "b"})
