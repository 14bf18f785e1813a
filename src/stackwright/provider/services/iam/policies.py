"""Policies: customer managed ones, inline ones, and what they are attached to.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-vs-inline.html
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from stackwright.errors import ResourceError
from stackwright.graph import Resource
from stackwright.provider.aws import Aws, AwsError, Client, error_code, ignoring
from stackwright.provider.provisioner import Created, Inputs, Provisioner, id_of
from stackwright.provider.services._policies import policy_text
from stackwright.provider.services._shapes import changed_tags, present, tag_list

GONE = ("NoSuchEntity",)


def attach(aws: Aws, kind: str, entity: str, arn: str, new: Inputs, key: str) -> None:
    """Attach a managed policy to a `role`, `user` or `group`, and say so when the emulator cannot know what it allows.

    Raises:
        ResourceError: there is no such policy. The emulator would attach it all the same; AWS refuses.
    """
    iam = aws.client("iam")
    try:
        iam.get_policy(PolicyArn=arn)
    except AwsError as error:
        if error_code(error) not in GONE:
            raise
        if ":iam::aws:policy/" not in arn:
            raise ResourceError(
                f"the policy {arn} does not exist, so it cannot be attached to the {kind} {entity!r}",
                fix="Create it with aws.iam.Policy, or mend the ARN.",
            ) from error
        new.limit(key, "without text")
    _call(iam, "attach", kind)(PolicyArn=arn, **_named(kind, entity))


def detach(iam: Client, kind: str, entity: str, arn: str) -> None:
    """Undo `attach`."""
    ignoring(GONE, lambda: _call(iam, "detach", kind)(PolicyArn=arn, **_named(kind, entity)))


def attached(iam: Client, kind: str, entity: str) -> list[str]:
    """ARNs of the managed policies of a role, user or group."""
    answer = getattr(iam, f"list_attached_{kind}_policies")(**_named(kind, entity))
    return [policy["PolicyArn"] for policy in answer["AttachedPolicies"]]


def put_inline(iam: Client, kind: str, entity: str, name: str, policy: Any) -> None:
    """Give a role, user or group an inline policy, or replace it."""
    _call(iam, "put", kind)(PolicyName=name, PolicyDocument=policy_text(policy), **_named(kind, entity))


def delete_inline(iam: Client, kind: str, entity: str, names: Iterable[str]) -> None:
    """Remove inline policies."""
    for name in names:
        ignoring(GONE, lambda name=name: _call(iam, "delete", kind)(PolicyName=name, **_named(kind, entity)))


def inline(iam: Client, kind: str, entity: str) -> list[str]:
    """Names of the inline policies of a role, user or group."""
    return list(getattr(iam, f"list_{kind}_policies")(**_named(kind, entity))["PolicyNames"])


def _call(iam: Client, verb: str, kind: str) -> Any:
    return getattr(iam, f"{verb}_{kind}_policy")


def _named(kind: str, entity: str) -> dict[str, str]:
    return {f"{kind.capitalize()}Name": entity}


class Policy(Provisioner):
    """Its id is its ARN. A changed document is a new default version; of five versions the oldest goes."""

    type = "iam/policy:Policy"
    replace_on = frozenset({"name", "namePrefix", "path", "description"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        text = policy_text(new["policy"])
        policy = aws.client("iam").create_policy(
            PolicyName=new["name"],
            PolicyDocument=text,
            Path=new.get("path", "/"),
            Tags=tag_list(aws.tags(new.get("tags"))),
            **present(Description=new.get("description")),
        )["Policy"]
        outputs = {"arn": policy["Arn"], "policyId": policy["PolicyId"], "attachmentCount": 0, "policy": text}
        return Created(policy["Arn"], outputs)

    def update(self, aws: Aws, new: Inputs, old: Resource) -> Mapping[str, Any]:
        iam, arn, text = aws.client("iam"), id_of(old), policy_text(new["policy"])
        if text != policy_text(old.inputs["policy"]):
            versions = iam.list_policy_versions(PolicyArn=arn)["Versions"]
            if len(versions) >= 5:
                oldest = min((v for v in versions if not v["IsDefaultVersion"]), key=lambda v: int(v["VersionId"][1:]))
                iam.delete_policy_version(PolicyArn=arn, VersionId=oldest["VersionId"])
            iam.create_policy_version(PolicyArn=arn, PolicyDocument=text, SetAsDefault=True)
        put, removed = changed_tags(aws, new, old)
        if removed:
            iam.untag_policy(PolicyArn=arn, TagKeys=removed)
        if put:
            iam.tag_policy(PolicyArn=arn, Tags=tag_list(put))
        return {"policy": text}

    def delete(self, aws: Aws, old: Resource) -> None:
        iam, arn = aws.client("iam"), id_of(old)

        def remove() -> None:
            for version in iam.list_policy_versions(PolicyArn=arn)["Versions"]:
                if not version["IsDefaultVersion"]:
                    iam.delete_policy_version(PolicyArn=arn, VersionId=version["VersionId"])
            iam.delete_policy(PolicyArn=arn)

        ignoring(GONE, remove)

    def read(self, aws: Aws, wanted: Resource) -> Created:
        return Created(outputs=described(aws.client("iam"), id_of(wanted)))


def described(iam: Client, arn: str) -> dict[str, Any]:
    """Outputs of a managed policy, AWS's own included."""
    policy = iam.get_policy(PolicyArn=arn)["Policy"]
    version = iam.get_policy_version(PolicyArn=arn, VersionId=policy["DefaultVersionId"])["PolicyVersion"]
    return {
        "arn": arn,
        "name": policy["PolicyName"],
        "path": policy["Path"],
        "policyId": policy["PolicyId"],
        "description": policy.get("Description", ""),
        "attachmentCount": policy.get("AttachmentCount", 0),
        "policy": policy_text(version["Document"]),
        "tags": {tag["Key"]: tag["Value"] for tag in policy.get("Tags", [])},
    }


class _InlinePolicy(Provisioner):
    kind: ClassVar[str]

    def create(self, aws: Aws, new: Inputs) -> Created:
        entity, name, text = new[self.kind], new["name"], policy_text(new["policy"])
        put_inline(aws.client("iam"), self.kind, entity, name, text)
        return Created(f"{entity}:{name}", {"policy": text})

    def delete(self, aws: Aws, old: Resource) -> None:
        delete_inline(aws.client("iam"), self.kind, old.inputs[self.kind], [old.outputs["name"]])


class RolePolicy(_InlinePolicy):
    type, kind = "iam/rolePolicy:RolePolicy", "role"
    replace_on = frozenset({"name", "namePrefix", "role"})


class UserPolicy(_InlinePolicy):
    type, kind = "iam/userPolicy:UserPolicy", "user"
    replace_on = frozenset({"name", "namePrefix", "user"})


class GroupPolicy(_InlinePolicy):
    type, kind = "iam/groupPolicy:GroupPolicy", "group"
    replace_on = frozenset({"name", "namePrefix", "group"})


class _Attachment(Provisioner):
    kind: ClassVar[str]

    def create(self, aws: Aws, new: Inputs) -> Created:
        attach(aws, self.kind, new[self.kind], new["policyArn"], new, "policyArn")
        return Created()

    def delete(self, aws: Aws, old: Resource) -> None:
        detach(aws.client("iam"), self.kind, old.inputs[self.kind], old.inputs["policyArn"])


class RolePolicyAttachment(_Attachment):
    type, kind = "iam/rolePolicyAttachment:RolePolicyAttachment", "role"
    replace_on = frozenset({"role", "policyArn"})


class UserPolicyAttachment(_Attachment):
    type, kind = "iam/userPolicyAttachment:UserPolicyAttachment", "user"
    replace_on = frozenset({"user", "policyArn"})


class GroupPolicyAttachment(_Attachment):
    type, kind = "iam/groupPolicyAttachment:GroupPolicyAttachment", "group"
    replace_on = frozenset({"group", "policyArn"})


class PolicyAttachment(Provisioner):
    """One policy and everything it is attached to; the emulator is not asked who else has it."""

    type = "iam/policyAttachment:PolicyAttachment"
    replace_on = frozenset({"name", "policyArn"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        for kind in ("role", "user", "group"):
            for entity in new.get(f"{kind}s", []):
                attach(aws, kind, entity, new["policyArn"], new, "policyArn")
        return Created(new["name"])

    def update(self, aws: Aws, new: Inputs, old: Resource) -> Mapping[str, Any]:
        for kind in ("role", "user", "group"):
            for entity in set(old.inputs.get(f"{kind}s") or []) - set(new.get(f"{kind}s", [])):
                detach(aws.client("iam"), kind, entity, new["policyArn"])
        return self.create(aws, new).outputs

    def delete(self, aws: Aws, old: Resource) -> None:
        for kind in ("role", "user", "group"):
            for entity in old.inputs.get(f"{kind}s") or []:
                detach(aws.client("iam"), kind, entity, old.inputs["policyArn"])
