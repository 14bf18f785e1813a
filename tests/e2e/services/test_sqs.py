"""SQS resources, seen through boto3."""

from __future__ import annotations

import json
from typing import Any

import pytest

from stackwright.provider.aws import Aws
from stackwright.provider.services.sqs import FUNCTIONS

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
    assert updated.simulated == {}


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
    assert queue.simulated == {"someNewInput": "Not emulated."}


def test_read_finds_a_queue_by_url(aws: Any) -> None:
    queue = aws.create("sqs/queue:Queue", "work")
    assert aws.read("sqs/queue:Queue", queue.id).outputs["arn"] == queue.outputs["arn"]


def test_policies_may_be_objects(aws: Any) -> None:
    target = aws.create("sqs/queue:Queue", "dead")
    limits = {"deadLetterTargetArn": target.outputs["arn"], "maxReceiveCount": 1}
    queue = aws.create("sqs/queue:Queue", "work", visibilityTimeoutSeconds=0)
    made = aws.create("sqs/redrivePolicy:RedrivePolicy", "redrive", queueUrl=queue.id, redrivePolicy=json.dumps(limits))
    allow = {"redrivePermission": "byQueue", "sourceQueueArns": [queue.outputs["arn"]]}
    aws.create(
        "sqs/redriveAllowPolicy:RedriveAllowPolicy", "allow", queueUrl=target.id, redriveAllowPolicy=json.dumps(allow)
    )
    policy = {"Version": "2012-10-17", "Statement": []}
    aws.create("sqs/queuePolicy:QueuePolicy", "policy", queueUrl=queue.id, policy=policy)
    assert json.loads(attributes(aws, target.id)["RedriveAllowPolicy"]) == allow
    assert aws.read("sqs/redrivePolicy:RedrivePolicy", queue.id).outputs["redrivePolicy"] == json.dumps(limits)
    assert made.id == queue.id


def test_a_message_received_too_often_goes_to_the_dead_letter_queue(aws: Any) -> None:
    dead = aws.create("sqs/queue:Queue", "dead")
    redrive = json.dumps({"deadLetterTargetArn": dead.outputs["arn"], "maxReceiveCount": 1})
    queue = aws.create("sqs/queue:Queue", "work", visibilityTimeoutSeconds=0, redrivePolicy=redrive)
    sqs = aws.client("sqs")
    sqs.send_message(QueueUrl=queue.id, MessageBody="poison")
    for _ in range(3):
        sqs.receive_message(QueueUrl=queue.id)
    found = sqs.receive_message(QueueUrl=dead.id, WaitTimeSeconds=10)
    assert [message["Body"] for message in found["Messages"]] == ["poison"]


def test_read_gives_numbers_and_flags(aws: Any) -> None:
    queue = aws.create("sqs/queue:Queue", "work", visibilityTimeoutSeconds=45, sqsManagedSseEnabled=True)
    read = aws.read("sqs/queue:Queue", queue.id).outputs
    assert (read["visibilityTimeoutSeconds"], read["sqsManagedSseEnabled"]) == (45, True)


def test_lookups(aws: Any) -> None:
    queue = aws.create("sqs/queue:Queue", "looked-up", tags={"a": "b"})
    where, name = Aws(aws.endpoint, aws.endpoint.account, aws.endpoint.region), queue.outputs["name"]
    found = FUNCTIONS["aws:sqs/getQueue:getQueue"](where, {"name": name})
    assert (found["url"], found["arn"], found["tags"]) == (queue.id, queue.outputs["arn"], {"a": "b"})
    listed = FUNCTIONS["aws:sqs/getQueues:getQueues"](where, {"queueNamePrefix": name})
    assert listed["queueUrls"] == [queue.id]
