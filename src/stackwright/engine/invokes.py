"""Functions of the aws package that can be answered without AWS.

Each takes its arguments and the scope (account, region) of the provider it was called on, and gives the properties of
its result, in the provider's spelling.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from stackwright.engine.identity import Scope
from stackwright.graph import Properties

Function = Callable[[Properties, Scope], dict[str, Any]]


def get_caller_identity(args: Properties, scope: Scope) -> dict[str, Any]:
    """https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html"""
    arn = f"arn:{scope.partition}:sts::{scope.account}:assumed-role/stackwright-deployer/stackwright"
    return {"accountId": scope.account, "arn": arn, "id": scope.account, "userId": "AROASTACKWRIGHT:stackwright"}


def get_region(args: Properties, scope: Scope) -> dict[str, Any]:
    """The provider's region, or the one asked for."""
    name = str(args.get("name") or args.get("region") or scope.region)
    return {
        "id": name,
        "name": name,
        "region": name,
        "endpoint": f"ec2.{name}.{scope.suffix}",
        "description": name,
    }


def get_partition(args: Properties, scope: Scope) -> dict[str, Any]:
    """Partition, its domain and its reverse domain."""
    return {
        "id": scope.partition,
        "partition": scope.partition,
        "dnsSuffix": scope.suffix,
        "reverseDnsPrefix": ".".join(reversed(scope.suffix.split("."))),
    }


def get_availability_zones(args: Properties, scope: Scope) -> dict[str, Any]:
    """Three zones `a`, `b`, `c`: most regions have at least three, and a program must not count on more."""
    excluded = {*(args.get("excludeNames") or []), *(args.get("excludeZoneIds") or [])}
    zones = [f"{scope.region}{letter}" for letter in "abc"]
    short = scope.region.replace("-", "")
    pairs = [(zone, f"{short}-az{i}") for i, zone in enumerate(zones, 1)]
    kept = [(zone, zone_id) for zone, zone_id in pairs if zone not in excluded and zone_id not in excluded]
    return {
        "id": scope.region,
        "region": scope.region,
        "names": [zone for zone, _ in kept],
        "zoneIds": [zone_id for _, zone_id in kept],
        "groupNames": [scope.region],
        "state": args.get("state"),
    }


FUNCTIONS: Final[Mapping[str, Function]] = {
    "aws:index/getCallerIdentity:getCallerIdentity": get_caller_identity,
    "aws:index/getRegion:getRegion": get_region,
    "aws:index/getPartition:getPartition": get_partition,
    "aws:index/getAvailabilityZones:getAvailabilityZones": get_availability_zones,
}
