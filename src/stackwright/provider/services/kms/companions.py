"""What belongs to a key and is declared beside it."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any, Final

from stackwright.graph import Resource
from stackwright.provider.aws import Aws, ignoring
from stackwright.provider.provisioner import Created, Inputs, Provisioner, id_of
from stackwright.provider.services._policies import policy_text
from stackwright.provider.services._shapes import present
from stackwright.provider.services.kms.key import default_policy

_GONE: Final = ("NotFoundException",)


class Alias(Provisioner):
    """Its id is its name, which starts with `alias/`."""

    type = "kms/alias:Alias"
    replace_on = frozenset({"name", "namePrefix"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        aws.client("kms").create_alias(AliasName=new["name"], TargetKeyId=new["targetKeyId"])
        return Created(outputs={"targetKeyArn": _key_arn(aws, new["targetKeyId"])})

    def update(self, aws: Aws, new: Inputs, old: Resource) -> Mapping[str, Any]:
        aws.client("kms").update_alias(AliasName=id_of(old), TargetKeyId=new["targetKeyId"])
        return {"targetKeyArn": _key_arn(aws, new["targetKeyId"])}

    def delete(self, aws: Aws, old: Resource) -> None:
        ignoring(_GONE, lambda: aws.client("kms").delete_alias(AliasName=id_of(old)))

    def read(self, aws: Aws, wanted: Resource) -> Created:
        found = aws.client("kms").describe_key(KeyId=id_of(wanted))["KeyMetadata"]
        known = {"name": id_of(wanted), "targetKeyId": found["KeyId"], "targetKeyArn": found["Arn"]}
        return Created(outputs=known)


def _key_arn(aws: Aws, target: str) -> str:
    return target if target.startswith("arn:") else f"arn:{aws.partition}:kms:{aws.region}:{aws.account}:key/{target}"


class KeyPolicy(Provisioner):
    """Removing it brings the default policy back, as the provider does."""

    type = "kms/keyPolicy:KeyPolicy"
    replace_on = frozenset({"keyId"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        aws.client("kms").put_key_policy(
            KeyId=new["keyId"],
            PolicyName="default",
            Policy=policy_text(new["policy"]),
            **present(BypassPolicyLockoutSafetyCheck=new.get("bypassPolicyLockoutSafetyCheck")),
        )
        return Created(new["keyId"])

    def delete(self, aws: Aws, old: Resource) -> None:
        kms, policy = aws.client("kms"), default_policy(aws)
        gone = (*_GONE, "KMSInvalidStateException")
        ignoring(gone, lambda: kms.put_key_policy(KeyId=id_of(old), PolicyName="default", Policy=policy))


class Grant(Provisioner):
    """https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateGrant.html"""

    type = "kms/grant:Grant"
    replace_on = frozenset(
        {
            "constraints",
            "grantCreationTokens",
            "granteePrincipal",
            "keyId",
            "name",
            "operations",
            "retireOnDelete",
            "retiringPrincipal",
        }
    )

    def create(self, aws: Aws, new: Inputs) -> Created:
        limits = [_constraint(one) for one in new.get("constraints") or []]
        answer = aws.client("kms").create_grant(
            KeyId=new["keyId"],
            GranteePrincipal=new["granteePrincipal"],
            Operations=new["operations"],
            **present(
                Name=new["name"],
                RetiringPrincipal=new.get("retiringPrincipal"),
                GrantTokens=new.get("grantCreationTokens"),
                Constraints={k: v for limit in limits for k, v in limit.items()} or None,
            ),
        )
        known = {"grantId": answer["GrantId"], "grantToken": answer["GrantToken"]}
        return Created(f"{new['keyId']}:{answer['GrantId']}", known)

    def delete(self, aws: Aws, old: Resource) -> None:
        kms = aws.client("kms")
        end = kms.retire_grant if old.inputs.get("retireOnDelete") else kms.revoke_grant
        ignoring(
            (*_GONE, "KMSInvalidStateException", "InvalidGrantIdException"),
            lambda: end(KeyId=old.inputs["keyId"], GrantId=old.outputs["grantId"]),
        )


def _constraint(given: Mapping[str, Any]) -> dict[str, Any]:
    # The keys of a context are the program's own and keep their spelling.
    return {name[0].upper() + name[1:]: dict(context) for name, context in given.items() if context}


class Ciphertext(Provisioner):
    """A text that was encrypted once. Nothing is kept of it at AWS."""

    type = "kms/ciphertext:Ciphertext"
    replace_on = frozenset({"context", "keyId", "plaintext", "plaintextWoVersion"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        plain = new.get("plaintext") or new.get("plaintextWo") or ""
        answer = aws.client("kms").encrypt(
            KeyId=new["keyId"], Plaintext=plain.encode(), **present(EncryptionContext=new.get("context"))
        )
        return Created(outputs={"ciphertextBlob": base64.b64encode(answer["CiphertextBlob"]).decode()})

    def delete(self, aws: Aws, old: Resource) -> None:
        return None


PROVISIONERS: Final[tuple[type[Provisioner], ...]] = (Alias, Ciphertext, Grant, KeyPolicy)
