"""Functions of the aws package."""

from __future__ import annotations

import base64
import datetime
from typing import Any

import pytest

from stackwright.engine.schema import sdk
from stackwright.engine.simulated import invokes
from stackwright.engine.simulated.scope import Scope
from stackwright.errors import ResourceError

HERE = Scope("111111111111", "eu-west-1")


def ask(function: str, scope: Scope = HERE, **args: Any) -> dict[str, Any]:
    return dict(invokes.answer(f"aws:{function}", args, scope).result)


NEEDED = {
    "aws:index/getArn:getArn": {"arn": "arn:aws:s3:::b"},
    "aws:index/getServicePrincipal:getServicePrincipal": {"serviceName": "s3"},
}


def test_every_function_answers() -> None:
    for token in set(sdk.tokens("aws")):
        declared = sdk.function(token)
        if declared is None or token in invokes._REFUSED:
            continue
        results = declared.properties
        answer = invokes.answer(token, NEEDED.get(token, {}), HERE).result
        assert answer.get("id") or "id" not in results, token
        # Computed answers leave out what only echoes an argument that was not given.
        missing = set(results) - set(answer) - {"filters"}
        assert not missing or token in invokes.FUNCTIONS, (token, missing)


@pytest.mark.parametrize("token", sorted(invokes._REFUSED))
def test_refused_functions_say_why(token: str) -> None:
    with pytest.raises(ResourceError, match=r"cannot be answered here: \w+") as caught:
        invokes.answer(token, {}, HERE)
    assert caught.value.fix


def test_functions_of_other_packages() -> None:
    with pytest.raises(ResourceError, match="its package does not run here"):
        invokes.answer("archive:index/getFile:getFile", {}, HERE)


@pytest.mark.parametrize(
    ("region", "zone"),
    [
        ("us-east-1", "use1-az1"),
        ("ap-northeast-1", "apne1-az4"),
        ("ca-central-1", "cac1-az1"),
        ("us-gov-west-1", "usgw1-az1"),
        ("eu-south-2", "eus2-az1"),
    ],
)
def test_zone_ids(region: str, zone: str) -> None:
    assert ask("index/getAvailabilityZones:getAvailabilityZones", Scope(region=region))["zoneIds"][0] == zone


@pytest.mark.parametrize(("region", "letters"), [("us-east-1", "abcdef"), ("us-west-2", "abcd"), ("eu-west-1", "abc")])
def test_a_region_has_as_many_zones_as_on_aws(region: str, letters: str) -> None:
    zones = ask("index/getAvailabilityZones:getAvailabilityZones", Scope(region=region))
    assert zones["names"] == [f"{region}{letter}" for letter in letters]


def test_zones() -> None:
    zones = ask("index/getAvailabilityZones:getAvailabilityZones", excludeZoneIds=["euw1-az1"], state="available")
    assert (zones["names"], zones["state"]) == (["eu-west-1b", "eu-west-1c"], "available")
    assert ask("index/getAvailabilityZone:getAvailabilityZone")["name"] == "eu-west-1a"
    assert ask("index/getAvailabilityZone:getAvailabilityZone", zoneId="euw1-az3")["nameSuffix"] == "c"
    with pytest.raises(ResourceError, match="no availability zone 'x'"):
        ask("index/getAvailabilityZone:getAvailabilityZone", name="x")


def test_regions_and_partitions() -> None:
    assert ask("index/getRegion:getRegion")["region"] == "eu-west-1"
    assert ask("index/getRegion:getRegion", name="us-west-2")["endpoint"] == "ec2.us-west-2.amazonaws.com"
    assert ask("index/getRegion:getRegion", endpoint="ec2.cn-north-1.amazonaws.com.cn")["name"] == "cn-north-1"
    assert ask("index/getRegion:getRegion", region="us-east-2")["id"] == "us-east-2"
    china = ask("index/getPartition:getPartition", Scope(region="cn-north-1"))
    assert (china["partition"], china["reverseDnsPrefix"]) == ("aws-cn", "cn.com.amazonaws")
    service = ask("index/getService:getService", reverseDnsName="com.amazonaws.us-west-1.ec2")
    assert service["dnsName"] == "ec2.us-west-1.amazonaws.com"


def test_made_up_answers_are_deterministic_and_echo_what_was_asked() -> None:
    one = ask("ec2/getVpc:getVpc", tags={"a": "b"})
    assert one == ask("ec2/getVpc:getVpc", tags={"a": "b"})
    assert one["tags"] == {"a": "b"}
    assert one["id"].startswith("vpc-")
    assert one["id"] != ask("ec2/getVpc:getVpc", tags={"a": "c"})["id"]
    assert ask("ec2/getVpc:getVpc", id="vpc-given")["id"] == "vpc-given"
    assert len(ask("secretsmanager/getRandomPassword:getRandomPassword", passwordLength=20)["randomPassword"]) == 20


def test_arns() -> None:
    found = ask("index/getArn:getArn", arn="arn:aws:sqs:eu-west-1:1:q:with:colons")
    assert (found["service"], found["account"], found["resource"]) == ("sqs", "1", "q:with:colons")
    with pytest.raises(ResourceError, match="'x' is no ARN"):
        ask("index/getArn:getArn", arn="x")


@pytest.mark.parametrize(
    ("function", "args"),
    [
        ("ecr/getAuthorizationToken:getAuthorizationToken", {}),
        ("ecr/getCredentials:getCredentials", {"registryId": "222222222222"}),
        ("ecrpublic/getAuthorizationToken:getAuthorizationToken", {}),
    ],
)
def test_programs_decode_a_registry_token(function: str, args: dict[str, str]) -> None:
    answer = ask(function, **args)
    user, _, password = base64.b64decode(answer["authorizationToken"], validate=True).decode().partition(":")
    assert user == "AWS"
    assert password
    assert datetime.datetime.fromisoformat(answer["expiresAt"])
    assert answer.get("userName", user) == user
    assert answer.get("password", password) == password
    if function.startswith("ecr/"):
        registry = args.get("registryId", HERE.account)
        assert answer["registryId"] == registry
        assert answer["proxyEndpoint"] == f"https://{registry}.dkr.ecr.eu-west-1.amazonaws.com"


@pytest.mark.parametrize(
    ("function", "path"),
    [
        ("eks/getCluster:getCluster", ("certificateAuthorities", 0, "data")),
        ("kms/getCipherText:getCipherText", ("ciphertextBlob",)),
        ("kms/getPublicKey:getPublicKey", ("publicKey",)),
        ("lambda/getFunction:getFunction", ("codeSha256",)),
        ("lambda/getFunction:getFunction", ("sourceCodeHash",)),
        ("lambda/getLayerVersion:getLayerVersion", ("sourceCodeHash",)),
    ],
)
def test_made_up_answers_that_aws_gives_in_base64(function: str, path: tuple[str | int, ...]) -> None:
    value: Any = ask(function)
    for step in path:
        value = value[step]
    assert base64.b64decode(value, validate=True)
