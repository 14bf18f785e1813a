"""Roles and instance profiles. https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from stackwright.errors import ResourceError
from stackwright.graph import Resource
from stackwright.provider.aws import Aws, AwsError, Client, ignoring
from stackwright.provider.provisioner import Created, Inputs, Provisioner, id_of
from stackwright.provider.services._policies import policy_text
from stackwright.provider.services._shapes import changed_tags, present, tag_list
from stackwright.provider.services.iam import policies
from stackwright.provider.services.iam.policies import GONE


class Role(Provisioner):
    """Its id is its name."""

    type = "iam/role:Role"
    replace_on = frozenset({"name", "namePrefix", "path"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        iam, name, trust = aws.client("iam"), new["name"], policy_text(new["assumeRolePolicy"])
        role = iam.create_role(
            RoleName=name,
            AssumeRolePolicyDocument=trust,
            Path=new.get("path", "/"),
            MaxSessionDuration=new.get("maxSessionDuration", 3600),
            Tags=tag_list(aws.tags(new.get("tags"))),
            **present(Description=new.get("description"), PermissionsBoundary=new.get("permissionsBoundary")),
        )["Role"]
        try:
            _set_policies(aws, new, name, _inline(new), new.get("managedPolicyArns", []))
        except (AwsError, ResourceError):
            # Nobody would know of the half-made role; the next run would find its name taken.
            _remove(iam, name, with_policies=True)
            raise
        outputs = {"arn": role["Arn"], "uniqueId": role["RoleId"], "createDate": date(role["CreateDate"])}
        return Created(outputs={**outputs, "assumeRolePolicy": trust})

    def update(self, aws: Aws, new: Inputs, old: Resource) -> Mapping[str, Any]:
        iam, name, before = aws.client("iam"), id_of(old), Inputs(old, new.root)
        trust = policy_text(new["assumeRolePolicy"])
        if trust != policy_text(before["assumeRolePolicy"]):
            iam.update_assume_role_policy(RoleName=name, PolicyDocument=trust)
        settings = (new.get("description", ""), new.get("maxSessionDuration", 3600))
        if settings != (before.get("description", ""), before.get("maxSessionDuration", 3600)):
            iam.update_role(RoleName=name, Description=settings[0], MaxSessionDuration=settings[1])
        set_boundary(iam, "role", name, new, before)
        inline, was_inline = _inline(new), _inline(before)
        managed, was_managed = new.get("managedPolicyArns", []), before.get("managedPolicyArns", [])
        policies.delete_inline(iam, "role", name, [n for n in was_inline if n not in inline])
        for arn in was_managed:
            if arn not in managed:
                policies.detach(iam, "role", name, arn)
        changed = {n: text for n, text in inline.items() if was_inline.get(n) != text}
        _set_policies(aws, new, name, changed, managed)
        put, removed = changed_tags(aws, new, old)
        if removed:
            iam.untag_role(RoleName=name, TagKeys=removed)
        if put:
            iam.tag_role(RoleName=name, Tags=tag_list(put))
        return {"assumeRolePolicy": trust}

    def delete(self, aws: Aws, old: Resource) -> None:
        given = old.inputs
        own = any(given.get(key) for key in ("forceDetachPolicies", "inlinePolicies", "managedPolicyArns"))
        ignoring(GONE, lambda: _remove(aws.client("iam"), id_of(old), with_policies=own))

    def read(self, aws: Aws, wanted: Resource) -> Created:
        return Created(outputs=described(aws.client("iam").get_role(RoleName=id_of(wanted))["Role"]))


def _inline(inputs: Inputs) -> dict[str, str]:
    """An entry without a name says "none at all", and is none."""
    given: list[Mapping[str, Any]] = inputs.get("inlinePolicies", [])
    return {policy["name"]: policy_text(policy["policy"]) for policy in given if policy.get("name")}


def _set_policies(aws: Aws, new: Inputs, role: str, inline: Mapping[str, str], managed: list[str]) -> None:
    for name, text in inline.items():
        policies.put_inline(aws.client("iam"), "role", role, name, text)
    for arn in managed:
        policies.attach(aws, "role", role, arn, new, "managedPolicyArns")


def _remove(iam: Client, role: str, *, with_policies: bool) -> None:
    """As the real provider does: out of its instance profiles always, without its policies only where it owns them."""
    for profile in iam.list_instance_profiles_for_role(RoleName=role)["InstanceProfiles"]:
        iam.remove_role_from_instance_profile(InstanceProfileName=profile["InstanceProfileName"], RoleName=role)
    if with_policies:
        for arn in policies.attached(iam, "role", role):
            policies.detach(iam, "role", role, arn)
        policies.delete_inline(iam, "role", role, policies.inline(iam, "role", role))
    iam.delete_role(RoleName=role)


def set_boundary(iam: Client, kind: str, name: str, new: Inputs, before: Inputs) -> None:
    """Put, change or remove a permissions boundary."""
    boundary, named = new.get("permissionsBoundary"), {f"{kind.capitalize()}Name": name}
    if boundary == before.get("permissionsBoundary"):
        return
    if boundary:
        getattr(iam, f"put_{kind}_permissions_boundary")(PermissionsBoundary=boundary, **named)
    else:
        getattr(iam, f"delete_{kind}_permissions_boundary")(**named)


def described(role: Mapping[str, Any]) -> dict[str, Any]:
    """Outputs of a role that was looked up."""
    tags = {tag["Key"]: tag["Value"] for tag in role.get("Tags", [])}
    return {
        "arn": role["Arn"],
        "name": role["RoleName"],
        "path": role["Path"],
        "uniqueId": role["RoleId"],
        "createDate": date(role["CreateDate"]),
        "assumeRolePolicy": policy_text(role["AssumeRolePolicyDocument"]),
        "description": role.get("Description", ""),
        "maxSessionDuration": role.get("MaxSessionDuration", 3600),
        "permissionsBoundary": role.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn", ""),
        "tags": tags,
        "tagsAll": tags,
    }


def date(value: datetime | str) -> str:
    """A time as the provider writes it."""
    return value.strftime("%Y-%m-%dT%H:%M:%SZ") if isinstance(value, datetime) else value


class InstanceProfile(Provisioner):
    """Its id is its name."""

    type = "iam/instanceProfile:InstanceProfile"
    replace_on = frozenset({"name", "namePrefix", "path"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        iam, name, role = aws.client("iam"), new["name"], new.get("role")
        profile = iam.create_instance_profile(
            InstanceProfileName=name, Path=new.get("path", "/"), Tags=tag_list(aws.tags(new.get("tags")))
        )["InstanceProfile"]
        if role:
            try:
                iam.add_role_to_instance_profile(InstanceProfileName=name, RoleName=role)
            except Exception:
                iam.delete_instance_profile(InstanceProfileName=name)
                raise
        return Created(
            outputs={
                "arn": profile["Arn"],
                "uniqueId": profile["InstanceProfileId"],
                "createDate": date(profile["CreateDate"]),
            }
        )

    def update(self, aws: Aws, new: Inputs, old: Resource) -> Mapping[str, Any]:
        iam, name, role, was = aws.client("iam"), id_of(old), new.get("role"), old.inputs.get("role")
        if role != was:
            if was:
                ignoring(GONE, lambda: iam.remove_role_from_instance_profile(InstanceProfileName=name, RoleName=was))
            if role:
                iam.add_role_to_instance_profile(InstanceProfileName=name, RoleName=role)
        put, removed = changed_tags(aws, new, old)
        if removed:
            iam.untag_instance_profile(InstanceProfileName=name, TagKeys=removed)
        if put:
            iam.tag_instance_profile(InstanceProfileName=name, Tags=tag_list(put))
        return {}

    def delete(self, aws: Aws, old: Resource) -> None:
        iam, name, role = aws.client("iam"), id_of(old), old.inputs.get("role")
        if role:
            ignoring(GONE, lambda: iam.remove_role_from_instance_profile(InstanceProfileName=name, RoleName=role))
        ignoring(GONE, lambda: iam.delete_instance_profile(InstanceProfileName=name))

    def read(self, aws: Aws, wanted: Resource) -> Created:
        profile = aws.client("iam").get_instance_profile(InstanceProfileName=id_of(wanted))["InstanceProfile"]
        return Created(
            outputs={
                "arn": profile["Arn"],
                "name": profile["InstanceProfileName"],
                "path": profile["Path"],
                "uniqueId": profile["InstanceProfileId"],
                "createDate": date(profile["CreateDate"]),
                "role": next((role["RoleName"] for role in profile["Roles"]), None),
            }
        )


class ServiceLinkedRole(Provisioner):
    """AWS names it, so its id is its ARN."""

    type = "iam/serviceLinkedRole:ServiceLinkedRole"
    replace_on = frozenset({"awsServiceName", "customSuffix"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        iam = aws.client("iam")
        role = iam.create_service_linked_role(AWSServiceName=new["awsServiceName"])["Role"]
        tags = aws.tags(new.get("tags"))
        if tags:
            iam.tag_role(RoleName=role["RoleName"], Tags=tag_list(tags))
        if new.get("description"):
            iam.update_role(RoleName=role["RoleName"], Description=new["description"])
        return Created(
            role["Arn"],
            {
                "arn": role["Arn"],
                "name": role["RoleName"],
                "path": role["Path"],
                "uniqueId": role["RoleId"],
                "createDate": date(role["CreateDate"]),
            },
        )

    def update(self, aws: Aws, new: Inputs, old: Resource) -> Mapping[str, Any]:
        iam, name = aws.client("iam"), old.outputs["name"]
        if new.get("description") != old.inputs.get("description"):
            iam.update_role(RoleName=name, Description=new.get("description", ""))
        put, removed = changed_tags(aws, new, old)
        if removed:
            iam.untag_role(RoleName=name, TagKeys=removed)
        if put:
            iam.tag_role(RoleName=name, Tags=tag_list(put))
        return {}

    def delete(self, aws: Aws, old: Resource) -> None:
        name = old.outputs["name"]
        ignoring(GONE, lambda: aws.client("iam").delete_service_linked_role(RoleName=name))
