"""Users, groups, and users' credentials. https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateUser.html"""

from __future__ import annotations

import base64
import functools
import hashlib
import hmac
import secrets
import string
from collections.abc import Mapping
from typing import Any

from stackwright.graph import Resource
from stackwright.provider.aws import Aws, Client, ignoring
from stackwright.provider.provisioner import Created, Inputs, Provisioner, id_of
from stackwright.provider.services._shapes import changed_tags, present, tag_list
from stackwright.provider.services.iam import policies
from stackwright.provider.services.iam.policies import GONE
from stackwright.provider.services.iam.roles import date, set_boundary


class User(Provisioner):
    """Its id is its name. AWS could rename it; the emulator cannot."""

    type = "iam/user:User"
    replace_on = frozenset({"name", "path"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        user = aws.client("iam").create_user(
            UserName=new["name"],
            Path=new.get("path", "/"),
            Tags=tag_list(aws.tags(new.get("tags"))),
            **present(PermissionsBoundary=new.get("permissionsBoundary")),
        )["User"]
        return Created(outputs={"arn": user["Arn"], "uniqueId": user["UserId"]})

    def update(self, aws: Aws, new: Inputs, old: Resource) -> Mapping[str, Any]:
        iam, name = aws.client("iam"), id_of(old)
        set_boundary(iam, "user", name, new, Inputs(old, new.root))
        put, removed = changed_tags(aws, new, old)
        if removed:
            iam.untag_user(UserName=name, TagKeys=removed)
        if put:
            iam.tag_user(UserName=name, Tags=tag_list(put))
        return {}

    def delete(self, aws: Aws, old: Resource) -> None:
        iam, name = aws.client("iam"), id_of(old)

        def remove() -> None:
            for group in iam.list_groups_for_user(UserName=name)["Groups"]:
                iam.remove_user_from_group(UserName=name, GroupName=group["GroupName"])
            if old.inputs.get("forceDestroy"):
                _strip(iam, name)
            iam.delete_user(UserName=name)

        ignoring(GONE, remove)

    def read(self, aws: Aws, wanted: Resource) -> Created:
        return Created(outputs=described_user(aws.client("iam").get_user(UserName=id_of(wanted))["User"]))


def _strip(iam: Client, user: str) -> None:
    """Take from a user what AWS would refuse to delete it with, also what this program did not give it."""
    for key in iam.list_access_keys(UserName=user)["AccessKeyMetadata"]:
        iam.delete_access_key(UserName=user, AccessKeyId=key["AccessKeyId"])
    for arn in policies.attached(iam, "user", user):
        policies.detach(iam, "user", user, arn)
    policies.delete_inline(iam, "user", user, policies.inline(iam, "user", user))
    ignoring(GONE, lambda: iam.delete_login_profile(UserName=user))


def described_user(user: Mapping[str, Any]) -> dict[str, Any]:
    """Outputs of a user that was looked up."""
    tags = {tag["Key"]: tag["Value"] for tag in user.get("Tags", [])}
    return {
        "arn": user["Arn"],
        "name": user["UserName"],
        "path": user["Path"],
        "uniqueId": user["UserId"],
        "permissionsBoundary": user.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn", ""),
        "tags": tags,
        "tagsAll": tags,
    }


class Group(Provisioner):
    """Its id is its name. AWS could rename it; the emulator cannot."""

    type = "iam/group:Group"
    replace_on = frozenset({"name", "path"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        group = aws.client("iam").create_group(GroupName=new["name"], Path=new.get("path", "/"))["Group"]
        return Created(outputs={"arn": group["Arn"], "uniqueId": group["GroupId"]})

    def delete(self, aws: Aws, old: Resource) -> None:
        ignoring(GONE, lambda: aws.client("iam").delete_group(GroupName=id_of(old)))

    def read(self, aws: Aws, wanted: Resource) -> Created:
        group = aws.client("iam").get_group(GroupName=id_of(wanted))["Group"]
        known = {"name": group["GroupName"], "path": group["Path"]}
        return Created(outputs={"arn": group["Arn"], "uniqueId": group["GroupId"], **known})


class GroupMembership(Provisioner):
    """The users of one group."""

    type = "iam/groupMembership:GroupMembership"
    replace_on = frozenset({"name", "group"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        for user in new["users"]:
            aws.client("iam").add_user_to_group(GroupName=new["group"], UserName=user)
        return Created(new["name"])

    def update(self, aws: Aws, new: Inputs, old: Resource) -> Mapping[str, Any]:
        _leave(aws, [(user, new["group"]) for user in set(old.inputs["users"]) - set(new["users"])])
        return self.create(aws, new).outputs

    def delete(self, aws: Aws, old: Resource) -> None:
        _leave(aws, [(user, old.inputs["group"]) for user in old.inputs["users"]])


class UserGroupMembership(Provisioner):
    """Some groups of one user."""

    type = "iam/userGroupMembership:UserGroupMembership"
    replace_on = frozenset({"user"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        for group in new["groups"]:
            aws.client("iam").add_user_to_group(GroupName=group, UserName=new["user"])
        return Created()

    def update(self, aws: Aws, new: Inputs, old: Resource) -> Mapping[str, Any]:
        _leave(aws, [(new["user"], group) for group in set(old.inputs["groups"]) - set(new["groups"])])
        return self.create(aws, new).outputs

    def delete(self, aws: Aws, old: Resource) -> None:
        _leave(aws, [(old.inputs["user"], group) for group in old.inputs["groups"]])


def _leave(aws: Aws, members: list[tuple[str, str]]) -> None:
    iam = aws.client("iam")
    for user, group in members:
        ignoring(GONE, lambda user=user, group=group: iam.remove_user_from_group(UserName=user, GroupName=group))


class AccessKey(Provisioner):
    """Works: the emulator checks signatures made with it."""

    type = "iam/accessKey:AccessKey"
    replace_on = frozenset({"user", "pgpKey"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        iam, user = aws.client("iam"), new["user"]
        key = iam.create_access_key(UserName=user)["AccessKey"]
        if new.get("status", "Active") != "Active":
            iam.update_access_key(UserName=user, AccessKeyId=key["AccessKeyId"], Status=new["status"])
        secret = key["SecretAccessKey"]
        return Created(
            key["AccessKeyId"],
            {
                "secret": secret,
                "encryptedSecret": "",
                "keyFingerprint": "",
                "createDate": date(key["CreateDate"]),
                "sesSmtpPasswordV4": smtp_password(secret, aws.region),
                "encryptedSesSmtpPasswordV4": "",
                "status": new.get("status", "Active"),
            },
        )

    def update(self, aws: Aws, new: Inputs, old: Resource) -> Mapping[str, Any]:
        status = new.get("status", "Active")
        aws.client("iam").update_access_key(UserName=new["user"], AccessKeyId=id_of(old), Status=status)
        return {}

    def delete(self, aws: Aws, old: Resource) -> None:
        user = old.inputs["user"]
        ignoring(GONE, lambda: aws.client("iam").delete_access_key(UserName=user, AccessKeyId=id_of(old)))


def smtp_password(secret: str, region: str) -> str:
    """Converted as https://docs.aws.amazon.com/ses/latest/dg/smtp-credentials.html says."""
    steps = ("11111111", region, "ses", "aws4_request", "SendRawEmail")
    key = functools.reduce(
        lambda key, step: hmac.new(key, step.encode(), hashlib.sha256).digest(), steps, f"AWS4{secret}".encode()
    )
    return base64.b64encode(b"\x04" + key).decode()


class UserLoginProfile(Provisioner):
    """A console password. There is no console here, so it opens nothing."""

    type = "iam/userLoginProfile:UserLoginProfile"
    replace_on = frozenset({"user", "pgpKey", "passwordLength", "passwordResetRequired"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        alphabet = string.ascii_letters + string.digits + "!@#$%^&*()"
        password = "".join(secrets.choice(alphabet) for _ in range(new.get("passwordLength", 20)))
        aws.client("iam").create_login_profile(
            UserName=new["user"], Password=password, PasswordResetRequired=new.get("passwordResetRequired", False)
        )
        return Created(new["user"], {"password": password, "encryptedPassword": "", "keyFingerprint": ""})

    def delete(self, aws: Aws, old: Resource) -> None:
        ignoring(GONE, lambda: aws.client("iam").delete_login_profile(UserName=id_of(old)))


class VirtualMfaDevice(Provisioner):
    """Its id is its serial number, which is its ARN."""

    type = "iam/virtualMfaDevice:VirtualMfaDevice"
    replace_on = frozenset({"path", "virtualMfaDeviceName", "tags"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        device = aws.client("iam").create_virtual_mfa_device(
            VirtualMFADeviceName=new["virtualMfaDeviceName"],
            Path=new.get("path", "/"),
            Tags=tag_list(aws.tags(new.get("tags"))),
        )["VirtualMFADevice"]
        arn = device["SerialNumber"]
        seed, picture = (device.get(key, b"") for key in ("Base32StringSeed", "QRCodePNG"))
        return Created(
            arn,
            {
                "arn": arn,
                "serialNumber": arn,
                "base32StringSeed": seed.decode(),
                "qrCodePng": base64.b64encode(picture).decode(),
                "enableDate": "",
                "userName": "",
            },
        )

    def delete(self, aws: Aws, old: Resource) -> None:
        ignoring(GONE, lambda: aws.client("iam").delete_virtual_mfa_device(SerialNumber=id_of(old)))
