"""Policy documents that stay open until Pulumi reads them.

Wiring comes after construction: `table.grant(function, …)` adds to a policy whose resource was declared when the
function was. That works because Pulumi registers nothing before the program has run to its end; the document's text is
an Output that is computed then. Should a program force an earlier read (a blocking invoke does), a later grant raises
instead of getting lost. See docs/decisions/0101-grants-write-into-open-policies.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal, TypeAlias

import pulumi

from .errors import ComponentError
from .json_text import json_text

Condition: TypeAlias = Mapping[str, Mapping[str, "pulumi.Input[str] | Sequence[pulumi.Input[str]]"]]
PrincipalValue: TypeAlias = "Literal['*'] | Mapping[str, pulumi.Input[str] | Sequence[pulumi.Input[str]]]"

WILDCARD_ACTIONS: Final[Mapping[str, str]] = {
    "xray:PutTraceSegments": "X-Ray authorises writes at the level of the account; it has no resource to name",
    "xray:PutTelemetryRecords": "as xray:PutTraceSegments",
    "xray:GetSamplingRules": "as xray:PutTraceSegments",
    "xray:GetSamplingTargets": "as xray:PutTraceSegments",
    "logs:CreateLogDelivery": "log delivery has no resource-level permissions (Step Functions guide, cw-logs)",
    "logs:GetLogDelivery": "as logs:CreateLogDelivery",
    "logs:UpdateLogDelivery": "as logs:CreateLogDelivery",
    "logs:DeleteLogDelivery": "as logs:CreateLogDelivery",
    "logs:ListLogDeliveries": "as logs:CreateLogDelivery",
    "logs:PutResourcePolicy": "the resource policy of CloudWatch Logs belongs to the account",
    "logs:DescribeResourcePolicies": "as logs:PutResourcePolicy",
    "logs:DescribeLogGroups": "lists by prefix; Step Functions asks for it on every group",
    "dynamodb:ListStreams": "lists the streams of the account and region; DynamoDB has no resource to name",
    "ec2:CreateNetworkInterface": "Lambda makes the interfaces of a function in a network; their ids are not known yet",
    "ec2:DescribeNetworkInterfaces": "Amazon EC2 has no resource-level permissions for it",
    "ec2:DescribeSubnets": "Amazon EC2 has no resource-level permissions for it",
    "ec2:DeleteNetworkInterface": "as ec2:CreateNetworkInterface",
    "ec2:AssignPrivateIpAddresses": "as ec2:CreateNetworkInterface",
    "ec2:UnassignPrivateIpAddresses": "as ec2:CreateNetworkInterface",
}
"""The only actions that may be allowed on Resource "*", each with its reason."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of a policy document.

    Attributes:
        actions: full names such as `s3:GetObject`; a wildcard is accepted in a Deny only.
        resources: ARNs; `"*"` only for actions of `WILDCARD_ACTIONS`, or in a Deny, or in a key policy.
        principal: set in resource policies, absent in role policies.
    """

    actions: Sequence[str]
    resources: Sequence[pulumi.Input[str]]
    effect: Literal["Allow", "Deny"] = "Allow"
    principal: PrincipalValue | None = None
    condition: Condition = field(default_factory=dict[str, "Mapping[str, pulumi.Input[str]]"])
    sid: str = ""

    def as_document(self) -> dict[str, Any]:
        """The statement in IAM's spelling; Outputs stay Outputs."""
        return {
            **({"Sid": self.sid} if self.sid else {}),
            "Effect": self.effect,
            **({"Principal": self.principal} if self.principal else {}),
            "Action": list(self.actions),
            "Resource": list(self.resources),
            **({"Condition": self.condition} if self.condition else {}),
        }


def on_all_resources(*actions: str) -> Statement:
    """Allow actions that AWS authorises on Resource "*" only.

    Raises:
        ComponentError: an action is not in `WILDCARD_ACTIONS`.
    """
    unlisted = sorted(set(actions) - WILDCARD_ACTIONS.keys())
    if unlisted:
        raise ComponentError(
            f"{', '.join(unlisted)} may not be allowed on every resource",
            fix="name the resource; where AWS has none, add the action and its reason to WILDCARD_ACTIONS",
        )
    return Statement(actions, ["*"])


def refuse_plain_http(action: str, *resources: pulumi.Input[str]) -> Statement:
    """Deny everybody who comes without TLS; for the policy of a resource."""
    return Statement(
        [action],
        list(resources),
        effect="Deny",
        principal="*",
        condition={"Bool": {"aws:SecureTransport": "false"}},
        sid="RefusePlainHttp",
    )


class PolicyDocument:
    """Statements of one policy, open for additions until Pulumi reads `json`.

    Args:
        owner: the component it belongs to, for messages.
        self_referring: True for key policies, whose Resource "*" means the key itself.
        unless_any: what the policy says when nothing is added.
    """

    def __init__(self, owner: str, *, self_referring: bool = False, unless_any: Statement | None = None) -> None:
        self._unless_any = unless_any
        self._owner = owner
        self._self_referring = self_referring
        self._statements: list[Statement] = []
        self._closed = False

    def add(self, *statements: Statement) -> None:
        """Add statements; one that is there already is not repeated.

        Raises:
            ComponentError: the document was read already, or a statement has no action, no resource, or a wildcard.
        """
        for statement in statements:
            self._check(statement)
            if statement not in self._statements:
                self._statements.append(statement)

    @property
    def json(self) -> pulumi.Output[str]:
        """The document as JSON text, computed when the program has run to its end."""
        return pulumi.Output.from_input(None).apply(lambda _: self._close())

    def _close(self) -> pulumi.Output[str]:
        self._closed = True
        # AWS refuses a document without statements.
        fallback = [self._unless_any] if self._unless_any is not None else []
        statements = [statement.as_document() for statement in self._statements or fallback]
        return json_text({"Version": "2012-10-17", "Statement": statements})

    def _check(self, statement: Statement) -> None:
        if self._closed:
            raise ComponentError(
                f"the policy of {self._owner} was already sent when something was granted to it",
                fix="make the grant before the first blocking call (use `…_output` forms of invokes)",
            )
        if not statement.actions or not statement.resources:
            raise ComponentError(
                f"a statement for {self._owner} has no action or no resource", fix="name at least one of each"
            )
        if statement.effect == "Deny" or self._self_referring:
            return
        if any("*" in action for action in statement.actions):
            raise ComponentError(
                f"{self._owner}: {', '.join(statement.actions)} has a wildcard", fix="name the actions that are called"
            )
        if "*" in statement.resources and not set(statement.actions) <= WILDCARD_ACTIONS.keys():
            raise ComponentError(f"{self._owner}: Resource is '*'", fix="name the resource")
