"""Keys and what belongs to them, seen through boto3."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from stackwright.errors import ResourceError
from stackwright.provider.aws import Aws
from stackwright.provider.services.kms import FUNCTIONS

pytestmark = pytest.mark.e2e

KEY = "kms/key:Key"


@pytest.fixture
def key(aws: Any) -> Any:
    return aws.create(KEY, "k")


def tags(aws: Any, key_id: str) -> dict[str, str]:
    return {t["TagKey"]: t["TagValue"] for t in aws.client("kms").list_resource_tags(KeyId=key_id)["Tags"]}


def state(aws: Any, key_id: str) -> dict[str, Any]:
    return aws.client("kms").describe_key(KeyId=key_id)["KeyMetadata"]


def rotates(aws: Any, key_id: str) -> bool:
    return aws.client("kms").get_key_rotation_status(KeyId=key_id)["KeyRotationEnabled"]


def statements(aws: Any, key_id: str) -> list[dict[str, Any]]:
    policy = aws.client("kms").get_key_policy(KeyId=key_id, PolicyName="default")["Policy"]
    return json.loads(policy)["Statement"]


def policy_of(*actions: str, account: str) -> str:
    one = {
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{account}:root"},
        "Action": list(actions),
        "Resource": "*",
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [one]})


def test_key_has_its_settings_and_encrypts(aws: Any) -> None:
    made = aws.create(
        KEY,
        "k",
        description="files",
        enableKeyRotation=True,
        deletionWindowInDays=7,
        policy=policy_of("kms:*", account=aws.endpoint.account),
        tags={"Team": "a"},
    )
    kms, found = aws.client("kms"), state(aws, made.id)
    assert made.simulated == {}
    assert (made.id, made.outputs["keyId"], made.outputs["arn"]) == (found["KeyId"], found["KeyId"], found["Arn"])
    assert found["Description"] == "files"
    assert rotates(aws, made.id)
    assert tags(aws, made.id) == {"Team": "a"}
    blob = kms.encrypt(KeyId=made.id, Plaintext=b"secret")["CiphertextBlob"]
    assert kms.decrypt(CiphertextBlob=blob)["Plaintext"] == b"secret"


def test_default_policy_is_known(aws: Any, key: Any) -> None:
    assert json.loads(key.outputs["policy"])["Statement"] == statements(aws, key.id)


def test_updates_in_place(aws: Any) -> None:
    made = aws.create(KEY, "k", enableKeyRotation=True, description="a", tags={"x": "1", "y": "2"})
    limited = policy_of("kms:*", "kms:Decrypt", account=aws.endpoint.account)
    made = aws.update(made, isEnabled=False, description="b", policy=limited, tags={"x": "3"})
    assert made.simulated == {}
    assert (state(aws, made.id)["KeyState"], state(aws, made.id)["Description"]) == ("Disabled", "b")
    assert not rotates(aws, made.id)
    assert statements(aws, made.id)[0]["Action"] == ["kms:*", "kms:Decrypt"]
    assert tags(aws, made.id) == {"x": "3"}
    made = aws.update(made, enableKeyRotation=True)
    assert state(aws, made.id)["KeyState"] == "Enabled"
    assert statements(aws, made.id)[0]["Action"] == "kms:*"
    assert rotates(aws, made.id)


def test_signing_key(aws: Any) -> None:
    made = aws.create(KEY, "k", keyUsage="SIGN_VERIFY", customerMasterKeySpec="ECC_NIST_P256")
    kms, algorithm = aws.client("kms"), {"SigningAlgorithm": "ECDSA_SHA_256"}
    signature = kms.sign(KeyId=made.id, Message=b"m", **algorithm)["Signature"]
    assert kms.verify(KeyId=made.id, Message=b"m", Signature=signature, **algorithm)["SignatureValid"]
    answer = ask(aws, "getPublicKey", keyId=made.id)
    assert answer["publicKeyPem"].startswith("-----BEGIN PUBLIC KEY-----\n")


def test_delete_waits_as_long_as_it_should(aws: Any) -> None:
    made = aws.create(KEY, "k", deletionWindowInDays=7)
    aws.delete(made)
    aws.delete(made)
    assert state(aws, made.id)["KeyState"] == "PendingDeletion"
    with pytest.raises(ClientError, match="KMSInvalidState"):
        aws.client("kms").encrypt(KeyId=made.id, Plaintext=b"x")


def test_alias_stands_for_its_key(aws: Any, key: Any) -> None:
    other = aws.create(KEY, "other")
    made = aws.create("kms/alias:Alias", "files", targetKeyId=key.outputs["arn"])
    assert made.id == made.outputs["name"]
    assert made.id.startswith("alias/files-")
    assert made.outputs["targetKeyArn"] == key.outputs["arn"]
    assert state(aws, made.id)["KeyId"] == key.id
    assert aws.read("kms/alias:Alias", made.id).outputs["targetKeyId"] == key.id
    made = aws.update(made, targetKeyId=other.id)
    assert made.outputs["targetKeyArn"] == other.outputs["arn"]
    assert state(aws, made.id)["KeyId"] == other.id
    aws.delete(made)
    aws.delete(made)
    with pytest.raises(ClientError, match="NotFound"):
        state(aws, made.id)


def test_key_policy_is_set_and_goes_back_to_the_default(aws: Any, key: Any) -> None:
    text = policy_of("kms:*", "kms:Encrypt", account=aws.endpoint.account)
    made = aws.create("kms/keyPolicy:KeyPolicy", "p", keyId=key.id, policy=text)
    assert statements(aws, key.id)[0]["Action"] == ["kms:*", "kms:Encrypt"]
    assert made.id == key.id
    aws.delete(made)
    assert statements(aws, key.id)[0]["Sid"] == "Enable IAM User Permissions"


def test_grant(aws: Any, key: Any) -> None:
    root = f"arn:aws:iam::{aws.endpoint.account}:root"
    context = {"encryptionContextEquals": {"tenant": "a"}}
    made = aws.create(
        "kms/grant:Grant", "g", keyId=key.id, granteePrincipal=root, operations=["Decrypt"], constraints=[context]
    )
    listed = lambda: aws.client("kms").list_grants(KeyId=key.id)["Grants"]  # noqa: E731
    assert made.id == f"{key.id}:{made.outputs['grantId']}"
    assert listed()[0]["Constraints"] == {"EncryptionContextEquals": {"tenant": "a"}}
    aws.delete(made)
    aws.delete(made)
    assert listed() == []


def test_replica_key_decrypts_what_the_primary_encrypted(aws: Any) -> None:
    primary = aws.create(KEY, "k", multiRegion=True)
    blob = aws.client("kms").encrypt(KeyId=primary.id, Plaintext=b"x")["CiphertextBlob"]
    aws.config["region"] = "eu-west-1"
    arn = primary.outputs["arn"]
    made = aws.create("kms/replicaKey:ReplicaKey", "r", primaryKeyArn=arn, tags={"a": "b"}, deletionWindowInDays=7)
    there = aws.endpoint.client("kms", "eu-west-1")
    assert made.id == primary.id
    assert made.outputs["arn"] == arn.replace("us-east-1", "eu-west-1")
    assert there.decrypt(CiphertextBlob=blob)["Plaintext"] == b"x"
    made = aws.update(made, primaryKeyArn=arn, enabled=False, description="copy")
    assert made.simulated == {}
    assert there.describe_key(KeyId=made.id)["KeyMetadata"]["KeyState"] == "Disabled"
    aws.delete(made)


def test_ciphertext_can_be_decrypted(aws: Any, key: Any) -> None:
    made = aws.create("kms/ciphertext:Ciphertext", "c", keyId=key.id, plaintext="hello", context={"a": "b"})
    blob = base64.b64decode(made.outputs["ciphertextBlob"])
    answer = aws.client("kms").decrypt(CiphertextBlob=blob, EncryptionContext={"a": "b"})
    assert answer["Plaintext"] == b"hello"
    secret = {"name": "one", "payload": made.outputs["ciphertextBlob"], "context": {"a": "b"}}
    assert ask(aws, "getSecrets", secrets=[secret])["plaintext"] == {"one": "hello"}


def ask(aws: Any, name: str, /, **args: Any) -> dict[str, Any]:
    where = Aws(aws.endpoint, aws.endpoint.account, aws.endpoint.region)
    return FUNCTIONS[f"aws:kms/{name}:{name}"](where, args)


def test_lookups_find_keys_and_aliases(aws: Any, key: Any) -> None:
    alias = aws.create("kms/alias:Alias", "files", targetKeyId=key.id)
    assert ask(aws, "getKey", keyId=key.id)["arn"] == key.outputs["arn"]
    found = ask(aws, "getAlias", name=alias.id)
    assert (found["arn"], found["targetKeyId"]) == (alias.outputs["arn"], key.id)
    with pytest.raises(ClientError, match="NotFound"):
        ask(aws, "getAlias", name="alias/nobody")


def test_a_services_own_key_is_there_when_asked_for(aws: Any) -> None:
    first, second = (ask(aws, "getAlias", name="alias/aws/secretsmanager") for _ in range(2))
    assert first == second
    assert first["arn"] == f"arn:aws:kms:us-east-1:{aws.endpoint.account}:alias/aws/secretsmanager"
    assert ask(aws, "getKey", keyId="alias/aws/secretsmanager")["arn"] == first["targetKeyArn"]


def test_read_finds_a_key_and_refuses_a_missing_one(aws: Any, key: Any) -> None:
    assert aws.read(KEY, key.id).outputs["arn"] == key.outputs["arn"]
    with pytest.raises(ResourceError, match="cannot find"):
        aws.read(KEY, "00000000-0000-0000-0000-000000000000")
