"""What the resource types of EC2 have in common."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from stackwright.graph import Resource
from stackwright.provider.aws import Aws, AwsError, error_code
from stackwright.provider.provisioner import Inputs, id_of
from stackwright.provider.services._shapes import changed_tags, first, tag_list


def tagged(aws: Aws, new: Inputs, kind: str) -> dict[str, Any]:
    """The parameter that sets a resource's tags at creation; `kind` is EC2's name of the type."""
    tags = aws.tags(new.get("tags"))
    return {"TagSpecifications": [{"ResourceType": kind, "Tags": tag_list(tags)}]} if tags else {}


def retag(aws: Aws, new: Inputs, old: Resource, resource_id: str | None = None) -> None:
    """Bring the tags to what the program says now."""
    ec2, resource = aws.client("ec2"), resource_id or id_of(old)
    wanted, gone = changed_tags(aws, new, old)
    if gone:
        ec2.delete_tags(Resources=[resource], Tags=[{"Key": key} for key in gone])
    if wanted:
        ec2.create_tags(Resources=[resource], Tags=tag_list(wanted))


def arn(aws: Aws, kind: str, resource_id: str) -> str:
    """https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html"""
    return f"arn:{aws.partition}:ec2:{aws.region}:{aws.account}:{kind}/{resource_id}"


def owned(aws: Aws, kind: str, resource_id: str) -> dict[str, str]:
    """The outputs `arn` and `ownerId`."""
    return {"arn": arn(aws, kind, resource_id), "ownerId": aws.account}


def unless_gone(call: Callable[[], Any]) -> None:
    """Make a call; that its object does not exist is fine. EC2 has another error code for each type, but one form."""
    try:
        call()
    except AwsError as error:
        if "NotFound" not in error_code(error):
            raise


def digest(text: str) -> int:
    """The provider's hash of a string, part of some of its ids."""
    return zlib.crc32(text.encode())


def default_vpc(ec2: Any) -> dict[str, Any]:
    """The account's default VPC.

    Raises:
        ResourceError: it was deleted.
    """
    found = ec2.describe_vpcs(Filters=filtered({"is-default": ["true"]}))["Vpcs"]
    return first(found, "default VPC", "Name a VPC, or make the default one with aws.ec2.DefaultVpc.")


def filtered(filters: Mapping[str, Iterable[str]]) -> list[dict[str, Any]]:
    """Filters as EC2 wants them; those without values are left out."""
    return [{"Name": name, "Values": list(values)} for name, values in filters.items() if values]
