"""Amazon Kinesis Data Streams. https://docs.aws.amazon.com/kinesis/latest/APIReference/"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from stackwright.graph import Properties, Resource
from stackwright.provider.aws import Aws, Client, ignoring
from stackwright.provider.lookups import Lookup
from stackwright.provider.provisioner import Created, Inputs, Provisioner, id_of
from stackwright.provider.services._policies import policy_text
from stackwright.provider.services._shapes import changed_tags, present

_GONE: Final = ("ResourceNotFoundException",)
_DEFAULT_HOURS: Final = 24


class Stream(Provisioner):
    """Its id is its ARN. The emulator's streams are active as soon as they are made."""

    type = "kinesis/stream:Stream"
    replace_on = frozenset({"name"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        kinesis, name = aws.client("kinesis"), new["name"]
        mode = (new.get("streamModeDetails") or {}).get("streamMode")
        kinesis.create_stream(
            StreamName=name,
            **present(ShardCount=new.get("shardCount"), StreamModeDetails={"StreamMode": mode} if mode else None),
        )
        tags = aws.tags(new.get("tags"))
        if tags:
            kinesis.add_tags_to_stream(StreamName=name, Tags=tags)
        _configure(kinesis, name, new, {})
        return Created(new.outputs["arn"])

    def update(self, aws: Aws, new: Inputs, old: Resource) -> Mapping[str, Any]:
        kinesis, name = aws.client("kinesis"), new["name"]
        _configure(kinesis, name, new, old.inputs)
        shards = new.get("shardCount")
        if shards and shards != old.inputs.get("shardCount"):
            kinesis.update_shard_count(StreamName=name, TargetShardCount=shards, ScalingType="UNIFORM_SCALING")
        wanted, gone = changed_tags(aws, new, old)
        if gone:
            kinesis.remove_tags_from_stream(StreamName=name, TagKeys=gone)
        if wanted:
            kinesis.add_tags_to_stream(StreamName=name, Tags=wanted)
        return {}

    def delete(self, aws: Aws, old: Resource) -> None:
        name, kinesis = old.outputs["name"], aws.client("kinesis")
        consumers = {"EnforceConsumerDeletion": bool(old.inputs.get("enforceConsumerDeletion"))}
        ignoring(_GONE, lambda: kinesis.delete_stream(StreamName=name, **consumers))

    def read(self, aws: Aws, wanted: Resource) -> Created:
        name = id_of(wanted).rsplit("/", 1)[-1]
        found = _summary(aws.client("kinesis"), name)
        return Created(found["StreamARN"], {"name": name, "arn": found["StreamARN"], **_known(found)})


class StreamConsumer(Provisioner):
    """Its id is its ARN."""

    type = "kinesis/streamConsumer:StreamConsumer"
    replace_on = frozenset({"name", "streamArn"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        answer = aws.client("kinesis").register_stream_consumer(StreamARN=new["streamArn"], ConsumerName=new["name"])
        made = answer["Consumer"]
        created = str(made["ConsumerCreationTimestamp"])
        return Created(made["ConsumerARN"], {"arn": made["ConsumerARN"], "creationTimestamp": created})

    def update(self, aws: Aws, new: Inputs, old: Resource) -> Mapping[str, Any]:
        return {}

    def delete(self, aws: Aws, old: Resource) -> None:
        kinesis = aws.client("kinesis")
        ignoring(_GONE, lambda: kinesis.deregister_stream_consumer(ConsumerARN=id_of(old)))


class ResourcePolicy(Provisioner):
    """https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutResourcePolicy.html"""

    type = "kinesis/resourcePolicy:ResourcePolicy"
    replace_on = frozenset({"resourceArn"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        arn = new["resourceArn"]
        aws.client("kinesis").put_resource_policy(ResourceARN=arn, Policy=policy_text(new["policy"]))
        return Created(arn)

    def delete(self, aws: Aws, old: Resource) -> None:
        ignoring(_GONE, lambda: aws.client("kinesis").delete_resource_policy(ResourceARN=id_of(old)))


def _configure(kinesis: Client, name: str, new: Inputs, before: Mapping[str, Any]) -> None:
    """What CreateStream does not take: retention and encryption."""
    hours, old_hours = new.get("retentionPeriod", _DEFAULT_HOURS), before.get("retentionPeriod") or _DEFAULT_HOURS
    if hours > old_hours:
        kinesis.increase_stream_retention_period(StreamName=name, RetentionPeriodHours=hours)
    elif hours < old_hours:
        kinesis.decrease_stream_retention_period(StreamName=name, RetentionPeriodHours=hours)
    _encrypt(kinesis, name, new, before)


def _encrypt(kinesis: Client, name: str, new: Inputs, before: Mapping[str, Any]) -> None:
    key = new.get("kmsKeyId") if new.get("encryptionType") == "KMS" else None
    old_key = before.get("kmsKeyId") if before.get("encryptionType") == "KMS" else None
    if key and key != old_key:
        kinesis.start_stream_encryption(StreamName=name, EncryptionType="KMS", KeyId=key)
    elif old_key and not key:
        kinesis.stop_stream_encryption(StreamName=name, EncryptionType="KMS", KeyId=old_key)


def _summary(kinesis: Client, name: str) -> dict[str, Any]:
    return kinesis.describe_stream_summary(StreamName=name)["StreamDescriptionSummary"]


def _known(found: Mapping[str, Any]) -> dict[str, Any]:
    mode = (found.get("StreamModeDetails") or {}).get("StreamMode", "PROVISIONED")
    metrics = [m for group in found.get("EnhancedMonitoring") or [] for m in group.get("ShardLevelMetrics") or []]
    return {
        "encryptionType": found.get("EncryptionType", "NONE"),
        "kmsKeyId": found.get("KeyId", ""),
        "retentionPeriod": found["RetentionPeriodHours"],
        "shardLevelMetrics": metrics,
        "streamModeDetails": {"streamMode": mode},
    }


def get_stream(aws: Aws, args: Properties) -> dict[str, Any]:
    """https://docs.aws.amazon.com/kinesis/latest/APIReference/API_DescribeStreamSummary.html"""
    kinesis, name = aws.client("kinesis", args.get("region") or ""), args["name"]
    found = _summary(kinesis, name)
    known = _known(found)
    shards = kinesis.list_shards(StreamName=name)["Shards"]
    closed = [s["ShardId"] for s in shards if s["SequenceNumberRange"].get("EndingSequenceNumber")]
    listed = kinesis.list_tags_for_stream(StreamName=name).get("Tags", [])
    return {
        **known,
        "streamModeDetails": [known["streamModeDetails"]],
        "id": found["StreamARN"],
        "arn": found["StreamARN"],
        "name": name,
        "region": args.get("region") or aws.region,
        "status": found["StreamStatus"],
        "creationTimestamp": int(found["StreamCreationTimestamp"].timestamp()),
        "openShards": [s["ShardId"] for s in shards if s["ShardId"] not in closed],
        "closedShards": closed,
        "tags": {tag["Key"]: tag["Value"] for tag in listed},
        "maxRecordSizeInKib": 1024,
        "warmThroughputs": [],
    }


PROVISIONERS: Final[tuple[type[Provisioner], ...]] = (ResourcePolicy, Stream, StreamConsumer)

FUNCTIONS: Final[Mapping[str, Lookup]] = {"aws:kinesis/getStream:getStream": get_stream}
