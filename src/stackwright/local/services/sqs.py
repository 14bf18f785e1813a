"""Amazon SQS. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stackwright.graph import Resource
from stackwright.local.aws import Aws, ignoring
from stackwright.local.provisioner import Created, Inputs, Provisioner, id_of

_GONE = ("AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist")

# Input of the type -> attribute of SetQueueAttributes.
_ATTRIBUTES = {
    "visibilityTimeoutSeconds": "VisibilityTimeout",
    "messageRetentionSeconds": "MessageRetentionPeriod",
    "maxMessageSize": "MaximumMessageSize",
    "delaySeconds": "DelaySeconds",
    "receiveWaitTimeSeconds": "ReceiveMessageWaitTimeSeconds",
    "policy": "Policy",
    "redrivePolicy": "RedrivePolicy",
    "redriveAllowPolicy": "RedriveAllowPolicy",
    "kmsMasterKeyId": "KmsMasterKeyId",
    "kmsDataKeyReusePeriodSeconds": "KmsDataKeyReusePeriodSeconds",
    "sqsManagedSseEnabled": "SqsManagedSseEnabled",
    "contentBasedDeduplication": "ContentBasedDeduplication",
    "deduplicationScope": "DeduplicationScope",
    "fifoThroughputLimit": "FifoThroughputLimit",
}


class Queue(Provisioner):
    """Its id is the URL, which at the emulator leads to the emulator."""

    type = "sqs/queue:Queue"
    replace_on = frozenset({"name", "namePrefix", "fifoQueue"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        attributes = _attributes(new)
        if new.get("fifoQueue"):
            attributes["FifoQueue"] = "true"
        answer = aws.client("sqs").create_queue(
            QueueName=new["name"], Attributes=attributes, tags=aws.tags(new.get("tags"))
        )
        return Created(answer["QueueUrl"], {"url": answer["QueueUrl"]})

    def update(self, aws: Aws, new: Inputs, old: Resource) -> Mapping[str, Any]:
        sqs, url = aws.client("sqs"), id_of(old)
        new.get("fifoQueue")
        dropped = [k for k in _ATTRIBUTES if k in old.inputs and new.get(k) is None]
        reset = {_ATTRIBUTES[k]: str(new.outputs.get(k, "")) for k in dropped}
        sqs.set_queue_attributes(QueueUrl=url, Attributes={**reset, **_attributes(new)})
        tags = aws.tags(new.get("tags"))
        gone = [k for k in old.outputs.get("tagsAll") or {} if k not in tags]
        if gone:
            sqs.untag_queue(QueueUrl=url, TagKeys=gone)
        if tags:
            sqs.tag_queue(QueueUrl=url, Tags=tags)
        return {}

    def delete(self, aws: Aws, old: Resource) -> None:
        ignoring(_GONE, lambda: aws.client("sqs").delete_queue(QueueUrl=id_of(old)))

    def read(self, aws: Aws, wanted: Resource) -> Created:
        answer = aws.client("sqs").get_queue_attributes(QueueUrl=id_of(wanted), AttributeNames=["All"])
        attributes = answer["Attributes"]
        known = {ours: attributes[theirs] for ours, theirs in _ATTRIBUTES.items() if theirs in attributes}
        name = attributes["QueueArn"].rsplit(":", 1)[1]
        return Created(outputs={**known, "arn": attributes["QueueArn"], "url": id_of(wanted), "name": name})


class _QueueAttribute(Provisioner):
    """A resource that is really one attribute of a queue."""

    input: str
    attribute: str
    replace_on = frozenset({"queueUrl"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        url = new["queueUrl"]
        aws.client("sqs").set_queue_attributes(QueueUrl=url, Attributes={self.attribute: new[self.input]})
        return Created(url)

    def delete(self, aws: Aws, old: Resource) -> None:
        sqs = aws.client("sqs")
        ignoring(_GONE, lambda: sqs.set_queue_attributes(QueueUrl=id_of(old), Attributes={self.attribute: ""}))


class QueuePolicy(_QueueAttribute):
    type = "sqs/queuePolicy:QueuePolicy"
    input, attribute = "policy", "Policy"


class RedrivePolicy(_QueueAttribute):
    type = "sqs/redrivePolicy:RedrivePolicy"
    input, attribute = "redrivePolicy", "RedrivePolicy"


class RedriveAllowPolicy(_QueueAttribute):
    type = "sqs/redriveAllowPolicy:RedriveAllowPolicy"
    input, attribute = "redriveAllowPolicy", "RedriveAllowPolicy"


def _attributes(new: Inputs) -> dict[str, str]:
    given = {theirs: new.get(ours) for ours, theirs in _ATTRIBUTES.items()}
    return {k: str(v).lower() if isinstance(v, bool) else str(v) for k, v in given.items() if v is not None}


PROVISIONERS = (Queue, QueuePolicy, RedrivePolicy, RedriveAllowPolicy)
