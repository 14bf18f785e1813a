"""SQS resources, seen through boto3."""

from __future__ import annotations

import json
from typing import Any

import pytest

pytestmark = pytest.mark.e2e


def attributes(aws: Any, url: str) -> dict[str, str]:
    return aws.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]


def test_queue_has_its_settings_and_a_url_that_works(aws: Any) -> None:
    queue = aws.create("sqs/queue:Queue", "work", visibilityTimeoutSeconds=45, tags={"Team": "a"})
    found = attributes(aws, queue.id)
    assert found["VisibilityTimeout"] == "45"
    assert found["QueueArn"] == queue.outputs["arn"]
    aws.client("sqs").send_message(QueueUrl=queue.outputs["url"], MessageBody="hello")
    assert queue.simulated == {}


def test_update_changes_in_place_and_resets_what_is_gone(aws: Any) -> None:
    queue = aws.create("sqs/queue:Queue", "work", delaySeconds=5, tags={"a": "1", "b": "2"})
    updated = aws.update(queue, visibilityTimeoutSeconds=60, tags={"a": "3"})
    found = attributes(aws, queue.id)
    assert (found["VisibilityTimeout"], found["DelaySeconds"]) == ("60", "0")
    assert aws.client("sqs").list_queue_tags(QueueUrl=queue.id)["Tags"] == {"a": "3"}
    assert updated.id == queue.id


def test_fifo_queue_gets_its_suffix(aws: Any) -> None:
    queue = aws.create("sqs/queue:Queue", "orders", fifoQueue=True)
    assert queue.outputs["name"].endswith(".fifo")


def test_policy_resource_sets_and_removes_the_policy(aws: Any) -> None:
    queue = aws.create("sqs/queue:Queue", "work")
    policy = {"Version": "2012-10-17", "Statement": []}
    made = aws.create("sqs/queuePolicy:QueuePolicy", "policy", queueUrl=queue.id, policy=json.dumps(policy))
    assert json.loads(attributes(aws, queue.id)["Policy"]) == policy
    aws.delete(made)
    assert not attributes(aws, queue.id).get("Policy")


def test_delete_twice_is_fine(aws: Any) -> None:
    queue = aws.create("sqs/queue:Queue", "work")
    aws.delete(queue)
    aws.delete(queue)


def test_an_input_that_the_emulator_lacks_is_listed(aws: Any) -> None:
    queue = aws.create("sqs/queue:Queue", "work", someNewInput="x")
    assert queue.simulated == {"someNewInput": "not emulated"}


def test_read_finds_a_queue_by_url(aws: Any) -> None:
    queue = aws.create("sqs/queue:Queue", "work")
    assert aws.read("sqs/queue:Queue", queue.id).outputs["arn"] == queue.outputs["arn"]
