"""Policies see transport and encryption of a request, and messages can be read."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

pytestmark = pytest.mark.e2e

ALLOWED = [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]


@pytest.fixture
def bucket(account: Any) -> str:
    name = account.name("bucket")
    account.client("s3").create_bucket(Bucket=name)
    return name


def deny(account: Any, bucket: str, condition: dict[str, Any]) -> None:
    statement = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:PutObject",
        "Resource": f"arn:aws:s3:::{bucket}/*",
        "Condition": condition,
    }
    document = {"Version": "2012-10-17", "Statement": [statement]}
    account.client("s3").put_bucket_policy(Bucket=bucket, Policy=json.dumps(document))


def test_plain_http_is_refused_and_the_local_way_counts_as_tls(account: Any, bucket: str) -> None:
    deny(account, bucket, {"Bool": {"aws:SecureTransport": "false"}})
    s3 = account.as_role("s3", ALLOWED)
    s3.put_object(Bucket=bucket, Key="a", Body=b"x")
    s3.meta.events.register(
        "before-sign.s3", lambda request, **_: request.headers.add_header("X-Forwarded-Proto", "http")
    )
    with pytest.raises(ClientError, match="AccessDenied"):
        s3.put_object(Bucket=bucket, Key="a", Body=b"x")


def test_a_policy_sees_the_key_of_an_upload(account: Any, bucket: str) -> None:
    deny(
        account,
        bucket,
        {
            "StringEquals": {"s3:x-amz-server-side-encryption": "aws:kms"},
            "Null": {"s3:x-amz-server-side-encryption-aws-kms-key-id": "true"},
        },
    )
    s3 = account.as_role("s3", [*ALLOWED, {"Effect": "Allow", "Action": "kms:*", "Resource": "*"}])
    key = account.client("kms").create_key()["KeyMetadata"]["Arn"]
    s3.put_object(Bucket=bucket, Key="a", Body=b"x", ServerSideEncryption="aws:kms", SSEKMSKeyId=key)
    with pytest.raises(ClientError, match="AccessDenied"):
        s3.put_object(Bucket=bucket, Key="a", Body=b"x", ServerSideEncryption="aws:kms")


def test_parts_carry_what_their_upload_asked_for(account: Any, bucket: str) -> None:
    deny(account, bucket, {"Null": {"s3:x-amz-server-side-encryption-aws-kms-key-id": "true"}})
    key = account.client("kms").create_key()["KeyMetadata"]["Arn"]
    s3 = account.as_role("s3", [*ALLOWED, {"Effect": "Allow", "Action": "kms:*", "Resource": "*"}])
    upload = s3.create_multipart_upload(Bucket=bucket, Key="a", ServerSideEncryption="aws:kms", SSEKMSKeyId=key)
    s3.upload_part(Bucket=bucket, Key="a", UploadId=upload["UploadId"], PartNumber=1, Body=b"x")
    with pytest.raises(ClientError, match="AccessDenied"):
        s3.create_multipart_upload(Bucket=bucket, Key="b")


def test_published_messages_can_be_read(account: Any) -> None:
    sns = account.client("sns")
    topic = sns.create_topic(Name=account.name("topic"))["TopicArn"]
    sns.publish(TopicArn=topic, Subject="hello", Message="world")
    found = [m for m in account.emulator.messages() if m.topic_arn == topic]
    assert [(m.subject, m.message) for m in found] == [("hello", "world")]
    assert found[0].number not in {m.number for m in account.emulator.messages(since=found[0].number)}
