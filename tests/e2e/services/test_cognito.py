"""User pools whose users sign in, and identity pools."""

from __future__ import annotations

from typing import Any

import pytest

pytestmark = pytest.mark.e2e


@pytest.fixture
def pool(aws: Any) -> Any:
    return aws.create(
        "cognito/userPool:UserPool",
        "users",
        passwordPolicy={"minimumLength": 12, "requireSymbols": False},
        autoVerifiedAttributes=["email"],
        schemas=[{"name": "team", "attributeDataType": "String", "mutable": True}],
        adminCreateUserConfig={"allowAdminCreateUserOnly": True},
        accountRecoverySetting={"recoveryMechanisms": [{"name": "verified_email", "priority": 1}]},
        tags={"a": "1"},
    )


def test_a_user_of_the_pool_signs_in(aws: Any, pool: Any) -> None:
    client = aws.create(
        "cognito/userPoolClient:UserPoolClient",
        "app",
        userPoolId=pool.id,
        explicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
        callbackUrls=["https://example.org/callback"],
        allowedOauthFlows=["code"],
        allowedOauthScopes=["openid"],
        allowedOauthFlowsUserPoolClient=True,
    )
    user = aws.create(
        "cognito/user:User",
        "ann",
        userPoolId=pool.id,
        username="ann",
        password="a-long-Passw0rd",
        attributes={"email": "ann@example.org"},
    )
    assert (user.id, user.outputs["status"]) == (f"{pool.id}/ann", "CONFIRMED")
    idp = aws.client("cognito-idp")
    signed_in = idp.initiate_auth(
        ClientId=client.id,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "ann", "PASSWORD": "a-long-Passw0rd"},
    )
    assert signed_in["AuthenticationResult"]["IdToken"]
    found = idp.describe_user_pool_client(UserPoolId=pool.id, ClientId=client.id)["UserPoolClient"]
    assert (found["CallbackURLs"], found["AllowedOAuthFlows"]) == (["https://example.org/callback"], ["code"])
    aws.update(client, **{**client.inputs, "callbackUrls": ["https://example.org/other"]})
    found = idp.describe_user_pool_client(UserPoolId=pool.id, ClientId=client.id)["UserPoolClient"]
    assert found["CallbackURLs"] == ["https://example.org/other"]
    aws.update(user, **{**user.inputs, "attributes": {"email": "other@example.org"}})
    attributes = idp.admin_get_user(UserPoolId=pool.id, Username="ann")["UserAttributes"]
    assert {"Name": "email", "Value": "other@example.org"} in attributes
    for gone in (user, user, client, client, pool, pool):
        aws.delete(gone)


def test_pool_is_as_declared_and_changes(aws: Any, pool: Any) -> None:
    idp = aws.client("cognito-idp")
    found = idp.describe_user_pool(UserPoolId=pool.id)["UserPool"]
    assert found["Policies"]["PasswordPolicy"]["MinimumLength"] == 12
    assert found["AdminCreateUserConfig"]["AllowAdminCreateUserOnly"] is True
    assert found["AccountRecoverySetting"]["RecoveryMechanisms"] == [{"Priority": 1, "Name": "verified_email"}]
    assert "custom:team" in [one["Name"] for one in found["SchemaAttributes"]]
    assert pool.outputs["endpoint"].endswith(f"/{pool.id}")
    assert pool.simulated == {}
    inputs = {k: v for k, v in pool.inputs.items() if k != "tags"}
    aws.update(pool, **{**inputs, "passwordPolicy": {"minimumLength": 16}}, tags={"b": "2"})
    found = idp.describe_user_pool(UserPoolId=pool.id)["UserPool"]
    assert found["Policies"]["PasswordPolicy"]["MinimumLength"] == 16
    assert idp.list_tags_for_resource(ResourceArn=pool.outputs["arn"])["Tags"] == {"b": "2"}


def test_domain_group_and_resource_server(aws: Any, unique: str, pool: Any) -> None:
    idp = aws.client("cognito-idp")
    domain = aws.create("cognito/userPoolDomain:UserPoolDomain", "d", userPoolId=pool.id, domain=unique)
    assert idp.describe_user_pool_domain(Domain=unique)["DomainDescription"]["UserPoolId"] == pool.id
    group = aws.create("cognito/userGroup:UserGroup", "g", userPoolId=pool.id, name="admins", precedence=1)
    assert group.id == f"{pool.id}/admins"
    assert idp.get_group(UserPoolId=pool.id, GroupName="admins")["Group"]["Precedence"] == 1
    changed = aws.update(group, userPoolId=pool.id, name="admins", precedence=2)
    assert list(changed.simulated) == ["precedence"]
    server = aws.create(
        "cognito/resourceServer:ResourceServer",
        "api",
        userPoolId=pool.id,
        identifier="https://api.example.org",
        scopes=[{"scopeName": "read", "scopeDescription": "reading"}],
    )
    assert server.outputs["scopeIdentifiers"] == ["https://api.example.org/read"]
    found = idp.describe_resource_server(UserPoolId=pool.id, Identifier="https://api.example.org")["ResourceServer"]
    assert found["Scopes"] == [{"ScopeName": "read", "ScopeDescription": "reading"}]
    for gone in (server, server, group, group, domain, domain):
        aws.delete(gone)


def test_identity_pool_with_roles(aws: Any, pool: Any, role: str) -> None:
    identities = aws.create(
        "cognito/identityPool:IdentityPool",
        "i",
        identityPoolName="people",
        cognitoIdentityProviders=[
            {
                "clientId": "abc",
                "providerName": f"cognito-idp.us-east-1.amazonaws.com/{pool.id}",
                "serverSideTokenCheck": False,
            }
        ],
    )
    attached = aws.create(
        "cognito/identityPoolRoleAttachment:IdentityPoolRoleAttachment",
        "r",
        identityPoolId=identities.id,
        roles={"authenticated": role},
    )
    client = aws.client("cognito-identity")
    assert client.get_identity_pool_roles(IdentityPoolId=identities.id)["Roles"] == {"authenticated": role}
    found = client.describe_identity_pool(IdentityPoolId=identities.id)
    assert found["CognitoIdentityProviders"][0]["ClientId"] == "abc"
    aws.update(identities, identityPoolName="people", allowUnauthenticatedIdentities=True)
    assert client.describe_identity_pool(IdentityPoolId=identities.id)["AllowUnauthenticatedIdentities"] is True
    for gone in (attached, attached, identities, identities):
        aws.delete(gone)
