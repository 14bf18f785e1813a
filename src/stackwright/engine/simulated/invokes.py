"""Functions of the aws package, answered without AWS.

Each takes its arguments and the scope (account, region) of the provider it was called on, and gives the properties of
its result, in the provider's spelling. What can be computed is computed; a look-up of something that exists in an
account is made up from the names of its results, and marked so; what nothing sensible can be made up for is refused.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
import tomllib
from collections.abc import Callable, Mapping
from importlib import resources
from typing import Any, Final

from stackwright.caching import cached
from stackwright.engine.schema import sdk
from stackwright.engine.simulated import registry_tokens
from stackwright.engine.simulated.fake_values import FakeValues
from stackwright.engine.simulated.policy_document import get_policy_document
from stackwright.engine.simulated.scope import Scope
from stackwright.errors import ResourceError
from stackwright.graph import Invoke, Properties

Function = Callable[[Properties, Scope], dict[str, Any]]

_REFUSED: Final = {
    "aws:index/getIpRanges:getIpRanges": "AWS publishes its address ranges on the network",
    "aws:lambda/getInvocation:getInvocation": "it would run a function",
    "aws:dynamodb/getTableItem:getTableItem": "it would read data",
    "aws:s3/getObject:getObject": "it would read data",
    "aws:s3/getBucketObject:getBucketObject": "it would read data",
    "aws:secretsmanager/getSecretVersion:getSecretVersion": "it would read a secret",
    "aws:kms/getSecrets:getSecrets": "it would decrypt",
}
# Programs take secrets for text, or for JSON with the keys that databases have.
# https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_secret_json_structure.html
_SECRET: Final = ("username", "password", "host", "dbname", "engine", "token", "api_key", "key", "secret")
_READS_SECRET: Final = "aws:secretsmanager/getSecretVersion:getSecretVersion"
UNANSWERED: Final = "cannot be answered here"
_MADE_UP: Final = "no account was asked; the answer is made up"
# Those of `FUNCTIONS` whose answer lies in an account, or in chance.
_LOOK_UPS: Final = frozenset(
    {
        "aws:s3/getCanonicalUserId:getCanonicalUserId",
        "aws:ec2/getSubnets:getSubnets",
        "aws:secretsmanager/getRandomPassword:getRandomPassword",
        "aws:ecr/getCredentials:getCredentials",
        "aws:ecr/getAuthorizationToken:getAuthorizationToken",
        "aws:ecrpublic/getAuthorizationToken:getAuthorizationToken",
    }
)


def answer(
    token: str,
    args: Properties,
    scope: Scope,
    interpreter: str = sys.executable,
    *,
    unread: bool = False,
    secret_keys: tuple[str, ...] = (),
) -> Invoke:
    """A function with its result.

    Args:
        interpreter: the program's Python, whose SDK declares the results of functions that are made up.
        unread: what would be read from an account or the network is made up, too, and not refused.
        secret_keys: what a secret's JSON has besides the usual.

    Raises:
        ResourceError: it cannot be answered without AWS, or its arguments are wrong.
    """
    region = args.get("region")
    if isinstance(region, str) and region:
        scope = Scope(scope.account, region)
    if token in FUNCTIONS:
        return Invoke(token, args, FUNCTIONS[token](args, scope), simulated=_MADE_UP if token in _LOOK_UPS else "")
    declared = sdk.function(token, interpreter) if token.startswith("aws:") else None
    if declared is None or token in _REFUSED:
        why = _REFUSED.get(token, "its package does not run here")
        if unread and declared is not None:
            made_up = _made_up(token, args, scope, declared)
            if token == _READS_SECRET:
                known = {**dict.fromkeys(_SECRET, "made-up"), "port": 5432}
                made_up["secretString"] = json.dumps(dict.fromkeys(secret_keys, "made-up") | known)
            return Invoke(token, args, made_up, simulated=f"the function {token} {UNANSWERED}: {why}")
        raise ResourceError(
            f"the function {token} {UNANSWERED}: {why}.",
            fix="Pass its result in as configuration, or call it on some stacks only.",
        )
    return Invoke(token, args, _made_up(token, args, scope, declared), simulated=_MADE_UP)


def get_caller_identity(args: Properties, scope: Scope) -> dict[str, Any]:
    """https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html"""
    arn = f"arn:{scope.partition}:sts::{scope.account}:assumed-role/stackwright-deployer/stackwright"
    return {"accountId": scope.account, "arn": arn, "id": scope.account, "userId": "AROASTACKWRIGHT:stackwright"}


def get_region(args: Properties, scope: Scope) -> dict[str, Any]:
    """The provider's region, or the one asked for."""
    named = re.fullmatch(r"ec2\.([\w-]+)\..*", str(args.get("endpoint") or ""))
    name = str(args.get("name") or (named.group(1) if named else scope.region))
    endpoint = f"ec2.{name}.{Scope(scope.account, name).suffix}"
    return {"id": name, "name": name, "region": name, "endpoint": endpoint, "description": name}


def get_partition(args: Properties, scope: Scope) -> dict[str, Any]:
    """Partition, its domain and its reverse domain."""
    return {
        "id": scope.partition,
        "partition": scope.partition,
        "dnsSuffix": scope.suffix,
        "reverseDnsPrefix": ".".join(reversed(scope.suffix.split("."))),
    }


def get_availability_zones(args: Properties, scope: Scope) -> dict[str, Any]:
    """The zones that need no opting in."""
    excluded = {*(args.get("excludeNames") or []), *(args.get("excludeZoneIds") or [])}
    kept = [z for z in _zones(scope) if excluded.isdisjoint(z)]
    return {
        **args,
        "id": scope.region,
        "region": scope.region,
        "names": [name for name, _ in kept],
        "zoneIds": [zone_id for _, zone_id in kept],
        "groupNames": [scope.region],
    }


def get_availability_zone(args: Properties, scope: Scope) -> dict[str, Any]:
    """One of the zones, by name or id; the first when neither is given."""
    asked = args.get("name") or args.get("zoneId")
    found = next(((name, zone_id) for name, zone_id in _zones(scope) if asked in (None, name, zone_id)), None)
    if found is None:
        raise ResourceError(f"there is no availability zone {asked!r} in {scope.region}")
    name, zone_id = found
    return {
        "id": name,
        "name": name,
        "nameSuffix": name.removeprefix(scope.region),
        "zoneId": zone_id,
        "region": scope.region,
        "groupName": scope.region,
        "networkBorderGroup": scope.region,
        "optInStatus": "opt-in-not-required",
        "zoneType": "availability-zone",
        "state": "available",
        "parentZoneId": "",
        "parentZoneName": "",
    }


def get_canonical_user_id(args: Properties, scope: Scope) -> dict[str, Any]:
    """https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-identifiers.html: 64 hex digits."""
    number = hashlib.sha256(f"canonical user of {scope.account}".encode()).hexdigest()
    return {"id": number, "displayName": "", "region": scope.region}


def get_arn(args: Properties, scope: Scope) -> dict[str, Any]:
    """The parts of an ARN."""
    text = str(args.get("arn") or "")
    parts = text.split(":", 5)
    if len(parts) < 6 or parts[0] != "arn":
        raise ResourceError(f"getArn: {text!r} is no ARN")
    _, partition, service, region, account, resource = parts
    return {
        "id": text,
        "arn": text,
        "partition": partition,
        "service": service,
        "region": region,
        "account": account,
        "resource": resource,
    }


def get_service(args: Properties, scope: Scope) -> dict[str, Any]:
    """Names of a service's endpoint."""
    prefix = ".".join(reversed(scope.suffix.split(".")))
    by_name = re.fullmatch(rf"{re.escape(prefix)}\.([\w-]+)\.([\w.-]+)", str(args.get("reverseDnsName") or ""))
    region, service_id = by_name.groups() if by_name else (scope.region, str(args.get("serviceId") or ""))
    reverse = f"{prefix}.{region}.{service_id}"
    return {
        "id": reverse,
        "dnsName": f"{service_id}.{region}.{scope.suffix}",
        "partition": scope.partition,
        "region": region,
        "reverseDnsName": reverse,
        "reverseDnsPrefix": prefix,
        "serviceId": service_id,
        "supported": True,
    }


def get_service_principal(args: Properties, scope: Scope) -> dict[str, Any]:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html"""
    service = str(args.get("serviceName") or "")
    if not service:
        raise ResourceError("the function aws:index/getServicePrincipal:getServicePrincipal needs 'serviceName'")
    return {
        "id": f"{service}.{scope.region}.{scope.suffix}",
        "name": f"{service}.amazonaws.com",
        "region": scope.region,
        "serviceName": service,
        "suffix": "amazonaws.com",
    }


def get_billing_service_account(args: Properties, scope: Scope) -> dict[str, Any]:
    """https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/billing-getting-started.html"""
    return {"id": "386209384616", "arn": f"arn:{scope.partition}:iam::386209384616:root"}


def get_regions(args: Properties, scope: Scope) -> dict[str, Any]:
    """The regions that every account has enabled from the start, as of November 2026; see
    https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-regions.html
    """
    return {**args, "id": scope.partition, "names": list(_REGIONS)}


def get_subnets(args: Properties, scope: Scope) -> dict[str, Any]:
    """One subnet per zone."""
    fake = _fake_values("aws:ec2/getSubnets:getSubnets", args, scope)
    ids = [f"subnet-{fake.hex(name, 17)}" for name, _ in _zones(scope)]
    return {**args, "id": scope.region, "ids": ids, "region": scope.region}


def get_random_password(args: Properties, scope: Scope) -> dict[str, Any]:
    """https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetRandomPassword.html"""
    length = int(args.get("passwordLength") or 32)
    fake = _fake_values("aws:secretsmanager/getRandomPassword:getRandomPassword", args, scope)
    return {**args, "id": scope.region, "randomPassword": fake.hex("password", length)}


def _with_fake_values(
    token: str, function: Callable[[Properties, Scope, FakeValues], dict[str, Any]]
) -> tuple[str, Function]:
    return token, lambda args, scope: function(args, scope, _fake_values(token, args, scope))


def _zones(scope: Scope) -> list[tuple[str, str]]:
    # use1-az1 is a zone of us-east-1: the letters of the region's parts, then its number.
    area, *directions, number = scope.region.split("-")
    short = area + "".join(_short_direction(d) for d in directions) + number
    numbers = _known_zones().get(scope.region, {"a": 1, "b": 2, "c": 3})
    return [(f"{scope.region}{letter}", f"{short}-az{number}") for letter, number in numbers.items()]


@cached
def _known_zones() -> dict[str, dict[str, int]]:
    text = (resources.files("stackwright.engine.simulated") / "data" / "zones.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def _short_direction(direction: str) -> str:
    # northeast is ne, central is c
    return "".join(part[0] for part in re.findall(r"north|south|east|west|central|gov|iso\w?", direction))


def _made_up(token: str, args: Properties, scope: Scope, declared: sdk.Declared) -> dict[str, Any]:
    fake = _fake_values(token, args, scope)
    result = {
        key: fake.value(key, shape, declared.members)
        for key, shape in declared.properties.items()
        if key not in ("region", "filters")
    }
    # `vpc-…` for getVpc, `ami-…` for getAmi
    subject = token.rpartition(":get")[2]
    result["id"] = fake.known({"Ami": "image"}.get(subject, subject) + "Id") or result.get("id")
    return {**result, "region": scope.region, **{k: v for k, v in args.items() if v is not None}}


def _fake_values(token: str, args: Properties, scope: Scope) -> FakeValues:
    module, _, function = token.split(":")[1].partition("/")
    seed = f"{token}|{json.dumps(args, sort_keys=True, default=str)}|{scope.account}|{scope.region}"
    return FakeValues(seed, scope, module, function.removeprefix("get").lower())


_REGIONS: Final = (
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-south-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "ca-central-1",
    "eu-central-1",
    "eu-north-1",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "sa-east-1",
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
)

FUNCTIONS: Final[Mapping[str, Function]] = {
    "aws:index/getCallerIdentity:getCallerIdentity": get_caller_identity,
    "aws:index/getRegion:getRegion": get_region,
    "aws:index/getRegions:getRegions": get_regions,
    "aws:index/getPartition:getPartition": get_partition,
    "aws:index/getAvailabilityZone:getAvailabilityZone": get_availability_zone,
    "aws:index/getAvailabilityZones:getAvailabilityZones": get_availability_zones,
    "aws:index/getArn:getArn": get_arn,
    "aws:index/getService:getService": get_service,
    "aws:index/getServicePrincipal:getServicePrincipal": get_service_principal,
    "aws:index/getBillingServiceAccount:getBillingServiceAccount": get_billing_service_account,
    "aws:s3/getCanonicalUserId:getCanonicalUserId": get_canonical_user_id,
    "aws:iam/getPolicyDocument:getPolicyDocument": lambda args, _: get_policy_document(args),
    "aws:ec2/getSubnets:getSubnets": get_subnets,
    "aws:secretsmanager/getRandomPassword:getRandomPassword": get_random_password,
    **dict(
        [
            _with_fake_values("aws:ecr/getCredentials:getCredentials", registry_tokens.authorization),
            _with_fake_values("aws:ecr/getAuthorizationToken:getAuthorizationToken", registry_tokens.with_login),
            _with_fake_values("aws:ecrpublic/getAuthorizationToken:getAuthorizationToken", registry_tokens.public),
        ]
    ),
}
