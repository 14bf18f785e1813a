"""User pools, their clients, domains, groups and resource servers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stackwright.graph import Resource
from stackwright.provider.aws import Aws, Client
from stackwright.provider.provisioner import Created, Inputs, Provisioner, id_of
from stackwright.provider.services._model_provisioner import Calls, ModelProvisioner, Tagging, unless_gone
from stackwright.provider.services._shapes import pascal, present


class UserPool(ModelProvisioner):
    type = "cognito/userPool:UserPool"
    replace_on = frozenset({"aliasAttributes", "usernameAttributes", "usernameConfiguration", "schemas"})
    calls = Calls(
        service="cognito-idp",
        create="create_user_pool",
        update="update_user_pool",
        delete="delete_user_pool",
        named={"UserPoolId": "id"},
        identified="UserPool.Id",
        computed={"arn": "UserPool.Arn", "estimatedNumberOfUsers": "UserPool.EstimatedNumberOfUsers"},
        renamed={"name": "PoolName", "schemas": "Schema"},
        tagging=Tagging(at_creation="UserPoolTags", entry=None),
    )

    def parameters(self, client: Client, call: str, new: Inputs) -> dict[str, Any]:
        parameters = super().parameters(client, call, new)
        policies = present(
            PasswordPolicy=pascal(new.get("passwordPolicy")), SignInPolicy=pascal(new.get("signInPolicy"))
        )
        return {**parameters, "Policies": policies} if policies else parameters

    def outputs(self, aws: Aws, new: Inputs, answer: Mapping[str, Any]) -> dict[str, Any]:
        pool = answer["UserPool"]["Id"]
        made = {**super().outputs(aws, new, answer), "endpoint": f"cognito-idp.{aws.region}.amazonaws.com/{pool}"}
        if new.get("softwareTokenMfaConfiguration"):
            aws.client("cognito-idp").set_user_pool_mfa_config(
                UserPoolId=pool,
                MfaConfiguration=new.get("mfaConfiguration", "OFF"),
                SoftwareTokenMfaConfiguration=pascal(new["softwareTokenMfaConfiguration"]),
            )
        return made

    def delete(self, aws: Aws, old: Resource) -> None:
        client, pool = aws.client("cognito-idp"), id_of(old)
        unless_gone(lambda: client.delete_user_pool(UserPoolId=pool))


class UserPoolClient(ModelProvisioner):
    type = "cognito/userPoolClient:UserPoolClient"
    replace_on = frozenset({"userPoolId", "generateSecret"})
    calls = Calls(
        service="cognito-idp",
        create="create_user_pool_client",
        update="update_user_pool_client",
        delete="delete_user_pool_client",
        named={"UserPoolId": "userPoolId", "ClientId": "id"},
        identified="UserPoolClient.ClientId",
        computed={"clientSecret": "UserPoolClient.ClientSecret"},
        renamed={"name": "ClientName"},
    )


class UserPoolDomain(Provisioner):
    """Its id is the domain."""

    type = "cognito/userPoolDomain:UserPoolDomain"
    replace_on = frozenset({"domain", "userPoolId"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        certificate = new.get("certificateArn")
        answer = aws.client("cognito-idp").create_user_pool_domain(
            Domain=new["domain"],
            UserPoolId=new["userPoolId"],
            **present(
                ManagedLoginVersion=new.get("managedLoginVersion"),
                CustomDomainConfig={"CertificateArn": certificate} if certificate else None,
            ),
        )
        front = answer.get("CloudFrontDomain", "")
        return Created(
            new["domain"],
            {
                "awsAccountId": aws.account,
                "cloudfrontDistribution": front,
                "cloudfrontDistributionArn": front,
                "cloudfrontDistributionZoneId": "Z2FDTNDATAQYW2",
            },
        )

    def update(self, aws: Aws, new: Inputs, old: Resource) -> Mapping[str, Any]:
        return {}

    def delete(self, aws: Aws, old: Resource) -> None:
        client, pool = aws.client("cognito-idp"), old.inputs["userPoolId"]
        unless_gone(lambda: client.delete_user_pool_domain(Domain=id_of(old), UserPoolId=pool))


class UserGroup(ModelProvisioner):
    """Its id is pool and name."""

    type = "cognito/userGroup:UserGroup"
    replace_on = frozenset({"name", "userPoolId"})
    calls = Calls(
        service="cognito-idp",
        create="create_group",
        delete="delete_group",
        named={"UserPoolId": "userPoolId", "GroupName": "name"},
        renamed={"name": "GroupName"},
    )


class ResourceServer(ModelProvisioner):
    """Its id is pool and identifier."""

    type = "cognito/resourceServer:ResourceServer"
    replace_on = frozenset({"identifier", "userPoolId"})
    calls = Calls(
        service="cognito-idp",
        create="create_resource_server",
        update="update_resource_server",
        delete="delete_resource_server",
        named={"UserPoolId": "userPoolId", "Identifier": "identifier"},
    )

    def outputs(self, aws: Aws, new: Inputs, answer: Mapping[str, Any]) -> dict[str, Any]:
        return {"scopeIdentifiers": [f"{new['identifier']}/{one['scopeName']}" for one in new.get("scopes", [])]}


class User(Provisioner):
    """Its id is pool and name."""

    type = "cognito/user:User"
    replace_on = frozenset({"userPoolId", "username", "temporaryPassword"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        client, pool, name = aws.client("cognito-idp"), new["userPoolId"], new["username"]
        made = client.admin_create_user(
            UserPoolId=pool,
            Username=name,
            **present(
                TemporaryPassword=new.get("temporaryPassword"),
                MessageAction=new.get("messageAction"),
                DesiredDeliveryMediums=new.get("desiredDeliveryMediums"),
                UserAttributes=_attributes(new) or None,
            ),
        )["User"]
        status = made["UserStatus"]
        if new.get("password"):
            client.admin_set_user_password(UserPoolId=pool, Username=name, Password=new["password"], Permanent=True)
            status = "CONFIRMED"
        known = {one["Name"]: one["Value"] for one in made.get("Attributes") or []}
        return Created(f"{pool}/{name}", {"status": status, "sub": known.get("sub", "")})

    def update(self, aws: Aws, new: Inputs, old: Resource) -> Mapping[str, Any]:
        client, place = aws.client("cognito-idp"), {"UserPoolId": new["userPoolId"], "Username": new["username"]}
        if new.get("attributes") != old.inputs.get("attributes"):
            client.admin_update_user_attributes(**place, UserAttributes=_attributes(new))
        if new.get("password") and new.get("password") != old.inputs.get("password"):
            client.admin_set_user_password(**place, Password=new["password"], Permanent=True)
        return {}

    def delete(self, aws: Aws, old: Resource) -> None:
        place = {"UserPoolId": old.inputs["userPoolId"], "Username": old.inputs["username"]}
        unless_gone(lambda: aws.client("cognito-idp").admin_delete_user(**place))


def _attributes(new: Inputs) -> list[dict[str, str]]:
    return [{"Name": name, "Value": str(value)} for name, value in (new.get("attributes") or {}).items()]


PROVISIONERS = (UserPool, UserPoolClient, UserPoolDomain, UserGroup, ResourceServer, User)
