"""Kinesis and Firehose streams, seen through boto3."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from stackwright.errors import ResourceError
from stackwright.provider.aws import Aws
from stackwright.provider.services.kinesis import FUNCTIONS

pytestmark = pytest.mark.e2e

STREAM = "kinesis/stream:Stream"
FIREHOSE = "kinesis/firehoseDeliveryStream:FirehoseDeliveryStream"


def summary(aws: Any, name: str) -> dict[str, Any]:
    return aws.client("kinesis").describe_stream_summary(StreamName=name)["StreamDescriptionSummary"]


def tags(aws: Any, name: str) -> dict[str, str]:
    return {t["Key"]: t["Value"] for t in aws.client("kinesis").list_tags_for_stream(StreamName=name)["Tags"]}


def test_stream_has_its_settings_and_carries_records(aws: Any) -> None:
    key = aws.client("kms").create_key()["KeyMetadata"]["Arn"]
    made = aws.create(
        STREAM,
        "events",
        shardCount=2,
        retentionPeriod=48,
        encryptionType="KMS",
        kmsKeyId=key,
        tags={"Team": "a"},
    )
    name, kinesis = made.outputs["name"], aws.client("kinesis")
    found = summary(aws, name)
    assert made.simulated == {}
    assert made.id == made.outputs["arn"] == found["StreamARN"]
    assert (found["OpenShardCount"], found["RetentionPeriodHours"]) == (2, 48)
    assert (found["EncryptionType"], found["KeyId"]) == ("KMS", key)
    assert tags(aws, name) == {"Team": "a"}
    shard = kinesis.put_record(StreamName=name, Data=b"x", PartitionKey="k")["ShardId"]
    start = kinesis.get_shard_iterator(StreamName=name, ShardId=shard, ShardIteratorType="TRIM_HORIZON")
    records = kinesis.get_records(ShardIterator=start["ShardIterator"])["Records"]
    assert [record["Data"] for record in records] == [b"x"]


def test_updates_in_place(aws: Any) -> None:
    key = aws.client("kms").create_key()["KeyMetadata"]["Arn"]
    made = aws.create(STREAM, "events", shardCount=1, retentionPeriod=72, tags={"x": "1", "y": "2"})
    name = made.outputs["name"]
    made = aws.update(made, shardCount=2, retentionPeriod=36, encryptionType="KMS", kmsKeyId=key, tags={"x": "3"})
    found = summary(aws, name)
    assert made.simulated == {}
    assert (found["OpenShardCount"], found["RetentionPeriodHours"], found["KeyId"]) == (2, 36, key)
    assert tags(aws, name) == {"x": "3"}
    made = aws.update(made, shardCount=2, shardLevelMetrics=["IncomingBytes"])
    assert list(made.simulated) == ["shardLevelMetrics"]
    assert (summary(aws, name)["RetentionPeriodHours"], summary(aws, name)["EncryptionType"]) == (24, "NONE")


def test_on_demand_stream_and_second_delete(aws: Any) -> None:
    made = aws.create(STREAM, "events", streamModeDetails={"streamMode": "ON_DEMAND"})
    assert summary(aws, made.outputs["name"])["StreamModeDetails"] == {"StreamMode": "ON_DEMAND"}
    aws.delete(made)
    aws.delete(made)
    with pytest.raises(ClientError, match="ResourceNotFound"):
        summary(aws, made.outputs["name"])


def test_consumer_and_policy(aws: Any) -> None:
    stream = aws.create(STREAM, "events", shardCount=1, enforceConsumerDeletion=True)
    kinesis = aws.client("kinesis")
    consumer = aws.create("kinesis/streamConsumer:StreamConsumer", "reader", streamArn=stream.id)
    listed = lambda: kinesis.list_stream_consumers(StreamARN=stream.id)["Consumers"]  # noqa: E731
    assert [one["ConsumerARN"] for one in listed()] == [consumer.id]
    aws.delete(consumer)
    aws.delete(consumer)
    assert listed() == []
    who = {"AWS": f"arn:aws:iam::{aws.endpoint.account}:root"}
    allow = {"Effect": "Allow", "Principal": who, "Action": "kinesis:GetRecords", "Resource": stream.id}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [allow]})
    made = aws.create("kinesis/resourcePolicy:ResourcePolicy", "p", resourceArn=stream.id, policy=policy)
    assert json.loads(kinesis.get_resource_policy(ResourceARN=stream.id)["Policy"])["Statement"] == [allow]
    aws.delete(made)
    aws.delete(made)


def test_read_and_lookup(aws: Any) -> None:
    made = aws.create(STREAM, "events", shardCount=1, tags={"a": "b"})
    assert aws.read(STREAM, made.id).outputs["retentionPeriod"] == 24
    with pytest.raises(ResourceError, match="cannot find"):
        aws.read(STREAM, f"{made.id}-not")
    where = Aws(aws.endpoint, aws.endpoint.account, aws.endpoint.region)
    found = FUNCTIONS["aws:kinesis/getStream:getStream"](where, {"name": made.outputs["name"]})
    assert (found["arn"], found["status"], len(found["openShards"])) == (made.id, "ACTIVE", 1)
    assert found["tags"] == {"a": "b"}


@pytest.fixture
def target(aws: Any) -> dict[str, Any]:
    bucket = aws.create("s3/bucket:Bucket", "sink")
    statement = {"Effect": "Allow", "Principal": {"Service": "firehose.amazonaws.com"}, "Action": "sts:AssumeRole"}
    trust = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    role = aws.client("iam").create_role(RoleName=bucket.id, AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    return {"bucketArn": bucket.outputs["arn"], "roleArn": role, "prefix": "in/", "bufferingSize": 5}


def keys(aws: Any, target: dict[str, Any]) -> list[str]:
    listed = aws.client("s3").list_objects_v2(Bucket=target["bucketArn"].rsplit(":", 1)[1])
    return [found["Key"] for found in listed.get("Contents", [])]


def test_firehose_delivers_to_s3(aws: Any, target: dict[str, Any]) -> None:
    inputs = {"destination": "extended_s3"}
    made = aws.create(FIREHOSE, "f", **inputs, extendedS3Configuration=target, tags={"a": "b"})
    name, firehose = made.outputs["name"], aws.client("firehose")
    assert made.simulated == {}
    assert made.id == made.outputs["arn"]
    firehose.put_record(DeliveryStreamName=name, Record={"Data": b"x"})
    assert [key[:3] for key in keys(aws, target)] == ["in/"]
    assert firehose.list_tags_for_delivery_stream(DeliveryStreamName=name)["Tags"] == [{"Key": "a", "Value": "b"}]

    encrypted = {"enabled": True}
    changed = {**target, "prefix": "other/", "kmsKeyArn": "arn:aws:kms:us-east-1:123456789012:key/x"}
    made = aws.update(made, **inputs, extendedS3Configuration=changed, serverSideEncryption=encrypted)
    assert made.simulated == {}
    assert made.outputs["versionId"] == "2"
    firehose.put_record(DeliveryStreamName=name, Record={"Data": b"y"})
    assert sorted(key.split("/")[0] for key in keys(aws, target)) == ["in", "other"]
    aws.delete(made)
    aws.delete(made)
    with pytest.raises(ClientError, match="ResourceNotFound"):
        firehose.describe_delivery_stream(DeliveryStreamName=name)


def test_firehose_reads_from_a_stream(aws: Any, target: dict[str, Any]) -> None:
    stream = aws.create(STREAM, "source", shardCount=1)
    source = {"kinesisStreamArn": stream.id, "roleArn": target["roleArn"]}
    inputs = {"destination": "extended_s3", "extendedS3Configuration": target}
    made = aws.create(FIREHOSE, "f", **inputs, kinesisSourceConfiguration=source)
    assert made.simulated == {}
    aws.client("kinesis").put_record(StreamName=stream.outputs["name"], Data=b"x", PartitionKey="k")
    assert [key[:3] for key in keys(aws, target)] == ["in/"]


def test_firehose_to_elsewhere_is_made_up_and_says_so(aws: Any) -> None:
    made = aws.create(FIREHOSE, "f", destination="splunk", splunkConfiguration={"hecEndpoint": "https://x"})
    assert list(made.simulated) == ["destination"]
    aws.delete(made)
