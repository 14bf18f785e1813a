"""Resources that say which policies a role, user or group has and no others.

Deleting one of them changes nothing on AWS, as with the real provider.
"""

from __future__ import annotations

from typing import ClassVar

from stackwright.graph import Resource
from stackwright.provider.aws import Aws
from stackwright.provider.provisioner import Created, Inputs, Provisioner
from stackwright.provider.services.iam.policies import attach, attached, delete_inline, detach, inline


class _PoliciesExclusive(Provisioner):
    kind: ClassVar[str]

    def create(self, aws: Aws, new: Inputs) -> Created:
        iam, entity, wanted = aws.client("iam"), new[f"{self.kind}Name"], new["policyNames"]
        delete_inline(iam, self.kind, entity, [n for n in inline(iam, self.kind, entity) if n not in wanted])
        return Created(entity)

    def delete(self, aws: Aws, old: Resource) -> None:
        """Only the exclusiveness ends."""


class RolePoliciesExclusive(_PoliciesExclusive):
    type, kind = "iam/rolePoliciesExclusive:RolePoliciesExclusive", "role"
    replace_on = frozenset({"roleName"})


class UserPoliciesExclusive(_PoliciesExclusive):
    type, kind = "iam/userPoliciesExclusive:UserPoliciesExclusive", "user"
    replace_on = frozenset({"userName"})


class GroupPoliciesExclusive(_PoliciesExclusive):
    type, kind = "iam/groupPoliciesExclusive:GroupPoliciesExclusive", "group"
    replace_on = frozenset({"groupName"})


class _AttachmentsExclusive(Provisioner):
    kind: ClassVar[str]

    def create(self, aws: Aws, new: Inputs) -> Created:
        iam, entity, wanted = aws.client("iam"), new[f"{self.kind}Name"], new["policyArns"]
        had = attached(iam, self.kind, entity)
        for arn in had:
            if arn not in wanted:
                detach(iam, self.kind, entity, arn)
        for arn in wanted:
            if arn not in had:
                attach(aws, self.kind, entity, arn, new, "policyArns")
        return Created(entity)

    def delete(self, aws: Aws, old: Resource) -> None:
        """Only the exclusiveness ends."""


class RolePolicyAttachmentsExclusive(_AttachmentsExclusive):
    type, kind = "iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive", "role"
    replace_on = frozenset({"roleName"})


class UserPolicyAttachmentsExclusive(_AttachmentsExclusive):
    type, kind = "iam/userPolicyAttachmentsExclusive:UserPolicyAttachmentsExclusive", "user"
    replace_on = frozenset({"userName"})


class GroupPolicyAttachmentsExclusive(_AttachmentsExclusive):
    type, kind = "iam/groupPolicyAttachmentsExclusive:GroupPolicyAttachmentsExclusive", "group"
    replace_on = frozenset({"groupName"})
