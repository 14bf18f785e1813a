"""IAM resources, seen through boto3 and by what a role may do."""

from __future__ import annotations

import json
from typing import Any

import pytest

from stackwright.errors import ResourceError
from stackwright.provider.aws import AwsError, Credentials, error_code
from stackwright.provider.services.iam import FUNCTIONS

pytestmark = pytest.mark.e2e

AWS_MANAGED = "arn:aws:iam::aws:policy"
BASIC = f"{AWS_MANAGED}/service-role/AWSLambdaBasicExecutionRole"


def statement(action: str, effect: str = "Allow") -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": effect, "Action": action, "Resource": "*"}]})


@pytest.fixture
def trust(aws: Any) -> str:
    principal = {"AWS": f"arn:aws:iam::{aws.endpoint.account}:root"}
    document = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": principal}
    return json.dumps({"Version": "2012-10-17", "Statement": [document]})


def may_list_queues(aws: Any, role: Any) -> bool:
    client = aws.endpoint.client_as(aws.endpoint.assume(role.outputs["arn"]), "sqs")
    try:
        client.list_queues()
    except AwsError as error:
        return {"AccessDenied": False}[error_code(error)]
    return True


def test_role_is_there_with_its_settings(aws: Any, trust: str) -> None:
    made = aws.create(
        "iam/role:Role",
        "worker",
        assumeRolePolicy=trust,
        description="works",
        maxSessionDuration=7200,
        path="/team/",
        tags={"a": "1"},
    )
    found = aws.client("iam").get_role(RoleName=made.id)["Role"]
    assert found["Arn"] == made.outputs["arn"]
    assert f":role/team/{made.id}" in found["Arn"]
    assert found["RoleId"] == made.outputs["uniqueId"]
    assert (found["Description"], found["MaxSessionDuration"]) == ("works", 7200)
    assert found["AssumeRolePolicyDocument"] == json.loads(trust)
    assert found["Tags"] == [{"Key": "a", "Value": "1"}]
    assert made.simulated == {}


def test_policy_may_be_an_object(aws: Any, trust: str) -> None:
    made = aws.create("iam/role:Role", "worker", assumeRolePolicy=json.loads(trust))
    assert json.loads(made.outputs["assumeRolePolicy"]) == json.loads(trust)
    inline = aws.create("iam/rolePolicy:RolePolicy", "p", role=made.id, policy=json.loads(statement("sqs:*")))
    assert json.loads(inline.outputs["policy"]) == json.loads(statement("sqs:*"))
    assert may_list_queues(aws, made)


def test_one_call_makes_a_role(aws: Any, trust: str, counted: Any) -> None:
    with counted("iam") as calls:
        aws.create("iam/role:Role", "worker", assumeRolePolicy=trust, tags={"a": "1"})
    assert calls == ["CreateRole"]


def test_role_changes_only_what_changed(aws: Any, trust: str, counted: Any) -> None:
    made = aws.create("iam/role:Role", "worker", assumeRolePolicy=trust, description="a", tags={"a": "1", "b": "2"})
    iam = aws.client("iam")
    with counted("iam") as calls:
        made = aws.update(made, assumeRolePolicy=trust, description="b", tags={"a": "1", "b": "2"})
    assert calls == ["UpdateRole"]
    with counted("iam") as calls:
        made = aws.update(made, assumeRolePolicy=trust, description="b", tags={"a": "3"})
    assert calls == ["UntagRole", "TagRole"]
    found = iam.get_role(RoleName=made.id)["Role"]
    assert (found["Description"], found["Tags"]) == ("b", [{"Key": "a", "Value": "3"}])
    denied = trust.replace('"Allow"', '"Deny"')
    with counted("iam") as calls:
        made = aws.update(made, assumeRolePolicy=denied, description="b", tags={"a": "3"})
    assert calls == ["UpdateAssumeRolePolicy"]
    with pytest.raises(AwsError):
        aws.endpoint.assume(made.outputs["arn"])


def test_inline_and_managed_policies_of_a_role(aws: Any, trust: str) -> None:
    inline = [{"name": "queues", "policy": statement("sqs:*")}, {"name": "topics", "policy": statement("sns:*")}]
    iam = aws.client("iam")
    made = aws.create(
        "iam/role:Role", "worker", assumeRolePolicy=trust, inlinePolicies=inline, managedPolicyArns=[BASIC]
    )
    assert iam.list_role_policies(RoleName=made.id)["PolicyNames"] == ["queues", "topics"]
    assert may_list_queues(aws, made)
    made = aws.update(
        made, assumeRolePolicy=trust, inlinePolicies=[{"name": "queues", "policy": statement("sqs:*", "Deny")}]
    )
    assert iam.list_role_policies(RoleName=made.id)["PolicyNames"] == ["queues"]
    assert iam.list_attached_role_policies(RoleName=made.id)["AttachedPolicies"] == []
    assert not may_list_queues(aws, made)
    aws.delete(made)
    aws.delete(made)


def test_a_role_that_cannot_be_completed_is_not_left_behind(aws: Any, trust: str) -> None:
    name, missing = "half-made", f"arn:aws:iam::{aws.endpoint.account}:policy/missing"
    with pytest.raises(ResourceError, match="does not exist"):
        aws.create(
            "iam/role:Role",
            "worker",
            name=name,
            assumeRolePolicy=trust,
            inlinePolicies=[{"name": "queues", "policy": statement("sqs:*")}],
            managedPolicyArns=[BASIC, missing],
        )
    made = aws.create("iam/role:Role", "worker", name=name, assumeRolePolicy=trust)
    aws.delete(made)


def test_a_role_with_a_foreign_policy_is_refused_unless_forced(aws: Any, trust: str) -> None:
    iam = aws.client("iam")
    for force in (False, True):
        made = aws.create("iam/role:Role", f"worker{force}", assumeRolePolicy=trust, forceDetachPolicies=force)
        iam.put_role_policy(RoleName=made.id, PolicyName="foreign", PolicyDocument=statement("sqs:*"))
        if force:
            aws.delete(made)
        else:
            with pytest.raises(ResourceError, match="DeleteConflict"):
                aws.delete(made)


def test_permissions_boundary_binds_and_can_go(aws: Any, trust: str) -> None:
    boundary = aws.create("iam/policy:Policy", "only-topics", policy=statement("sns:*")).outputs["arn"]
    inline = [{"name": "all", "policy": statement("*")}]
    made = aws.create(
        "iam/role:Role", "worker", assumeRolePolicy=trust, inlinePolicies=inline, permissionsBoundary=boundary
    )
    assert not may_list_queues(aws, made)
    made = aws.update(made, assumeRolePolicy=trust, inlinePolicies=inline)
    assert may_list_queues(aws, made)


def test_role_policy_is_the_role_s_permission(aws: Any, trust: str) -> None:
    role = aws.create("iam/role:Role", "worker", assumeRolePolicy=trust)
    policy = aws.create("iam/rolePolicy:RolePolicy", "queues", role=role.id, policy=statement("sqs:*"))
    assert policy.id == f"{role.id}:{policy.outputs['name']}"
    assert may_list_queues(aws, role)
    policy = aws.update(policy, role=role.id, policy=statement("sns:*"))
    assert not may_list_queues(aws, role)
    aws.delete(policy)
    aws.delete(policy)
    assert aws.client("iam").list_role_policies(RoleName=role.id)["PolicyNames"] == []


def test_policy_keeps_five_versions_and_goes_with_them(aws: Any, trust: str) -> None:
    iam = aws.client("iam")
    made = aws.create("iam/policy:Policy", "queues", policy=statement("sns:*"), tags={"a": "1"})
    assert made.id == made.outputs["arn"]
    role = aws.create("iam/role:Role", "worker", assumeRolePolicy=trust)
    attachment = aws.create(
        "iam/rolePolicyAttachment:RolePolicyAttachment", "a", role=role.id, policyArn=made.outputs["arn"]
    )
    assert attachment.id.startswith(f"{role.id}-")
    assert not may_list_queues(aws, role)
    for action in ("a:b", "c:d", "e:f", "g:h", "i:j", "sqs:*"):
        made = aws.update(made, policy=statement(action), tags={"b": "2"})
    assert len(iam.list_policy_versions(PolicyArn=made.id)["Versions"]) == 5
    assert iam.list_policy_tags(PolicyArn=made.id)["Tags"] == [{"Key": "b", "Value": "2"}]
    assert may_list_queues(aws, role)
    found = aws.read("iam/policy:Policy", made.id).outputs
    assert json.loads(found["policy"]) == json.loads(statement("sqs:*"))
    for resource in (attachment, attachment, made, made):
        aws.delete(resource)
    with pytest.raises(AwsError):
        iam.get_policy(PolicyArn=made.id)


def test_a_malformed_policy_is_refused(aws: Any) -> None:
    with pytest.raises(ResourceError, match="MalformedPolicyDocument"):
        aws.create("iam/policy:Policy", "bad", policy="{")


def test_an_aws_policy_that_the_emulator_has_no_text_of_is_listed(aws: Any, trust: str) -> None:
    role = aws.create("iam/role:Role", "worker", assumeRolePolicy=trust)
    type_token = "iam/rolePolicyAttachment:RolePolicyAttachment"
    known = aws.create(type_token, "known", role=role.id, policyArn=BASIC)
    unknown = aws.create(type_token, "x", role=role.id, policyArn=f"{AWS_MANAGED}/AmazonDynamoDBReadOnlyAccess")
    assert known.simulated == {}
    assert "allows nothing here" in unknown.simulated["policyArn"]
    with pytest.raises(ResourceError, match="does not exist"):
        aws.create(type_token, "y", role=role.id, policyArn=f"arn:aws:iam::{aws.endpoint.account}:policy/missing")
    aws.delete(unknown)
    aws.delete(known)
    aws.delete(role)
    aws.delete(known)


def test_exclusive_resources_remove_the_rest(aws: Any, trust: str) -> None:
    iam = aws.client("iam")
    role = aws.create("iam/role:Role", "worker", assumeRolePolicy=trust)
    for name in ("keep", "go"):
        iam.put_role_policy(RoleName=role.id, PolicyName=name, PolicyDocument=statement("sqs:*"))
    iam.attach_role_policy(RoleName=role.id, PolicyArn=f"{AWS_MANAGED}/AmazonSQSFullAccess")
    inline = aws.create("iam/rolePoliciesExclusive:RolePoliciesExclusive", "e", roleName=role.id, policyNames=["keep"])
    managed = aws.create(
        "iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive", "m", roleName=role.id, policyArns=[BASIC]
    )
    assert (inline.id, managed.id) == (role.id, role.id)
    assert iam.list_role_policies(RoleName=role.id)["PolicyNames"] == ["keep"]
    found = iam.list_attached_role_policies(RoleName=role.id)["AttachedPolicies"]
    assert [p["PolicyArn"] for p in found] == [BASIC]
    aws.update(inline, roleName=role.id, policyNames=[])
    assert iam.list_role_policies(RoleName=role.id)["PolicyNames"] == []
    aws.delete(inline)
    aws.delete(managed)


def test_instance_profile_holds_a_role(aws: Any, trust: str) -> None:
    iam = aws.client("iam")
    one, two = (aws.create("iam/role:Role", name, assumeRolePolicy=trust) for name in ("one", "two"))
    made = aws.create("iam/instanceProfile:InstanceProfile", "profile", role=one.id, tags={"a": "1"})
    found = iam.get_instance_profile(InstanceProfileName=made.id)["InstanceProfile"]
    assert found["Arn"] == made.outputs["arn"]
    assert [r["RoleName"] for r in found["Roles"]] == [one.id]
    made = aws.update(made, role=two.id, tags={"b": "2"})
    found = iam.get_instance_profile(InstanceProfileName=made.id)["InstanceProfile"]
    assert [r["RoleName"] for r in found["Roles"]] == [two.id]
    assert found["Tags"] == [{"Key": "b", "Value": "2"}]
    assert aws.read("iam/instanceProfile:InstanceProfile", made.id).outputs["role"] == two.id
    aws.delete(two)  # the real provider takes a role out of its profiles first
    aws.delete(made)
    aws.delete(made)
    with pytest.raises(ResourceError):
        aws.create("iam/instanceProfile:InstanceProfile", "bad", name="bad", role="nobody")
    aws.create("iam/instanceProfile:InstanceProfile", "bad", name="bad")


def test_user_group_and_keys_work_together(aws: Any) -> None:
    iam = aws.client("iam")
    user = aws.create("iam/user:User", "ann", tags={"a": "1"}, forceDestroy=True)
    group = aws.create("iam/group:Group", "team")
    other = aws.create("iam/group:Group", "others")
    aws.create("iam/groupPolicy:GroupPolicy", "queues", group=group.id, policy=statement("sqs:*"))
    member = aws.create("iam/userGroupMembership:UserGroupMembership", "m", user=user.id, groups=[other.id])
    key = aws.create("iam/accessKey:AccessKey", "key", user=user.id)
    assert key.outputs["sesSmtpPasswordV4"].startswith("B")
    client = aws.endpoint.client_as(Credentials(key.id, key.outputs["secret"], ""), "sqs")
    with pytest.raises(AwsError):
        client.list_queues()
    member = aws.update(member, user=user.id, groups=[group.id])
    client.list_queues()
    assert [g["GroupName"] for g in iam.list_groups_for_user(UserName=user.id)["Groups"]] == [group.id]
    everybody = aws.create("iam/groupMembership:GroupMembership", "all", group=other.id, users=[user.id])
    aws.delete(everybody)
    key = aws.update(key, user=user.id, status="Inactive")
    assert iam.list_access_keys(UserName=user.id)["AccessKeyMetadata"][0]["Status"] == "Inactive"
    with pytest.raises(AwsError):
        client.list_queues()
    user = aws.update(user, tags={"b": "2"}, forceDestroy=True)
    assert aws.read("iam/user:User", user.id).outputs["tags"] == {"b": "2"}
    aws.create("iam/userPolicy:UserPolicy", "p", user=user.id, policy=statement("sqs:*"))
    aws.create("iam/userPolicyAttachment:UserPolicyAttachment", "pa", user=user.id, policyArn=BASIC)
    aws.create("iam/userLoginProfile:UserLoginProfile", "login", user=user.id, passwordLength=24)
    aws.delete(user)
    for resource in (user, key, member):
        aws.delete(resource)


def test_policy_attachment_changes_its_entities(aws: Any, trust: str) -> None:
    iam = aws.client("iam")
    role = aws.create("iam/role:Role", "worker", assumeRolePolicy=trust)
    user, group = aws.create("iam/user:User", "ann"), aws.create("iam/group:Group", "team")
    policy = aws.create("iam/policy:Policy", "queues", policy=statement("sqs:*")).outputs["arn"]
    made = aws.create("iam/policyAttachment:PolicyAttachment", "a", policyArn=policy, roles=[role.id], users=[user.id])
    made = aws.update(made, policyArn=policy, users=[user.id], groups=[group.id])
    found = iam.list_entities_for_policy(PolicyArn=policy)
    assert [len(found[f"Policy{kind}"]) for kind in ("Roles", "Users", "Groups")] == [0, 1, 1]
    aws.delete(made)
    aws.delete(made)


def test_identity_providers(aws: Any) -> None:
    oidc = aws.create(
        "iam/openIdConnectProvider:OpenIdConnectProvider",
        "github",
        url="https://token.actions.githubusercontent.com",
        clientIdLists=["sts.amazonaws.com"],
    )
    assert oidc.id.endswith(":oidc-provider/token.actions.githubusercontent.com")
    found = aws.read("iam/openIdConnectProvider:OpenIdConnectProvider", oidc.id).outputs
    assert (found["url"], found["clientIdLists"]) == ("token.actions.githubusercontent.com", ["sts.amazonaws.com"])
    saml = aws.create("iam/samlProvider:SamlProvider", "corp", samlMetadataDocument=f"<xml>{' ' * 1000}</xml>")
    aws.update(saml, samlMetadataDocument=f"<xml>2{' ' * 1000}</xml>")
    for resource in (oidc, oidc, saml, saml):
        aws.delete(resource)


def test_account_settings_and_the_rest(aws: Any) -> None:
    iam = aws.client("iam")
    alias = aws.create("iam/accountAlias:AccountAlias", "alias", accountAlias="shop")
    assert iam.list_account_aliases()["AccountAliases"] == ["shop"]
    aws.delete(alias)
    passwords = aws.create(
        "iam/accountPasswordPolicy:AccountPasswordPolicy", "p", minimumPasswordLength=14, maxPasswordAge=90
    )
    assert passwords.outputs["expirePasswords"] is True
    assert iam.get_account_password_policy()["PasswordPolicy"]["MinimumPasswordLength"] == 14
    aws.delete(passwords)
    aws.delete(passwords)
    device = aws.create("iam/virtualMfaDevice:VirtualMfaDevice", "mfa", virtualMfaDeviceName="phone")
    assert device.id == device.outputs["arn"]
    assert device.outputs["base32StringSeed"]
    aws.delete(device)
    linked = aws.create("iam/serviceLinkedRole:ServiceLinkedRole", "slr", awsServiceName="es.amazonaws.com")
    assert linked.id == linked.outputs["arn"]
    assert "/aws-service-role/es.amazonaws.com/" in linked.id
    linked = aws.update(linked, awsServiceName="es.amazonaws.com", description="new", tags={"a": "1"})
    assert iam.get_role(RoleName=linked.outputs["name"])["Role"]["Description"] == "new"
    for resource in (linked, linked):
        aws.delete(resource)


def test_lookups(aws: Any, trust: str, ask: Any) -> None:
    role = aws.create("iam/role:Role", "worker", assumeRolePolicy=trust, tags={"a": "1"})
    aws.create("iam/rolePolicy:RolePolicy", "queues", name="queues", role=role.id, policy=statement("sqs:*"))
    policy = aws.create("iam/policy:Policy", "queues", policy=statement("sqs:*"))
    user, group = aws.create("iam/user:User", "ann"), aws.create("iam/group:Group", "team")
    aws.create("iam/groupMembership:GroupMembership", "all", group=group.id, users=[user.id])
    profile = aws.create("iam/instanceProfile:InstanceProfile", "profile", role=role.id)
    aws.create("iam/rolePolicyAttachment:RolePolicyAttachment", "a", role=role.id, policyArn=BASIC)

    found = ask(FUNCTIONS, "getRole", name=role.id)
    for key in ("arn", "uniqueId", "assumeRolePolicy", "tags"):
        same = found[key] == role.outputs[key] or json.loads(found[key]) == json.loads(role.outputs[key])
        assert same, key
    assert role.outputs["arn"] in ask(FUNCTIONS, "getRoles", nameRegex="^worker-")["arns"]
    by_name = ask(FUNCTIONS, "getPolicy", name=policy.outputs["name"])
    assert (by_name["arn"], by_name["policyId"]) == (policy.id, policy.outputs["policyId"])
    assert "logs:PutLogEvents" in ask(FUNCTIONS, "getPolicy", arn=BASIC)["policy"]
    with pytest.raises(ResourceError, match="0 policies"):
        ask(FUNCTIONS, "getPolicy", name="missing")
    assert ask(FUNCTIONS, "getUser", userName=user.id)["arn"] == user.outputs["arn"]
    assert [u["userName"] for u in ask(FUNCTIONS, "getGroup", groupName=group.id)["users"]] == [user.id]
    assert ask(FUNCTIONS, "getInstanceProfile", name=profile.id)["roleName"] == role.id
    assert ask(FUNCTIONS, "getRolePolicies", roleName=role.id)["policyNames"] == ["queues"]
    attached = ask(FUNCTIONS, "getRolePolicyAttachments", roleName=role.id)["attachedPolicies"]
    assert attached == [{"policyArn": BASIC, "policyName": "AWSLambdaBasicExecutionRole"}]
    session = f"arn:aws:sts::{aws.endpoint.account}:assumed-role/{role.id}/me"
    assert ask(FUNCTIONS, "getSessionContext", arn=session)["issuerArn"] == role.outputs["arn"]
    assert ask(FUNCTIONS, "getSessionContext", arn=role.id)["issuerArn"] == role.id
    assert aws.read("iam/role:Role", role.id).outputs["arn"] == role.outputs["arn"]
    assert aws.read("iam/group:Group", group.id).outputs["arn"] == group.outputs["arn"]


def test_an_update_lists_nothing_that_took_effect_at_creation(aws: Any, trust: str, unchanged_list: Any) -> None:
    role = {"name": "listed", "path": "/a/", "assumeRolePolicy": trust, "forceDetachPolicies": True}
    unchanged_list(aws.create("iam/role:Role", "r", **role))
    policy = {"name": "listed", "path": "/a/", "description": "x", "policy": statement("sqs:*")}
    unchanged_list(aws.create("iam/policy:Policy", "p", **policy))
    unchanged_list(aws.create("iam/instanceProfile:InstanceProfile", "i", name="listed", path="/a/"))
    unchanged_list(aws.create("iam/user:User", "u", name="listed", path="/a/"))
    unchanged_list(aws.create("iam/serviceLinkedRole:ServiceLinkedRole", "s", awsServiceName="ecs.amazonaws.com"))
