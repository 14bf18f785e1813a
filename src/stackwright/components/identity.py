"""A role with one policy: what a function, a state machine or a rule acts as."""

from __future__ import annotations

import json
from typing import Protocol

import pulumi
from pulumi_aws import iam

from . import names
from .component import Component
from .environment import Environment
from .json_text import json_text
from .policy import PolicyDocument, Statement
from .variables import Variables


class Perimeter(Protocol):
    """What stands between a role's calls and AWS, such as a network without internet access.

    AWS calls such limits data perimeters.
    https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_data-perimeters.html
    """

    def allow(self, caller: str, role_arn: pulumi.Input[str], statement: Statement) -> None:
        """Let through what a statement allows to the role."""
        ...


class Identity:
    """A role that one AWS service, or what a trust policy says, may assume, and its one inline policy.

    The policy's text is complete only at the end of the program, when all grants are made. What must not exist before
    its permissions do, depends on `policy`, never on `role` alone: a role without its policy is worth nothing.

    Args:
        owner: the component that acts through the role; inner resources are `<owner>-role` and `<owner>-policy`.
        service: service principal such as `lambda.amazonaws.com`; empty with `trust`.
        statements: what it may do from the start.
        only_this_account: the service sends aws:SourceAccount when it assumes the role, and the trust asks for it.
        perimeter: what the calls of the role's code must pass.
        trust: who may assume the role, in place of a service.
    """

    def __init__(
        self,
        owner: Component,
        service: str,
        *statements: Statement,
        only_this_account: bool = False,
        perimeter: Perimeter | None = None,
        trust: pulumi.Input[str] | None = None,
    ) -> None:
        self._owner = owner
        self._perimeter = perimeter
        self.document = PolicyDocument(owner.label)
        self.document.add(*statements)
        self.role = iam.Role(
            f"{owner.label}-role",
            # Roles belong to the account, not to a region.
            name=owner.environment.physical_name(owner.label, names.ROLE, globally_unique=True),
            assume_role_policy=_trust(owner.environment, service, only_this_account) if trust is None else trust,
            opts=owner.inside(),
        )
        self.policy = iam.RolePolicy(
            f"{owner.label}-policy", role=self.role.name, policy=self.document.json, opts=owner.inside()
        )

    def allow(self, *statements: Statement) -> None:
        """Let what runs as the role make these calls.

        What an AWS service does in the role's name, as Lambda writes logs, goes into `document` instead: it does not
        pass the perimeter.

        Raises:
            ComponentError: a statement may not be allowed, or the calls would not get out of the perimeter.
        """
        for statement in statements:
            self.document.add(statement)
            if self._perimeter is not None:
                self._perimeter.allow(self._owner.label, self.role.arn, statement)


class Linked(Protocol):
    """A function: a grantee with environment variables."""

    @property
    def label(self) -> str: ...

    @property
    def identity(self) -> Identity: ...

    @property
    def variables(self) -> Variables: ...


class Grantee(Protocol):
    """A component that acts through a role, so that something can be granted to it."""

    @property
    def label(self) -> str: ...

    @property
    def identity(self) -> Identity: ...


def _trust(environment: Environment, service: str, only_this_account: bool) -> pulumi.Input[str]:
    statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    if not only_this_account:
        return json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    condition = {"StringEquals": {"aws:SourceAccount": environment.account_id}}
    return json_text({"Version": "2012-10-17", "Statement": [{**statement, "Condition": condition}]})
