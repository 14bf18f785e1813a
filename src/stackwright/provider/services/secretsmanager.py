"""AWS Secrets Manager. https://docs.aws.amazon.com/secretsmanager/latest/apireference/"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any, Final

from stackwright.graph import Properties, Resource
from stackwright.provider.aws import Aws, AwsError, Client, error_code, ignoring
from stackwright.provider.lookups import Lookup
from stackwright.provider.provisioner import Created, Inputs, Provisioner, id_of
from stackwright.provider.services._policies import policy_text
from stackwright.provider.services._shapes import changed_tags, pascal, present, tag_list

# A secret that waits for its deletion refuses everything with InvalidRequestException.
_GONE: Final = ("ResourceNotFoundException", "InvalidRequestException")
_LONGEST_WAIT: Final = 30
_CURRENT: Final = "AWSCURRENT"


class Secret(Provisioner):
    """Its id is its ARN, which ends in six characters of Secrets Manager's choice."""

    type = "secretsmanager/secret:Secret"
    replace_on = frozenset({"name", "namePrefix", "type"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        client = aws.client("secretsmanager")
        answer = client.create_secret(
            Name=new["name"],
            **present(
                Description=new.get("description"),
                KmsKeyId=new.get("kmsKeyId"),
                Tags=tag_list(aws.tags(new.get("tags"))) or None,
            ),
        )
        arn = answer["ARN"]
        if new.get("policy"):
            client.put_resource_policy(SecretId=arn, ResourcePolicy=policy_text(new["policy"]))
        # CreateSecret could do it too, but the emulator does not look at that.
        _replicate(client, arn, new, [])
        return Created(arn, {"arn": arn})

    def update(self, aws: Aws, new: Inputs, old: Resource) -> Mapping[str, Any]:
        client, arn = aws.client("secretsmanager"), id_of(old)
        settings = ("description", "kmsKeyId")
        if any(new.get(key) != old.inputs.get(key) for key in settings):
            key = present(KmsKeyId=new.get("kmsKeyId"))
            client.update_secret(SecretId=arn, Description=new.get("description", ""), **key)
        if new.get("policy") != old.inputs.get("policy"):
            if new.get("policy"):
                client.put_resource_policy(SecretId=arn, ResourcePolicy=policy_text(new["policy"]))
            else:
                client.delete_resource_policy(SecretId=arn)
        _replicate(client, arn, new, old.inputs.get("replicas") or [])
        wanted, gone = changed_tags(aws, new, old)
        if gone:
            client.untag_resource(SecretId=arn, TagKeys=gone)
        if wanted:
            client.tag_resource(SecretId=arn, Tags=tag_list(wanted))
        return {}

    def delete(self, aws: Aws, old: Resource) -> None:
        client, days = aws.client("secretsmanager"), old.inputs.get("recoveryWindowInDays")
        how = {"ForceDeleteWithoutRecovery": True} if days == 0 else {"RecoveryWindowInDays": days or _LONGEST_WAIT}
        ignoring(_GONE, lambda: client.delete_secret(SecretId=id_of(old), **how))

    def read(self, aws: Aws, wanted: Resource) -> Created:
        found = aws.client("secretsmanager").describe_secret(SecretId=id_of(wanted))
        known = present(arn=found["ARN"], name=found["Name"], description=found.get("Description"))
        return Created(found["ARN"], {**known, **present(kmsKeyId=found.get("KmsKeyId"))})


class SecretVersion(Provisioner):
    """A value. Another value is another version, which takes the label AWSCURRENT over."""

    type = "secretsmanager/secretVersion:SecretVersion"
    replace_on = frozenset({"secretId", "secretBinary", "secretString", "secretStringWoVersion"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        binary, text = new.get("secretBinary"), new.get("secretString")
        hidden = new.get("secretStringWo")
        answer = aws.client("secretsmanager").put_secret_value(
            SecretId=new["secretId"],
            **present(
                SecretString=hidden if text is None else text,
                SecretBinary=base64.b64decode(binary) if binary is not None else None,
                VersionStages=new.get("versionStages"),
            ),
        )
        version = answer["VersionId"]
        known = {
            "arn": answer["ARN"],
            "secretArn": answer["ARN"],
            "versionId": version,
            "versionStages": answer["VersionStages"],
            "hasSecretStringWo": hidden is not None,
        }
        return Created(f"{new['secretId']}|{version}", known)

    def update(self, aws: Aws, new: Inputs, old: Resource) -> Mapping[str, Any]:
        client, version = aws.client("secretsmanager"), old.outputs["versionId"]
        before = {*(old.outputs.get("versionStages") or [])}
        after = {*(new.get("versionStages") or [_CURRENT])}
        where = {"SecretId": new["secretId"]}
        for stage in sorted(after - before):
            client.update_secret_version_stage(**where, VersionStage=stage, MoveToVersionId=version)
        _unlabel(client, where["SecretId"], version, before - after)
        return {"versionStages": sorted(after)}

    def delete(self, aws: Aws, old: Resource) -> None:
        stages = {*(old.outputs.get("versionStages") or [])}
        client, secret = aws.client("secretsmanager"), old.inputs["secretId"]
        ignoring(_GONE, lambda: _unlabel(client, secret, old.outputs["versionId"], stages))

    def read(self, aws: Aws, wanted: Resource) -> Created:
        secret, _, version = id_of(wanted).partition("|")
        return Created(outputs=_value(aws.client("secretsmanager"), {"secretId": secret, "versionId": version}))


class SecretPolicy(Provisioner):
    """https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutResourcePolicy.html"""

    type = "secretsmanager/secretPolicy:SecretPolicy"
    replace_on = frozenset({"secretArn"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        arn = new["secretArn"]
        aws.client("secretsmanager").put_resource_policy(
            SecretId=arn,
            ResourcePolicy=policy_text(new["policy"]),
            **present(BlockPublicPolicy=new.get("blockPublicPolicy")),
        )
        return Created(arn)

    def delete(self, aws: Aws, old: Resource) -> None:
        ignoring(_GONE, lambda: aws.client("secretsmanager").delete_resource_policy(SecretId=id_of(old)))


class SecretRotation(Provisioner):
    """Kept by the emulator, which never calls the function."""

    type = "secretsmanager/secretRotation:SecretRotation"
    replace_on = frozenset({"secretId"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        aws.client("secretsmanager").rotate_secret(
            SecretId=new["secretId"],
            RotateImmediately=new.get("rotateImmediately", True),
            **present(RotationLambdaARN=new.get("rotationLambdaArn"), RotationRules=pascal(new.get("rotationRules"))),
        )
        return Created(new["secretId"], {"rotationEnabled": True})

    def delete(self, aws: Aws, old: Resource) -> None:
        """The emulator has no CancelRotateSecret, and nothing runs that had to be stopped."""


class Tag(Provisioner):
    """One tag of a secret that somebody else manages."""

    type = "secretsmanager/tag:Tag"
    replace_on = frozenset({"secretId", "key"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        tags = [{"Key": new["key"], "Value": new["value"]}]
        aws.client("secretsmanager").tag_resource(SecretId=new["secretId"], Tags=tags)
        return Created(f"{new['secretId']},{new['key']}")

    def delete(self, aws: Aws, old: Resource) -> None:
        secret, key = id_of(old).rsplit(",", 1)
        ignoring(_GONE, lambda: aws.client("secretsmanager").untag_resource(SecretId=secret, TagKeys=[key]))


def _replica(one: Mapping[str, Any]) -> dict[str, Any]:
    return present(Region=one["region"], KmsKeyId=one.get("kmsKeyId"))


def _replicate(client: Client, arn: str, new: Inputs, before: list[Mapping[str, Any]]) -> None:
    """Add replicas. The emulator has no RemoveRegionsFromReplication: one that is no longer wanted stays."""
    had = {one["region"] for one in before}
    added = [_replica(one) for one in new.get("replicas") or [] if one["region"] not in had]
    force = bool(new.get("forceOverwriteReplicaSecret"))
    if added:
        client.replicate_secret_to_regions(SecretId=arn, AddReplicaRegions=added, ForceOverwriteReplicaSecret=force)


def _unlabel(client: Client, secret: str, version: str, stages: set[str]) -> None:
    """Take labels off a version; AWSCURRENT cannot be taken off, and AWSPREVIOUS moves by itself."""
    for stage in sorted(stages - {_CURRENT, "AWSPREVIOUS"}):
        client.update_secret_version_stage(SecretId=secret, VersionStage=stage, RemoveFromVersionId=version)


def _value(client: Client, args: Properties) -> dict[str, Any]:
    found = client.get_secret_value(
        SecretId=args["secretId"],
        **present(VersionId=args.get("versionId") or None, VersionStage=args.get("versionStage")),
    )
    return {
        "arn": found["ARN"],
        "secretArn": found["ARN"],
        "secretId": args["secretId"],
        "secretString": found.get("SecretString", ""),
        "secretBinary": base64.b64encode(found.get("SecretBinary", b"")).decode(),
        "versionId": found["VersionId"],
        "versionStages": found.get("VersionStages", []),
        "createdDate": str(found.get("CreatedDate", "")),
    }


def get_secret_version(aws: Aws, args: Properties) -> dict[str, Any]:
    """https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html"""
    found = _value(_client(aws, args), args)
    return {**args, **found, "id": f"{args['secretId']}|{found['versionId']}"}


def get_secret(aws: Aws, args: Properties) -> dict[str, Any]:
    """https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DescribeSecret.html"""
    client = _client(aws, args)
    found = client.describe_secret(SecretId=args.get("arn") or args["name"])
    return {
        "id": found["ARN"],
        "arn": found["ARN"],
        "name": found["Name"],
        "description": found.get("Description", ""),
        "kmsKeyId": found.get("KmsKeyId", ""),
        "createdDate": str(found.get("CreatedDate", "")),
        "lastChangedDate": str(found.get("LastChangedDate", "")),
        "policy": _policy(client, found["ARN"]),
        "tags": {tag["Key"]: tag["Value"] for tag in found.get("Tags", [])},
    }


def _policy(client: Client, arn: str) -> str:
    try:
        return client.get_resource_policy(SecretId=arn).get("ResourcePolicy", "")
    except AwsError as error:
        if error_code(error) != "ResourceNotFoundException":
            raise
        return ""


def get_random_password(aws: Aws, args: Properties) -> dict[str, Any]:
    """https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetRandomPassword.html"""
    password = _client(aws, args).get_random_password(**pascal({k: v for k, v in args.items() if k != "region"}))
    return {**args, "id": aws.region, "randomPassword": password["RandomPassword"]}


def _client(aws: Aws, args: Properties) -> Client:
    return aws.client("secretsmanager", args.get("region") or "")


PROVISIONERS: Final[tuple[type[Provisioner], ...]] = (Secret, SecretPolicy, SecretRotation, SecretVersion, Tag)

FUNCTIONS: Final[Mapping[str, Lookup]] = {
    "aws:secretsmanager/getRandomPassword:getRandomPassword": get_random_password,
    "aws:secretsmanager/getSecret:getSecret": get_secret,
    "aws:secretsmanager/getSecretVersion:getSecretVersion": get_secret_version,
}
