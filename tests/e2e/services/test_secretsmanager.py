"""Secrets and their versions, seen through boto3."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from stackwright.errors import ResourceError
from stackwright.provider.aws import Aws
from stackwright.provider.services.secretsmanager import FUNCTIONS

pytestmark = pytest.mark.e2e

SECRET = "secretsmanager/secret:Secret"
VERSION = "secretsmanager/secretVersion:SecretVersion"


def described(aws: Any, arn: str) -> dict[str, Any]:
    return aws.client("secretsmanager").describe_secret(SecretId=arn)


def value(aws: Any, arn: str, **which: str) -> str:
    return aws.client("secretsmanager").get_secret_value(SecretId=arn, **which)["SecretString"]


def tags(aws: Any, arn: str) -> dict[str, str]:
    return {t["Key"]: t["Value"] for t in described(aws, arn)["Tags"]}


def allow_all(account: str) -> dict[str, Any]:
    who = {"AWS": f"arn:aws:iam::{account}:root"}
    return {"Effect": "Allow", "Principal": who, "Action": "secretsmanager:*", "Resource": "*"}


@pytest.fixture
def secret(aws: Any) -> Any:
    return aws.create(SECRET, "db", recoveryWindowInDays=0)


def test_secret_has_its_settings(aws: Any) -> None:
    made = aws.create(SECRET, "db", description="password", kmsKeyId="alias/x", tags={"Team": "a"})
    found = described(aws, made.id)
    assert made.simulated == {}
    assert made.id == made.outputs["arn"] == found["ARN"]
    assert (found["Name"], found["Description"], found["KmsKeyId"]) == (made.outputs["name"], "password", "alias/x")
    assert tags(aws, made.id) == {"Team": "a"}


def test_updates_in_place(aws: Any) -> None:
    made = aws.create(SECRET, "db", description="a", tags={"x": "1", "y": "2"})
    policy = json.dumps({"Version": "2012-10-17", "Statement": [allow_all(aws.endpoint.account)]})
    made = aws.update(made, description="b", policy=policy, tags={"x": "3"})
    client = aws.client("secretsmanager")
    assert made.simulated == {}
    assert described(aws, made.id)["Description"] == "b"
    assert json.loads(client.get_resource_policy(SecretId=made.id)["ResourcePolicy"]) == json.loads(policy)
    assert tags(aws, made.id) == {"x": "3"}
    aws.update(made, tags={"x": "3"})
    assert "ResourcePolicy" not in client.get_resource_policy(SecretId=made.id)


def test_deletion_waits_unless_told_not_to(aws: Any, secret: Any) -> None:
    waits = aws.create(SECRET, "slow", recoveryWindowInDays=7)
    for made in (waits, secret):
        aws.delete(made)
        aws.delete(made)
    with pytest.raises(ResourceError, match="slow"):
        aws.create(SECRET, "slow", name=waits.outputs["name"])
    aws.create(SECRET, "db", name=secret.outputs["name"])


def test_replicas_hold_the_value(aws: Any) -> None:
    made = aws.create(SECRET, "db", replicas=[{"region": "eu-west-1"}])
    assert made.simulated == {}
    aws.create(VERSION, "one", secretId=made.id, secretString="1")
    there = aws.endpoint.client("secretsmanager", "eu-west-1")
    assert there.get_secret_value(SecretId=made.outputs["name"])["SecretString"] == "1"
    made = aws.update(made, replicas=[{"region": "eu-west-1"}, {"region": "eu-central-1"}])
    assert aws.endpoint.client("secretsmanager", "eu-central-1").describe_secret(SecretId=made.outputs["name"])
    aws.delete(made)
    aws.delete(made)


def test_versions_follow_each_other(aws: Any, secret: Any) -> None:
    first = aws.create(VERSION, "one", secretId=secret.id, secretString="1")
    second = aws.create(VERSION, "two", secretId=secret.id, secretString="2")
    assert first.simulated == {}
    assert first.id == f"{secret.id}|{first.outputs['versionId']}"
    assert first.outputs["arn"] == secret.id
    assert value(aws, secret.id) == "2"
    assert value(aws, secret.id, VersionStage="AWSPREVIOUS") == "1"
    assert aws.read(VERSION, second.id).outputs["secretString"] == "2"
    for made in (second, first):
        aws.delete(made)
    assert value(aws, secret.id) == "2"
    aws.delete(secret)
    aws.delete(second)


def test_labels_move_and_go(aws: Any, secret: Any) -> None:
    made = aws.create(VERSION, "one", secretId=secret.id, secretString="1", versionStages=["blue"])
    made = aws.update(made, secretId=secret.id, secretString="1", versionStages=["green"])
    assert made.simulated == {}
    assert value(aws, secret.id, VersionStage="green") == "1"
    with pytest.raises(ClientError, match="blue"):
        value(aws, secret.id, VersionStage="blue")
    aws.delete(made)
    with pytest.raises(ClientError, match="green"):
        value(aws, secret.id, VersionStage="green")


def test_binary_and_write_only_values(aws: Any, secret: Any) -> None:
    aws.create(VERSION, "b", secretId=secret.id, secretBinary=base64.b64encode(b"\x00\x01").decode())
    client = aws.client("secretsmanager")
    assert client.get_secret_value(SecretId=secret.id)["SecretBinary"] == b"\x00\x01"
    made = aws.create(VERSION, "w", secretId=secret.id, secretStringWo="hidden", secretStringWoVersion=1)
    assert (value(aws, secret.id), made.outputs["hasSecretStringWo"]) == ("hidden", True)


def test_policy_decides(aws: Any, secret: Any) -> None:
    aws.create(VERSION, "one", secretId=secret.id, secretString="1")
    deny = {"Effect": "Deny", "Principal": "*", "Action": "secretsmanager:GetSecretValue", "Resource": "*"}
    policy = {"Version": "2012-10-17", "Statement": [deny]}
    made = aws.create("secretsmanager/secretPolicy:SecretPolicy", "p", secretArn=secret.id, policy=policy)
    with pytest.raises(ClientError, match="AccessDenied"):
        value(aws, secret.id)
    aws.delete(made)
    aws.delete(made)
    assert value(aws, secret.id) == "1"


def test_rotation_and_tag(aws: Any, secret: Any) -> None:
    function = f"arn:aws:lambda:us-east-1:{aws.endpoint.account}:function:rotate"
    rotation = aws.create(
        "secretsmanager/secretRotation:SecretRotation",
        "r",
        secretId=secret.id,
        rotationLambdaArn=function,
        rotationRules={"automaticallyAfterDays": 30},
    )
    assert rotation.id == secret.id
    assert described(aws, secret.id)["RotationRules"] == {"AutomaticallyAfterDays": 30}
    tag = aws.create("secretsmanager/tag:Tag", "t", secretId=secret.id, key="k", value="v")
    assert tags(aws, secret.id) == {"k": "v"}
    aws.delete(tag)
    assert tags(aws, secret.id) == {}
    aws.delete(rotation)


def ask(aws: Any, name: str, /, **args: Any) -> dict[str, Any]:
    where = Aws(aws.endpoint, aws.endpoint.account, aws.endpoint.region)
    return FUNCTIONS[f"aws:secretsmanager/{name}:{name}"](where, args)


def test_lookups(aws: Any) -> None:
    made = aws.create(SECRET, "db", description="d", tags={"a": "b"})
    version = aws.create(VERSION, "one", secretId=made.id, secretString="1")
    found = ask(aws, "getSecret", name=made.outputs["name"])
    assert (found["arn"], found["description"], found["tags"], found["policy"]) == (made.id, "d", {"a": "b"}, "")
    answer = ask(aws, "getSecretVersion", secretId=made.id)
    assert (answer["secretString"], answer["versionId"]) == ("1", version.outputs["versionId"])
    password = ask(aws, "getRandomPassword", passwordLength=40, excludePunctuation=True)["randomPassword"]
    assert len(password) == 40
    assert password.isalnum()
    assert aws.read(SECRET, made.id).outputs["name"] == made.outputs["name"]
