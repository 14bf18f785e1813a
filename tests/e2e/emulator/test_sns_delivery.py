"""Patch ``sns_delivery``: subscriptions deliver with permission and redrive what they cannot deliver."""

from __future__ import annotations

import json
from typing import Any

import pytest

pytestmark = pytest.mark.e2e

PRINTING = "def handler(event, context):\n    print('got', event['Records'][0]['Sns']['Message'])"


@pytest.fixture
def topic(account: Any) -> str:
    return account.client("sns").create_topic(Name=account.name("topic"))["TopicArn"]


def accept(account: Any, url: str, arn: str, topic: str) -> None:
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": arn,
        "Condition": {"ArnEquals": {"aws:SourceArn": topic}},
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    account.client("sqs").set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})


def subscribe(account: Any, topic: str, protocol: str, endpoint: str, dead_letters: str) -> None:
    account.client("sns").subscribe(
        TopicArn=topic,
        Protocol=protocol,
        Endpoint=endpoint,
        Attributes={"RedrivePolicy": json.dumps({"deadLetterTargetArn": dead_letters})},
    )


def test_a_function_needs_the_topic_in_its_policy(account: Any, topic: str) -> None:
    name = account.function(PRINTING)
    client = account.client("lambda")
    arn = client.get_function(FunctionName=name)["Configuration"]["FunctionArn"]
    dead_url, dead_arn = account.queue()
    accept(account, dead_url, dead_arn, topic)
    subscribe(account, topic, "lambda", arn, dead_arn)
    sns = account.client("sns")
    sns.publish(TopicArn=topic, Message="one")
    (lost,) = account.until(lambda: account.messages(dead_url))
    assert json.loads(lost["Body"])["Message"] == "one"
    client.add_permission(
        FunctionName=name,
        StatementId="s",
        Action="lambda:InvokeFunction",
        Principal="sns.amazonaws.com",
        SourceArn=topic,
    )
    sns.publish(TopicArn=topic, Message="two")
    account.until(lambda: "got two" in account.log_events(name))
    assert "got one" not in account.log_events(name)


def test_a_failing_function_is_retried_and_ends_in_its_own_dead_letter_queue(account: Any, topic: str) -> None:
    url, arn = account.queue()
    send = {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": arn}
    name = account.function(
        "def handler(event, context):\n    print('try')\n    raise ValueError('x')",
        [send],
        DeadLetterConfig={"TargetArn": arn},
    )
    client = account.client("lambda")
    client.add_permission(
        FunctionName=name,
        StatementId="s",
        Action="lambda:InvokeFunction",
        Principal="sns.amazonaws.com",
        SourceArn=topic,
    )
    function_arn = client.get_function(FunctionName=name)["Configuration"]["FunctionArn"]
    account.client("sns").subscribe(TopicArn=topic, Protocol="lambda", Endpoint=function_arn)
    account.client("sns").publish(TopicArn=topic, Message="m")
    (message,) = account.until(lambda: account.messages(url))
    assert json.loads(message["Body"])["Records"][0]["Sns"]["Message"] == "m"
    assert account.log_events(name).count("try") == 3


def test_a_queue_that_refuses_sends_to_the_dead_letter_queue(account: Any, topic: str) -> None:
    url, arn = account.queue()
    dead_url, dead_arn = account.queue()
    accept(account, dead_url, dead_arn, topic)
    subscribe(account, topic, "sqs", arn, dead_arn)
    account.client("sns").publish(TopicArn=topic, Message="m")
    (lost,) = account.until(lambda: account.messages(dead_url))
    assert json.loads(lost["Body"])["Message"] == "m"
    assert account.messages(url) == []
