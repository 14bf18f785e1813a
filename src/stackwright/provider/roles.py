"""Roles that a deployment works as: the deployer of an account, and those that a program's providers assume.

On AWS somebody has made the role that a provider assumes before the program is first deployed. Here nobody has, so a
role that is not there is made, as a stand-in: it trusts the one who deploys, with the external id that it was first
assumed with, and may do everything. One that is there is taken as it is.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from botocore.exceptions import ClientError

from stackwright.accounts import AssumedRole
from stackwright.errors import ResourceError
from stackwright.provider.client import Client

DEPLOYER_ROLE: Final = "stackwright-deployer"
SESSION: Final = "stackwright"
# The longest that a role can allow. https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
LONGEST_SESSION: Final = 12 * 3600
STAND_IN: Final = "Stand-in of a local run for a role that exists on AWS"
_EVERYTHING: Final = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}'


def deployer_arn(account: str) -> str:
    """The role that deploys to an account when no other is named."""
    return f"arn:aws:iam::{account}:role/{DEPLOYER_ROLE}"


def ensure_deployer(iam: Client, account: str) -> str:
    """The deployer may do everything, like most deployment roles; it is no root, so Denies and boundaries bind it."""
    _make(iam, DEPLOYER_ROLE, _trust(f"arn:aws:iam::{account}:root"), MaxSessionDuration=LONGEST_SESSION)
    iam.put_role_policy(RoleName=DEPLOYER_ROLE, PolicyName="deploy", PolicyDocument=_EVERYTHING)
    return deployer_arn(account)


def ensure_stand_in(iam: Client, role: AssumedRole, trusting: str) -> bool:
    """Make the role that a provider assumes where there is none; whether it was made.

    Args:
        iam: a client of the role's account.
        trusting: ARN of the role that assumes it.
    """
    path = role.arn.partition(":role")[2].removesuffix(role.name)
    made = _make(
        iam,
        role.name,
        _trust(trusting, role),
        Path=path,
        Description=STAND_IN,
        MaxSessionDuration=LONGEST_SESSION,
    )
    if made:
        iam.put_role_policy(RoleName=role.name, PolicyName="everything", PolicyDocument=_EVERYTHING)
    return made


def assume(sts: Client, role: AssumedRole) -> Mapping[str, Any]:
    """Credentials of the role, as STS gives them.

    Raises:
        ResourceError: the role, or whoever assumes it, says no.
    """
    given: dict[str, Any] = {
        "ExternalId": role.external_id,
        "DurationSeconds": role.duration,
        "Policy": role.policy,
        "PolicyArns": [{"arn": arn} for arn in role.policy_arns],
        "SourceIdentity": role.source_identity,
        "Tags": [{"Key": key, "Value": value} for key, value in role.tags],
        "TransitiveTagKeys": list(role.transitive_tag_keys),
    }
    optional = {name: value for name, value in given.items() if value}
    try:
        return sts.assume_role(RoleArn=role.arn, RoleSessionName=role.session_name or SESSION, **optional)
    except ClientError as error:
        refusal = error.response.get("Error", {}).get("Message")
        raise ResourceError(
            f"the provider cannot assume {role.arn} with {_said(role)}: {refusal}",
            fix="Compare them with the role's trust policy; its local stand-in demands the external id that it was "
            "first assumed with, until its data is deleted.",
        ) from error


def _said(role: AssumedRole) -> str:
    external = f"the external id {role.external_id!r}" if role.external_id else "no external id"
    return f"{external} and the session name {role.session_name or SESSION!r}"


def _trust(arn: str, role: AssumedRole | None = None) -> str:
    actions = ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"] if role else ["sts:AssumeRole"]
    statement: dict[str, Any] = {"Effect": "Allow", "Action": actions, "Principal": {"AWS": arn}}
    if role and role.external_id:
        statement["Condition"] = {"StringEquals": {"sts:ExternalId": role.external_id}}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def _make(iam: Client, name: str, trust: str, **more: Any) -> bool:
    try:
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust, **more)
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") != "EntityAlreadyExists":
            raise
        return False
    return True
