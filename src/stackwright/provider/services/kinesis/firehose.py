"""Amazon Data Firehose into S3. https://docs.aws.amazon.com/firehose/latest/APIReference/"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from stackwright.graph import Resource
from stackwright.provider.aws import Aws, ignoring
from stackwright.provider.provisioner import Created, Inputs, Provisioner, id_of
from stackwright.provider.services._shapes import changed_tags, pascal, present, tag_list

Block = Mapping[str, Any]

_S3: Final = "extended_s3"
_FIRST_DESTINATION: Final = "destinationId-000000000001"


class FirehoseDeliveryStream(Provisioner):
    """Its id is its ARN. A stream to anything but S3 is not made at all, and says so."""

    type = "kinesis/firehoseDeliveryStream:FirehoseDeliveryStream"
    replace_on = frozenset({"name", "destination", "kinesisSourceConfiguration", "mskSourceConfiguration"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        if not _to_s3(new):
            return Created()
        source = new.get("kinesisSourceConfiguration")
        answer = aws.client("firehose").create_delivery_stream(
            DeliveryStreamName=new["name"],
            DeliveryStreamType="KinesisStreamAsSource" if source else "DirectPut",
            ExtendedS3DestinationConfiguration=_destination(new["extendedS3Configuration"]),
            **present(
                KinesisStreamSourceConfiguration=_source(source) if source else None,
                DeliveryStreamEncryptionConfigurationInput=_encryption(new.get("serverSideEncryption")),
                Tags=tag_list(aws.tags(new.get("tags"))) or None,
            ),
        )
        arn = answer["DeliveryStreamARN"]
        return Created(arn, {"arn": arn, "destinationId": _FIRST_DESTINATION, "versionId": "1"})

    def update(self, aws: Aws, new: Inputs, old: Resource) -> Mapping[str, Any]:
        if not _to_s3(new):
            return {}
        firehose, name = aws.client("firehose"), new["name"]
        version = str(old.outputs.get("versionId") or "1")
        wanted = new["extendedS3Configuration"]
        if wanted != old.inputs.get("extendedS3Configuration"):
            firehose.update_destination(
                DeliveryStreamName=name,
                CurrentDeliveryStreamVersionId=version,
                DestinationId=old.outputs["destinationId"],
                ExtendedS3DestinationUpdate=_destination(wanted),
            )
            version = str(int(version) + 1)
        encryption, before = _encryption(new.get("serverSideEncryption")), old.inputs.get("serverSideEncryption")
        if encryption and encryption != _encryption(before):
            firehose.start_delivery_stream_encryption(
                DeliveryStreamName=name, DeliveryStreamEncryptionConfigurationInput=encryption
            )
        elif not encryption and _encryption(before):
            firehose.stop_delivery_stream_encryption(DeliveryStreamName=name)
        tags, gone = changed_tags(aws, new, old)
        if gone:
            firehose.untag_delivery_stream(DeliveryStreamName=name, TagKeys=gone)
        if tags:
            firehose.tag_delivery_stream(DeliveryStreamName=name, Tags=tag_list(tags))
        return {"versionId": version}

    def delete(self, aws: Aws, old: Resource) -> None:
        name = id_of(old).rsplit("/", 1)[-1]
        firehose = aws.client("firehose")
        ignoring(("ResourceNotFoundException",), lambda: firehose.delete_delivery_stream(DeliveryStreamName=name))


def _to_s3(new: Inputs) -> bool:
    if new["destination"] == _S3:
        return True
    new.look_at(*new)  # nothing is made; the ledger says so of the destination
    new.limit("destination", "not S3")
    return False


def _source(given: Block) -> dict[str, str]:
    return {"KinesisStreamARN": given["kinesisStreamArn"], "RoleARN": given["roleArn"]}


def _encryption(given: Block | None) -> dict[str, str] | None:
    if not given or not given.get("enabled"):
        return None
    return present(KeyType=given.get("keyType") or "AWS_OWNED_CMK", KeyARN=given.get("keyArn"))


def _destination(given: Block) -> dict[str, Any]:
    """https://docs.aws.amazon.com/firehose/latest/APIReference/API_ExtendedS3DestinationConfiguration.html"""
    key, backup = given.get("kmsKeyArn"), given.get("s3BackupConfiguration")
    same = ("prefix", "errorOutputPrefix", "fileExtension", "customTimeZone", "compressionFormat", "s3BackupMode")
    hints = present(SizeInMBs=given.get("bufferingSize"), IntervalInSeconds=given.get("bufferingInterval"))
    return {
        "BucketARN": given["bucketArn"],
        "RoleARN": given["roleArn"],
        **pascal({name: given.get(name) for name in same}),
        **present(
            BufferingHints=hints or None,
            CloudWatchLoggingOptions=pascal(given.get("cloudwatchLoggingOptions")),
            EncryptionConfiguration={"KMSEncryptionConfig": {"AWSKMSKeyARN": key}} if key else None,
            ProcessingConfiguration=pascal(given.get("processingConfiguration")),
            DynamicPartitioningConfiguration=_partitioning(given.get("dynamicPartitioningConfiguration")),
            DataFormatConversionConfiguration=_conversion(given.get("dataFormatConversionConfiguration")),
            S3BackupConfiguration=_destination(backup) if backup else None,
        ),
    }


def _partitioning(given: Block | None) -> dict[str, Any] | None:
    if not given:
        return None
    seconds = given.get("retryDuration")
    retry = {"DurationInSeconds": seconds} if seconds is not None else None
    return present(Enabled=bool(given.get("enabled")), RetryOptions=retry)


def _conversion(given: Block | None) -> dict[str, Any] | None:
    """Enabled unless told otherwise, as the provider has it."""
    return pascal({"enabled": True, **given}, {"roleArn": "RoleARN"}) if given else None
