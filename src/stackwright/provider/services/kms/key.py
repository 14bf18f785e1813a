"""Keys. https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateKey.html"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from stackwright.graph import Resource
from stackwright.provider.aws import Aws, Client, ignoring
from stackwright.provider.provisioner import Created, Inputs, Provisioner, id_of
from stackwright.provider.services._shapes import changed_tags, present

_LONGEST_WAIT: Final = 30
_GONE: Final = ("NotFoundException", "KMSInvalidStateException")


class Key(Provisioner):
    """Its id is the key's id."""

    type = "kms/key:Key"
    enabled_input = "isEnabled"
    replace_on = frozenset({"customerMasterKeySpec", "customKeyStoreId", "keyUsage", "multiRegion", "xksKeyId"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        kms = aws.client("kms")
        made = kms.create_key(
            **present(
                Description=new.get("description"),
                KeySpec=new.get("customerMasterKeySpec"),
                KeyUsage=new.get("keyUsage"),
                MultiRegion=new.get("multiRegion"),
                Policy=new.get("policy"),
                BypassPolicyLockoutSafetyCheck=new.get("bypassPolicyLockoutSafetyCheck"),
                Tags=tag_pairs(aws.tags(new.get("tags"))) or None,
            )
        )["KeyMetadata"]
        key_id = made["KeyId"]
        if new.get("enableKeyRotation"):
            _rotate(kms, key_id, new)
        if new.get("isEnabled") is False:
            kms.disable_key(KeyId=key_id)
        return Created(key_id, {"keyId": key_id, "arn": made["Arn"]})

    def update(self, aws: Aws, new: Inputs, old: Resource) -> Mapping[str, Any]:
        kms, key_id = aws.client("kms"), id_of(old)
        enabled = new.get(self.enabled_input) is not False
        if enabled and old.inputs.get(self.enabled_input) is False:
            # Nothing else of a disabled key can be changed.
            kms.enable_key(KeyId=key_id)
        rotation = ("enableKeyRotation", "rotationPeriodInDays")
        if [new.get(k) for k in rotation] != [old.inputs.get(k) for k in rotation]:
            if new.get("enableKeyRotation"):
                _rotate(kms, key_id, new)
            else:
                kms.disable_key_rotation(KeyId=key_id)
        if new.get("description") != old.inputs.get("description"):
            kms.update_key_description(KeyId=key_id, Description=new.get("description", ""))
        if new.get("policy") != old.inputs.get("policy"):
            kms.put_key_policy(
                KeyId=key_id,
                PolicyName="default",
                Policy=new.get("policy") or default_policy(aws),
                BypassPolicyLockoutSafetyCheck=bool(new.get("bypassPolicyLockoutSafetyCheck")),
            )
        if not enabled and old.inputs.get(self.enabled_input) is not False:
            kms.disable_key(KeyId=key_id)
        wanted, gone = changed_tags(aws, new, old)
        if gone:
            kms.untag_resource(KeyId=key_id, TagKeys=gone)
        if wanted:
            kms.tag_resource(KeyId=key_id, Tags=tag_pairs(wanted))
        return {}

    def delete(self, aws: Aws, old: Resource) -> None:
        days = old.inputs.get("deletionWindowInDays") or _LONGEST_WAIT
        kms = aws.client("kms")
        ignoring(_GONE, lambda: kms.schedule_key_deletion(KeyId=id_of(old), PendingWindowInDays=days))

    def read(self, aws: Aws, wanted: Resource) -> Created:
        kms = aws.client("kms")
        found = kms.describe_key(KeyId=id_of(wanted))["KeyMetadata"]
        policy = kms.get_key_policy(KeyId=found["KeyId"], PolicyName="default")["Policy"]
        known = {
            "arn": found["Arn"],
            "keyId": found["KeyId"],
            "description": found.get("Description", ""),
            "keyUsage": found["KeyUsage"],
            "isEnabled": found["Enabled"],
            "multiRegion": found.get("MultiRegion", False),
            "policy": policy,
        }
        return Created(found["KeyId"], known)


class ReplicaKey(Key):
    """A multi-Region key's copy in the provider's region."""

    type = "kms/replicaKey:ReplicaKey"
    enabled_input = "enabled"
    replace_on = frozenset({"primaryKeyArn"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        primary = new["primaryKeyArn"]
        made = aws.client("kms", primary.split(":")[3]).replicate_key(
            KeyId=primary.rsplit("/", 1)[1],
            ReplicaRegion=aws.region,
            **present(
                Description=new.get("description"),
                Policy=new.get("policy"),
                BypassPolicyLockoutSafetyCheck=new.get("bypassPolicyLockoutSafetyCheck"),
                Tags=tag_pairs(aws.tags(new.get("tags"))) or None,
            ),
        )["ReplicaKeyMetadata"]
        if new.get("enabled") is False:
            aws.client("kms").disable_key(KeyId=made["KeyId"])
        spec = made.get("KeySpec", "SYMMETRIC_DEFAULT")
        known = {"arn": made["Arn"], "keyId": made["KeyId"], "keySpec": spec, "keyUsage": made["KeyUsage"]}
        return Created(made["KeyId"], known)


def tag_pairs(tags: Mapping[str, str]) -> list[dict[str, str]]:
    """Tags as KMS wants them."""
    return [{"TagKey": k, "TagValue": v} for k, v in tags.items()]


def default_policy(aws: Aws) -> str:
    """https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html"""
    account = {
        "Sid": "Enable IAM User Permissions",
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:{aws.partition}:iam::{aws.account}:root"},
        "Action": "kms:*",
        "Resource": "*",
    }
    return json.dumps({"Version": "2012-10-17", "Id": "key-default-1", "Statement": [account]})


def _rotate(kms: Client, key_id: str, new: Inputs) -> None:
    kms.enable_key_rotation(KeyId=key_id, **present(RotationPeriodInDays=new.get("rotationPeriodInDays")))
