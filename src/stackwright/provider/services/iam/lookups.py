"""Functions of the SDK that look IAM resources up."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from stackwright.errors import ResourceError
from stackwright.provider.aws import Aws
from stackwright.provider.lookups import Lookup
from stackwright.provider.services.iam import policies, roles, users
from stackwright.provider.services.iam.account import described_provider
from stackwright.provider.services.iam.roles import date


def get_role(aws: Aws, args: Mapping[str, Any]) -> dict[str, Any]:
    """https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRole.html"""
    found = roles.described(aws.client("iam").get_role(RoleName=args["name"])["Role"])
    return {**found, "id": found["name"], "roleLastUseds": []}


def get_roles(aws: Aws, args: Mapping[str, Any]) -> dict[str, Any]:
    """All roles whose name and path fit."""
    path, wanted = args.get("pathPrefix") or "/", re.compile(args.get("nameRegex") or "")
    found = [r for r in aws.client("iam").list_roles(PathPrefix=path)["Roles"] if wanted.search(r["RoleName"])]
    return {
        "id": aws.region,
        "arns": [role["Arn"] for role in found],
        "names": [role["RoleName"] for role in found],
        "nameRegex": args.get("nameRegex"),
        "pathPrefix": args.get("pathPrefix"),
    }


def get_policy(aws: Aws, args: Mapping[str, Any]) -> dict[str, Any]:
    """By ARN, or by name among the account's and AWS's policies."""
    iam, arn, name = aws.client("iam"), args.get("arn"), args.get("name")
    if not arn:
        path = args.get("pathPrefix") or "/"
        found = [p["Arn"] for p in iam.list_policies(PathPrefix=path)["Policies"] if p["PolicyName"] == name]
        if len(found) != 1:
            raise ResourceError(f"{len(found)} policies are called {name!r}", fix="Ask for it by its ARN.")
        arn = found[0]
    return {**policies.described(iam, arn), "id": arn, "pathPrefix": args.get("pathPrefix")}


def get_user(aws: Aws, args: Mapping[str, Any]) -> dict[str, Any]:
    """https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetUser.html"""
    found = users.described_user(aws.client("iam").get_user(UserName=args["userName"])["User"])
    return {**found, "id": found["uniqueId"], "userId": found["uniqueId"], "userName": found["name"]}


def get_group(aws: Aws, args: Mapping[str, Any]) -> dict[str, Any]:
    """A group and its users."""
    answer = aws.client("iam").get_group(GroupName=args["groupName"])
    group = answer["Group"]
    members = [
        {"arn": u["Arn"], "path": u["Path"], "userId": u["UserId"], "userName": u["UserName"]}
        for u in answer.get("Users", [])
    ]
    return {
        "id": group["GroupId"],
        "arn": group["Arn"],
        "groupId": group["GroupId"],
        "groupName": group["GroupName"],
        "path": group["Path"],
        "users": members,
    }


def get_instance_profile(aws: Aws, args: Mapping[str, Any]) -> dict[str, Any]:
    """A profile and its role."""
    profile = aws.client("iam").get_instance_profile(InstanceProfileName=args["name"])["InstanceProfile"]
    role = next(iter(profile["Roles"]), {})
    return {
        "id": profile["InstanceProfileId"],
        "arn": profile["Arn"],
        "name": profile["InstanceProfileName"],
        "path": profile["Path"],
        "createDate": date(profile["CreateDate"]),
        "roleArn": role.get("Arn", ""),
        "roleId": role.get("RoleId", ""),
        "roleName": role.get("RoleName", ""),
    }


def get_open_id_connect_provider(aws: Aws, args: Mapping[str, Any]) -> dict[str, Any]:
    """By ARN or by URL."""
    url = str(args.get("url") or "").removeprefix("https://").rstrip("/")
    arn = args.get("arn") or f"arn:{aws.partition}:iam::{aws.account}:oidc-provider/{url}"
    return {**described_provider(aws, arn), "id": arn}


def get_role_policies(aws: Aws, args: Mapping[str, Any]) -> dict[str, Any]:
    """Names of a role's inline policies."""
    return {"roleName": args["roleName"], "policyNames": policies.inline(aws.client("iam"), "role", args["roleName"])}


def get_role_policy_attachments(aws: Aws, args: Mapping[str, Any]) -> dict[str, Any]:
    """Managed policies of a role."""
    arns = policies.attached(aws.client("iam"), "role", args["roleName"])
    listed = [{"policyArn": arn, "policyName": arn.rsplit("/", 1)[-1]} for arn in arns]
    return {"roleName": args["roleName"], "pathPrefix": args.get("pathPrefix"), "attachedPolicies": listed}


def get_session_context(aws: Aws, args: Mapping[str, Any]) -> dict[str, Any]:
    """The role behind an assumed role's ARN; any other ARN is its own issuer."""
    arn = str(args["arn"])
    match = re.fullmatch(r"arn:[\w-]+:sts::\d{12}:assumed-role/([^/]+)/(.+)", arn)
    if not match:
        return {"id": arn, "arn": arn, "issuerArn": arn, "issuerId": "", "issuerName": "", "sessionName": ""}
    role = aws.client("iam").get_role(RoleName=match.group(1))["Role"]
    return {
        "id": arn,
        "arn": arn,
        "issuerArn": role["Arn"],
        "issuerId": role["RoleId"],
        "issuerName": role["RoleName"],
        "sessionName": match.group(2),
    }


def get_account_alias(aws: Aws, args: Mapping[str, Any]) -> dict[str, Any]:
    """Fails without one, as on AWS."""
    aliases = aws.client("iam").list_account_aliases()["AccountAliases"]
    if not aliases:
        raise ResourceError("the account has no alias", fix="Create one with aws.iam.AccountAlias.")
    return {"id": aliases[0], "accountAlias": aliases[0]}


FUNCTIONS: Final[Mapping[str, Lookup]] = {
    "aws:iam/getAccountAlias:getAccountAlias": get_account_alias,
    "aws:iam/getGroup:getGroup": get_group,
    "aws:iam/getInstanceProfile:getInstanceProfile": get_instance_profile,
    "aws:iam/getOpenIdConnectProvider:getOpenIdConnectProvider": get_open_id_connect_provider,
    "aws:iam/getPolicy:getPolicy": get_policy,
    "aws:iam/getRole:getRole": get_role,
    "aws:iam/getRolePolicies:getRolePolicies": get_role_policies,
    "aws:iam/getRolePolicyAttachments:getRolePolicyAttachments": get_role_policy_attachments,
    "aws:iam/getRoles:getRoles": get_roles,
    "aws:iam/getSessionContext:getSessionContext": get_session_context,
    "aws:iam/getUser:getUser": get_user,
}
