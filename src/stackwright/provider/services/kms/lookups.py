"""Functions of the kms module that ask the endpoint."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any, Final

from stackwright.graph import Properties
from stackwright.provider.aws import Aws, AwsError, Client, error_code, ignoring
from stackwright.provider.lookups import Lookup
from stackwright.provider.services._shapes import present

_MANAGED: Final = "alias/aws/"


def get_key(aws: Aws, args: Properties) -> dict[str, Any]:
    """https://docs.aws.amazon.com/kms/latest/APIReference/API_DescribeKey.html"""
    region = args.get("region") or aws.region
    found = _describe(aws, region, args["keyId"])
    return {
        **args,
        "id": found["KeyId"],
        "arn": found["Arn"],
        "awsAccountId": aws.account,
        "creationDate": str(found.get("CreationDate", "")),
        "customerMasterKeySpec": found.get("CustomerMasterKeySpec", "SYMMETRIC_DEFAULT"),
        "deletionDate": str(found.get("DeletionDate", "")),
        "description": found.get("Description", ""),
        "enabled": found.get("Enabled", True),
        "keyManager": found.get("KeyManager", "CUSTOMER"),
        "keySpec": found.get("KeySpec", "SYMMETRIC_DEFAULT"),
        "keyState": found.get("KeyState", "Enabled"),
        "keyUsage": found["KeyUsage"],
        "multiRegion": found.get("MultiRegion", False),
        "multiRegionConfigurations": [],
        "origin": found.get("Origin", "AWS_KMS"),
        "region": region,
        "xksKeyConfigurations": [],
    }


def get_alias(aws: Aws, args: Properties) -> dict[str, Any]:
    """https://docs.aws.amazon.com/kms/latest/APIReference/API_ListAliases.html"""
    region, name = args.get("region") or aws.region, args["name"]
    found = _describe(aws, region, name)
    arn = f"arn:{aws.partition}:kms:{region}:{aws.account}:{name}"
    return {
        "id": arn,
        "arn": arn,
        "name": name,
        "region": region,
        "targetKeyArn": found["Arn"],
        "targetKeyId": found["KeyId"],
    }


def get_secrets(aws: Aws, args: Properties) -> dict[str, Any]:
    """https://docs.aws.amazon.com/kms/latest/APIReference/API_Decrypt.html"""
    kms = aws.client("kms", args.get("region") or "")
    plain: dict[str, str] = {}
    for secret in args["secrets"]:
        answer = kms.decrypt(
            CiphertextBlob=base64.b64decode(secret["payload"]),
            **present(
                EncryptionContext=secret.get("context"),
                EncryptionAlgorithm=secret.get("encryptionAlgorithm"),
                GrantTokens=secret.get("grantTokens"),
                KeyId=secret.get("keyId"),
            ),
        )
        plain[secret["name"]] = answer["Plaintext"].decode()
    return {**args, "id": aws.region, "plaintext": plain}


def get_public_key(aws: Aws, args: Properties) -> dict[str, Any]:
    """https://docs.aws.amazon.com/kms/latest/APIReference/API_GetPublicKey.html"""
    answer = aws.client("kms", args.get("region") or "").get_public_key(KeyId=args["keyId"])
    encoded = base64.b64encode(answer["PublicKey"]).decode()
    lines = "\n".join(encoded[start : start + 64] for start in range(0, len(encoded), 64))
    return {
        **args,
        "id": answer["KeyId"],
        "arn": answer["KeyId"],
        "customerMasterKeySpec": answer.get("CustomerMasterKeySpec", answer.get("KeySpec", "")),
        "encryptionAlgorithms": answer.get("EncryptionAlgorithms", []),
        "keyUsage": answer["KeyUsage"],
        "publicKey": encoded,
        "publicKeyPem": f"-----BEGIN PUBLIC KEY-----\n{lines}\n-----END PUBLIC KEY-----\n",
        "signingAlgorithms": answer.get("SigningAlgorithms", []),
    }


def _describe(aws: Aws, region: str, key: str) -> dict[str, Any]:
    kms = aws.client("kms", region)
    try:
        return kms.describe_key(KeyId=key)["KeyMetadata"]
    except AwsError as error:
        if error_code(error) != "NotFoundException" or not key.startswith(_MANAGED):
            raise
    _make_managed(aws, kms, region, key)
    return kms.describe_key(KeyId=key)["KeyMetadata"]


def _make_managed(aws: Aws, kms: Client, region: str, alias: str) -> None:
    """AWS makes a service's own key when it is first used; the emulator does not, so it is made when first asked for.

    Its policy lets everybody in the account use it through the service.
    https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#aws-managed-key
    """
    service = alias.removeprefix(_MANAGED)
    through = {"kms:CallerAccount": aws.account, "kms:ViaService": f"{service}.{region}.amazonaws.com"}
    use = ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:CreateGrant", "kms:DescribeKey"]
    users = {
        "Effect": "Allow",
        "Principal": {"AWS": "*"},
        "Action": use,
        "Resource": "*",
        "Condition": {"StringEquals": through},
    }
    owner = {
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:{aws.partition}:iam::{aws.account}:root"},
        "Action": ["kms:Describe*", "kms:Get*", "kms:List*"],
        "Resource": "*",
    }
    policy = json.dumps({"Version": "2012-10-17", "Id": f"auto-{service}-1", "Statement": [users, owner]})
    made = kms.create_key(Description=f"Default key that protects data of {service}", Policy=policy)
    key_id = made["KeyMetadata"]["KeyId"]
    # Somebody else may have asked at the same moment; their key is as good.
    ignoring(("AlreadyExistsException",), lambda: kms.create_alias(AliasName=alias, TargetKeyId=key_id))


FUNCTIONS: Final[Mapping[str, Lookup]] = {
    "aws:kms/getAlias:getAlias": get_alias,
    "aws:kms/getKey:getKey": get_key,
    "aws:kms/getPublicKey:getPublicKey": get_public_key,
    "aws:kms/getSecrets:getSecrets": get_secrets,
}
