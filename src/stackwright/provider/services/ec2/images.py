"""Looking an image up: one that the emulator has, otherwise one that is made up to fit the search."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Any, Final

from stackwright.graph import Properties
from stackwright.provider.aws import Aws
from stackwright.provider.services._shapes import present
from stackwright.provider.services.ec2.common import arn

_OWNERS: Final = {"amazon": "137112412989", "self": ""}


def get_ami(aws: Aws, args: Properties) -> dict[str, Any]:
    """The newest image that fits. AWS has many thousands of images and the emulator a handful, so where none of those
    fits there is one with the asked-for properties: which image it is makes no difference to an instance that does not
    boot.
    """
    found = aws.client("ec2", str(args.get("region") or "")).describe_images(
        **present(Owners=args.get("owners"), ExecutableUsers=args.get("executableUsers")),
        Filters=[{"Name": f["name"], "Values": list(f["values"])} for f in args.get("filters") or []],
    )["Images"]
    pattern = args.get("nameRegex")
    fitting = [image for image in found if not pattern or re.search(str(pattern), image["Name"])]
    image = max(fitting, key=lambda i: str(i.get("CreationDate", "")), default=None) or _made_up(args)
    return _described(aws, image, args)


def _made_up(args: Properties) -> dict[str, Any]:
    filters: dict[str, list[str]] = {f["name"]: list(f["values"]) for f in args.get("filters") or []}
    pattern = next(iter(filters.get("name", [])), str(args.get("nameRegex") or "image"))
    owners = [str(owner) for owner in args.get("owners") or []] + filters.get("owner-id", [])
    owner = next(iter(owners), "amazon")

    def first(name: str, default: str) -> str:
        return next(iter(filters.get(name, [])), default)

    return {
        "ImageId": f"ami-{hashlib.sha256(repr((sorted(filters.items()), owners, pattern)).encode()).hexdigest()[:17]}",
        "Name": re.sub(r"[*?^$]+", "20260101", pattern),
        "OwnerId": owner if owner.isdigit() else _OWNERS.get(owner, ""),
        "Architecture": first("architecture", "arm64" if re.search("arm64|aarch64", pattern) else "x86_64"),
        "VirtualizationType": first("virtualization-type", "hvm"),
        "RootDeviceType": first("root-device-type", "ebs"),
        "RootDeviceName": "/dev/xvda",
        "Description": "",
    }


def _described(aws: Aws, image: Mapping[str, Any], args: Properties) -> dict[str, Any]:
    mappings = image.get("BlockDeviceMappings") or []
    return {
        "id": image["ImageId"],
        "imageId": image["ImageId"],
        "arn": arn(aws, "image", image["ImageId"]).replace(f":{aws.account}:", "::"),
        "name": image["Name"],
        "architecture": image.get("Architecture", "x86_64"),
        "blockDeviceMappings": [_mapping(m) for m in mappings],
        "creationDate": image.get("CreationDate", "2026-01-01T00:00:00.000Z"),
        "description": image.get("Description", ""),
        "hypervisor": image.get("Hypervisor", "xen"),
        "imageLocation": image.get("ImageLocation", image["Name"]),
        "imageOwnerAlias": image.get("ImageOwnerAlias", ""),
        "imageType": "machine",
        "kernelId": "",
        "ownerId": image.get("OwnerId", ""),
        "platform": image.get("Platform", ""),
        "productCodes": [],
        "public": bool(image.get("Public", True)),
        "rootDeviceName": image.get("RootDeviceName", ""),
        "rootDeviceType": image.get("RootDeviceType", "ebs"),
        "state": "available",
        "tags": {tag["Key"]: tag["Value"] for tag in image.get("Tags") or []},
        "virtualizationType": image.get("VirtualizationType", "hvm"),
        "region": str(args.get("region") or aws.region),
        **{k: args[k] for k in ("filters", "owners", "mostRecent", "nameRegex") if args.get(k) is not None},
    }


def _mapping(mapping: Mapping[str, Any]) -> dict[str, Any]:
    ebs = {k[:1].lower() + k[1:]: str(v) for k, v in (mapping.get("Ebs") or {}).items()}
    return {"deviceName": mapping["DeviceName"], "noDevice": "", "virtualName": "", "ebs": ebs}
