"""Amazon SQS. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from stackwright.graph import Properties, Resource
from stackwright.provider.aws import Aws, ignoring
from stackwright.provider.lookups import Lookup
from stackwright.provider.provisioner import Created, Inputs, Provisioner, id_of
from stackwright.provider.services._policies import policy_text
from stackwright.provider.services._shapes import changed_tags, differing

_GONE: Final = ("AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist")

# Input of the type -> attribute of SetQueueAttributes.
_ATTRIBUTES: Final = {
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
_NUMBERS: Final = frozenset(key for key in _ATTRIBUTES if key.endswith("Seconds") or key == "maxMessageSize")
_FLAGS: Final = frozenset({"sqsManagedSseEnabled", "contentBasedDeduplication"})


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
        # What the program no longer says goes back to AWS's default.
        defaults = {theirs: _text(new.outputs.get(ours, "")) for ours, theirs in _ATTRIBUTES.items()}
        before, after = _attributes(old.inputs), _attributes(new)
        changed = {**{k: defaults[k] for k in before if k not in after}, **differing(after, before)}
        if changed:
            sqs.set_queue_attributes(QueueUrl=url, Attributes=changed)
        tags, gone = changed_tags(aws, new, old)
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
        known = {ours: _value(ours, attributes[theirs]) for ours, theirs in _ATTRIBUTES.items() if theirs in attributes}
        name = attributes["QueueArn"].rsplit(":", 1)[1]
        return Created(outputs={**known, "arn": attributes["QueueArn"], "url": id_of(wanted), "name": name})


class _QueueAttribute(Provisioner):
    """A resource that is really one attribute of a queue."""

    input: str
    attribute: str
    replace_on = frozenset({"queueUrl"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        url, value = new["queueUrl"], policy_text(new[self.input])
        aws.client("sqs").set_queue_attributes(QueueUrl=url, Attributes={self.attribute: value})
        return Created(url)

    def delete(self, aws: Aws, old: Resource) -> None:
        sqs = aws.client("sqs")
        ignoring(_GONE, lambda: sqs.set_queue_attributes(QueueUrl=id_of(old), Attributes={self.attribute: ""}))

    def read(self, aws: Aws, wanted: Resource) -> Created:
        url = id_of(wanted)
        answer = aws.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=[self.attribute])
        return Created(outputs={"queueUrl": url, self.input: answer.get("Attributes", {}).get(self.attribute, "")})


class QueuePolicy(_QueueAttribute):
    type = "sqs/queuePolicy:QueuePolicy"
    input, attribute = "policy", "Policy"


class RedrivePolicy(_QueueAttribute):
    type = "sqs/redrivePolicy:RedrivePolicy"
    input, attribute = "redrivePolicy", "RedrivePolicy"


class RedriveAllowPolicy(_QueueAttribute):
    type = "sqs/redriveAllowPolicy:RedriveAllowPolicy"
    input, attribute = "redriveAllowPolicy", "RedriveAllowPolicy"


def get_queue(aws: Aws, args: Properties) -> dict[str, Any]:
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_GetQueueUrl.html"""
    sqs, region = aws.client("sqs", args.get("region") or ""), args.get("region") or aws.region
    url = sqs.get_queue_url(QueueName=args["name"])["QueueUrl"]
    return {
        "id": url,
        "url": url,
        "name": args["name"],
        "region": region,
        "arn": f"arn:{aws.partition}:sqs:{region}:{aws.account}:{args['name']}",
        "tags": sqs.list_queue_tags(QueueUrl=url).get("Tags", {}),
    }


def get_queues(aws: Aws, args: Properties) -> dict[str, Any]:
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ListQueues.html"""
    prefix, region = args.get("queueNamePrefix") or "", args.get("region") or aws.region
    answer = aws.client("sqs", region).list_queues(QueueNamePrefix=prefix)
    return {**args, "id": region, "region": region, "queueUrls": answer.get("QueueUrls", [])}


def _attributes(given: Mapping[str, Any]) -> dict[str, str]:
    found = {theirs: given.get(ours) for ours, theirs in _ATTRIBUTES.items()}
    return {k: _text(v) for k, v in found.items() if v is not None}


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return policy_text(value) if isinstance(value, Mapping) else str(value)


def _value(key: str, text: str) -> Any:
    if key in _NUMBERS:
        return int(text)
    return text == "true" if key in _FLAGS else text


PROVISIONERS: Final[tuple[type[Provisioner], ...]] = (Queue, QueuePolicy, RedrivePolicy, RedriveAllowPolicy)

FUNCTIONS: Final[Mapping[str, Lookup]] = {
    "aws:sqs/getQueue:getQueue": get_queue,
    "aws:sqs/getQueues:getQueues": get_queues,
}
