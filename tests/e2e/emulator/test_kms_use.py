"""Patch ``kms_use``: what a customer key encrypts needs permission for the key."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

pytestmark = pytest.mark.e2e

EVERYTHING = [
    {"Effect": "Allow", "Action": f"{service}:*", "Resource": "*"}
    for service in ("s3", "dynamodb", "sqs", "sns", "secretsmanager", "ssm")
]


@pytest.fixture
def key(account: Any) -> str:
    """A key whose policy leaves it to IAM, as the default key policy does."""
    return account.client("kms").create_key()["KeyMetadata"]["Arn"]


def s3(account: Any, key: str) -> Callable[[Any], Any]:
    bucket = account.name("bucket")
    root = account.client("s3")
    root.create_bucket(Bucket=bucket)
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}}
    root.put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration={"Rules": [rule]})

    def use(client: Callable[[str], Any]) -> None:
        client("s3").put_object(Bucket=bucket, Key="k", Body=b"x")
        client("s3").get_object(Bucket=bucket, Key="k")

    return use


def dynamodb(account: Any, key: str) -> Callable[[Any], Any]:
    table = account.name("table")
    account.client("dynamodb").create_table(
        TableName=table,
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
        SSESpecification={"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": key},
    )
    return lambda client: client("dynamodb").put_item(TableName=table, Item={"pk": {"S": "1"}})


def sqs(account: Any, key: str) -> Callable[[Any], Any]:
    url, _ = account.queue(KmsMasterKeyId=key)
    return lambda client: client("sqs").send_message(QueueUrl=url, MessageBody="m")


def sns(account: Any, key: str) -> Callable[[Any], Any]:
    topic = account.client("sns").create_topic(Name=account.name("topic"), Attributes={"KmsMasterKeyId": key})
    return lambda client: client("sns").publish(TopicArn=topic["TopicArn"], Message="m")


def secret(account: Any, key: str) -> Callable[[Any], Any]:
    made = account.client("secretsmanager").create_secret(Name=account.name("s"), SecretString="x", KmsKeyId=key)
    return lambda client: client("secretsmanager").get_secret_value(SecretId=made["ARN"])


def parameter(account: Any, key: str) -> Callable[[Any], Any]:
    name = "/" + account.name("p")
    account.client("ssm").put_parameter(Name=name, Value="x", Type="SecureString", KeyId=key)
    return lambda client: client("ssm").get_parameter(Name=name, WithDecryption=True)


@pytest.mark.parametrize(
    ("make", "denied", "disabled"),
    [
        (s3, "AccessDenied", "KMS.DisabledException"),
        (dynamodb, "AccessDeniedException", "AccessDeniedException"),
        (sqs, "KMS.AccessDeniedException", "KMS.DisabledException"),
        (sns, "KMSAccessDenied", "KMSDisabled"),
        (secret, "AccessDeniedException", "DecryptionFailure"),
        (parameter, "AccessDeniedException", "InvalidKeyId"),
    ],
)
def test_a_role_needs_the_key_and_the_key_must_be_enabled(
    account: Any, key: str, make: Callable[[Any, str], Callable[[Any], Any]], denied: str, disabled: str
) -> None:
    use = make(account, key)
    without = account.credentials(account.role("ec2", EVERYTHING))
    with pytest.raises(ClientError) as refused:
        use(lambda service: account.client(service, without))
    assert refused.value.response["Error"]["Code"] == denied
    assert key in refused.value.response["Error"]["Message"]

    may = {"Effect": "Allow", "Action": ["kms:Decrypt", "kms:GenerateDataKey"], "Resource": key}
    allowed = account.credentials(account.role("ec2", [*EVERYTHING, may]))
    use(lambda service: account.client(service, allowed))

    account.client("kms").disable_key(KeyId=key)
    for credentials in (allowed, None):
        with pytest.raises(ClientError) as refused:
            use(lambda service, credentials=credentials: account.client(service, credentials))
        assert refused.value.response["Error"]["Code"] == disabled


def test_via_service_is_known(account: Any, key: str) -> None:
    use = sqs(account, key)
    for via, allowed in (("sqs", True), ("s3", False)):
        may = {
            "Effect": "Allow",
            "Action": ["kms:Decrypt", "kms:GenerateDataKey"],
            "Resource": key,
            "Condition": {"StringEquals": {"kms:ViaService": f"{via}.{account.emulator.region}.amazonaws.com"}},
        }
        credentials = account.credentials(account.role("ec2", [*EVERYTHING, may]))
        if allowed:
            use(lambda service, credentials=credentials: account.client(service, credentials))
        else:
            with pytest.raises(ClientError):
                use(lambda service, credentials=credentials: account.client(service, credentials))


def test_the_log_of_decisions_tells_through_which_service_a_key_is_used(account: Any, key: str) -> None:
    use = sqs(account, key)
    before = account.last_decision()
    may = {"Effect": "Allow", "Action": ["kms:Decrypt", "kms:GenerateDataKey"], "Resource": key}
    credentials = account.credentials(account.role("ec2", [*EVERYTHING, may]))
    use(lambda service: account.client(service, credentials))
    entries = account.emulator.decisions(since=before)
    found = {(entry.action, entry.via) for entry in entries if entry.resource == key}
    assert found == {("kms:Decrypt", "sqs"), ("kms:GenerateDataKey", "sqs")}


def test_reading_needs_decrypt_alone_and_writing_does_not_suffice(account: Any, key: str) -> None:
    bucket = account.name("bucket")
    root = account.client("s3")
    root.create_bucket(Bucket=bucket)
    root.put_object(Bucket=bucket, Key="k", Body=b"x", ServerSideEncryption="aws:kms", SSEKMSKeyId=key)
    write = {"Effect": "Allow", "Action": "kms:GenerateDataKey", "Resource": key}
    writer = account.as_role("s3", [*EVERYTHING, write])
    writer.put_object(Bucket=bucket, Key="k", Body=b"x", ServerSideEncryption="aws:kms", SSEKMSKeyId=key)
    with pytest.raises(ClientError, match="kms:Decrypt"):
        writer.get_object(Bucket=bucket, Key="k")


def test_sns_to_an_encrypted_queue_needs_the_key_policy(account: Any, key: str) -> None:
    sns = account.client("sns")
    topic = sns.create_topic(Name=account.name("topic"))["TopicArn"]
    statement = {"Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"}, "Action": "sqs:*", "Resource": "*"}
    url, arn = account.queue(KmsMasterKeyId=key, Policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]}))
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn, Attributes={"RawMessageDelivery": "true"})
    sns.publish(TopicArn=topic, Message="lost")
    kms = account.client("kms")
    policy = json.loads(kms.get_key_policy(KeyId=key, PolicyName="default")["Policy"])
    policy["Statement"].append(
        {
            "Effect": "Allow",
            "Principal": {"Service": "sns.amazonaws.com"},
            "Action": ["kms:GenerateDataKey*", "kms:Decrypt"],
            "Resource": "*",
        }
    )
    kms.put_key_policy(KeyId=key, PolicyName="default", Policy=json.dumps(policy))
    sns.publish(TopicArn=topic, Message="arrives")
    received = account.until(lambda: account.messages(url))
    assert [message["Body"] for message in received] == ["arrives"]
