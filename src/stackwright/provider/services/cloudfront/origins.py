"""Who may fetch from an origin, and whose signatures a distribution takes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stackwright.graph import Resource
from stackwright.provider.aws import Aws
from stackwright.provider.provisioner import Created, Inputs, Provisioner, id_of
from stackwright.provider.services.cloudfront.common import arn, reference, unless_gone


class OriginAccessControl(Provisioner):
    type = "cloudfront/originAccessControl:OriginAccessControl"

    def create(self, aws: Aws, new: Inputs) -> Created:
        answer = aws.client("cloudfront").create_origin_access_control(OriginAccessControlConfig=_access_control(new))
        made = answer["OriginAccessControl"]["Id"]
        return Created(made, {"arn": arn(aws, "origin-access-control", made), "etag": answer["ETag"]})

    def update(self, aws: Aws, new: Inputs, old: Resource) -> Mapping[str, Any]:
        cloudfront = aws.client("cloudfront")
        current = cloudfront.get_origin_access_control(Id=id_of(old))["ETag"]
        answer = cloudfront.update_origin_access_control(
            Id=id_of(old), IfMatch=current, OriginAccessControlConfig=_access_control(new)
        )
        return {"etag": answer["ETag"]}

    def delete(self, aws: Aws, old: Resource) -> None:
        cloudfront, one = aws.client("cloudfront"), id_of(old)

        def delete() -> None:
            current = cloudfront.get_origin_access_control(Id=one)["ETag"]
            cloudfront.delete_origin_access_control(Id=one, IfMatch=current)

        unless_gone(delete)


def _access_control(new: Inputs) -> dict[str, Any]:
    return {
        "Name": new["name"],
        "Description": new.get("description", "Managed by Pulumi"),
        "OriginAccessControlOriginType": new["originAccessControlOriginType"],
        "SigningBehavior": new["signingBehavior"],
        "SigningProtocol": new["signingProtocol"],
    }


class PublicKey(Provisioner):
    type = "cloudfront/publicKey:PublicKey"
    replace_on = frozenset({"name", "namePrefix", "encodedKey"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        caller = reference()
        answer = aws.client("cloudfront").create_public_key(PublicKeyConfig=_public_key(new, caller))
        return Created(answer["PublicKey"]["Id"], {"callerReference": caller, "etag": answer["ETag"]})

    def update(self, aws: Aws, new: Inputs, old: Resource) -> Mapping[str, Any]:
        cloudfront = aws.client("cloudfront")
        current = cloudfront.get_public_key(Id=id_of(old))["ETag"]
        config = _public_key(new, old.outputs["callerReference"])
        answer = cloudfront.update_public_key(Id=id_of(old), IfMatch=current, PublicKeyConfig=config)
        return {"etag": answer["ETag"]}

    def delete(self, aws: Aws, old: Resource) -> None:
        cloudfront, one = aws.client("cloudfront"), id_of(old)

        def delete() -> None:
            cloudfront.delete_public_key(Id=one, IfMatch=cloudfront.get_public_key(Id=one)["ETag"])

        unless_gone(delete)


def _public_key(new: Inputs, caller: str) -> dict[str, Any]:
    return {
        "CallerReference": caller,
        "Name": new["name"],
        "EncodedKey": new["encodedKey"],
        "Comment": new.get("comment", ""),
    }


class KeyGroup(Provisioner):
    type = "cloudfront/keyGroup:KeyGroup"

    def create(self, aws: Aws, new: Inputs) -> Created:
        answer = aws.client("cloudfront").create_key_group(KeyGroupConfig=_key_group(new))
        return Created(answer["KeyGroup"]["Id"], {"etag": answer["ETag"]})

    def update(self, aws: Aws, new: Inputs, old: Resource) -> Mapping[str, Any]:
        cloudfront = aws.client("cloudfront")
        current = cloudfront.get_key_group(Id=id_of(old))["ETag"]
        answer = cloudfront.update_key_group(Id=id_of(old), IfMatch=current, KeyGroupConfig=_key_group(new))
        return {"etag": answer["ETag"]}

    def delete(self, aws: Aws, old: Resource) -> None:
        cloudfront, one = aws.client("cloudfront"), id_of(old)

        def delete() -> None:
            cloudfront.delete_key_group(Id=one, IfMatch=cloudfront.get_key_group(Id=one)["ETag"])

        unless_gone(delete)


def _key_group(new: Inputs) -> dict[str, Any]:
    return {"Name": new["name"], "Items": new["items"], "Comment": new.get("comment", "")}


PROVISIONERS = (OriginAccessControl, PublicKey, KeyGroup)
