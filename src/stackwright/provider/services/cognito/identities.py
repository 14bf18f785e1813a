"""Identity pools."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stackwright.graph import Resource
from stackwright.provider.aws import Aws
from stackwright.provider.provisioner import Created, Inputs, Provisioner
from stackwright.provider.services._model_provisioner import Calls, ModelProvisioner, Tagging, unless_gone
from stackwright.provider.services._shapes import pascal


class IdentityPool(ModelProvisioner):
    type = "cognito/identityPool:IdentityPool"
    replace_on = frozenset({"developerProviderName"})
    calls = Calls(
        service="cognito-identity",
        create="create_identity_pool",
        update="update_identity_pool",
        delete="delete_identity_pool",
        named={"IdentityPoolId": "id"},
        identified="IdentityPoolId",
        generated=(),
        fixed={"AllowUnauthenticatedIdentities": False},
        tagging=Tagging(at_creation="IdentityPoolTags", entry=None),
    )

    def outputs(self, aws: Aws, new: Inputs, answer: Mapping[str, Any]) -> dict[str, Any]:
        pool = answer["IdentityPoolId"]
        return {"arn": f"arn:{aws.partition}:cognito-identity:{aws.region}:{aws.account}:identitypool/{pool}"}


class IdentityPoolRoleAttachment(Provisioner):
    """Its id is that of the pool."""

    type = "cognito/identityPoolRoleAttachment:IdentityPoolRoleAttachment"
    replace_on = frozenset({"identityPoolId"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        mappings = {
            one["identityProvider"]: pascal({k: v for k, v in one.items() if k != "identityProvider"})
            for one in new.get("roleMappings", [])
        }
        aws.client("cognito-identity").set_identity_pool_roles(
            IdentityPoolId=new["identityPoolId"], Roles=new["roles"], **({"RoleMappings": mappings} if mappings else {})
        )
        return Created(new["identityPoolId"])

    def delete(self, aws: Aws, old: Resource) -> None:
        client, pool = aws.client("cognito-identity"), old.inputs["identityPoolId"]
        unless_gone(lambda: client.set_identity_pool_roles(IdentityPoolId=pool, Roles={}))


PROVISIONERS = (IdentityPool, IdentityPoolRoleAttachment)
