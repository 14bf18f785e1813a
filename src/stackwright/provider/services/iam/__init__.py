"""AWS Identity and Access Management. https://docs.aws.amazon.com/IAM/latest/APIReference/"""

from __future__ import annotations

from stackwright.provider.services.iam.account import (
    AccountAlias,
    AccountPasswordPolicy,
    OpenIdConnectProvider,
    SamlProvider,
)
from stackwright.provider.services.iam.exclusive import (
    GroupPoliciesExclusive,
    GroupPolicyAttachmentsExclusive,
    RolePoliciesExclusive,
    RolePolicyAttachmentsExclusive,
    UserPoliciesExclusive,
    UserPolicyAttachmentsExclusive,
)
from stackwright.provider.services.iam.lookups import FUNCTIONS as FUNCTIONS
from stackwright.provider.services.iam.policies import (
    GroupPolicy,
    GroupPolicyAttachment,
    Policy,
    PolicyAttachment,
    RolePolicy,
    RolePolicyAttachment,
    UserPolicy,
    UserPolicyAttachment,
)
from stackwright.provider.services.iam.roles import InstanceProfile, Role, ServiceLinkedRole
from stackwright.provider.services.iam.users import (
    AccessKey,
    Group,
    GroupMembership,
    User,
    UserGroupMembership,
    UserLoginProfile,
    VirtualMfaDevice,
)

PROVISIONERS = (
    AccessKey,
    AccountAlias,
    AccountPasswordPolicy,
    Group,
    GroupMembership,
    GroupPoliciesExclusive,
    GroupPolicy,
    GroupPolicyAttachment,
    GroupPolicyAttachmentsExclusive,
    InstanceProfile,
    OpenIdConnectProvider,
    Policy,
    PolicyAttachment,
    Role,
    RolePoliciesExclusive,
    RolePolicy,
    RolePolicyAttachment,
    RolePolicyAttachmentsExclusive,
    SamlProvider,
    ServiceLinkedRole,
    User,
    UserGroupMembership,
    UserLoginProfile,
    UserPoliciesExclusive,
    UserPolicy,
    UserPolicyAttachment,
    UserPolicyAttachmentsExclusive,
    VirtualMfaDevice,
)
