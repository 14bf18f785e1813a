"""Identity providers and settings of the account."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stackwright.graph import Resource
from stackwright.provider.aws import Aws, ignoring
from stackwright.provider.provisioner import Created, Inputs, Provisioner, id_of
from stackwright.provider.services._shapes import pascal, tag_list
from stackwright.provider.services.iam.policies import GONE
from stackwright.provider.services.iam.roles import date


class OpenIdConnectProvider(Provisioner):
    """AWS can change its lists; the emulator cannot."""

    type = "iam/openIdConnectProvider:OpenIdConnectProvider"
    replace_on = frozenset({"url", "clientIdLists", "thumbprintLists", "tags"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        answer = aws.client("iam").create_open_id_connect_provider(
            Url=new["url"],
            ClientIDList=new["clientIdLists"],
            ThumbprintList=new.get("thumbprintLists", []),
            Tags=tag_list(aws.tags(new.get("tags"))),
        )
        arn = answer["OpenIDConnectProviderArn"]
        return Created(arn, {"arn": arn, "url": _host(new["url"])})

    def delete(self, aws: Aws, old: Resource) -> None:
        iam, arn = aws.client("iam"), id_of(old)
        ignoring(GONE, lambda: iam.delete_open_id_connect_provider(OpenIDConnectProviderArn=arn))

    def read(self, aws: Aws, wanted: Resource) -> Created:
        return Created(outputs=described_provider(aws, id_of(wanted)))


def described_provider(aws: Aws, arn: str) -> dict[str, Any]:
    """Outputs of an identity provider that was looked up."""
    answer = aws.client("iam").get_open_id_connect_provider(OpenIDConnectProviderArn=arn)
    return {
        "arn": arn,
        "url": _host(answer["Url"]),
        "clientIdLists": answer.get("ClientIDList", []),
        "thumbprintLists": answer.get("ThumbprintList", []),
        "tags": {tag["Key"]: tag["Value"] for tag in answer.get("Tags", [])},
    }


def _host(url: str) -> str:
    """As IAM gives it back: without the scheme."""
    return url.removeprefix("https://")


class SamlProvider(Provisioner):
    """https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateSAMLProvider.html"""

    type = "iam/samlProvider:SamlProvider"
    replace_on = frozenset({"name", "tags"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        iam = aws.client("iam")
        arn = iam.create_saml_provider(
            Name=new["name"],
            SAMLMetadataDocument=new["samlMetadataDocument"],
            Tags=tag_list(aws.tags(new.get("tags"))),
        )["SAMLProviderArn"]
        answer = iam.get_saml_provider(SAMLProviderArn=arn)
        return Created(arn, {"arn": arn, "validUntil": date(answer["ValidUntil"])})

    def update(self, aws: Aws, new: Inputs, old: Resource) -> Mapping[str, Any]:
        aws.client("iam").update_saml_provider(
            SAMLProviderArn=id_of(old), SAMLMetadataDocument=new["samlMetadataDocument"]
        )
        return {}

    def delete(self, aws: Aws, old: Resource) -> None:
        ignoring(GONE, lambda: aws.client("iam").delete_saml_provider(SAMLProviderArn=id_of(old)))


class AccountAlias(Provisioner):
    type = "iam/accountAlias:AccountAlias"
    replace_on = frozenset({"accountAlias"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        aws.client("iam").create_account_alias(AccountAlias=new["accountAlias"])
        return Created(new["accountAlias"])

    def delete(self, aws: Aws, old: Resource) -> None:
        ignoring(GONE, lambda: aws.client("iam").delete_account_alias(AccountAlias=id_of(old)))


class AccountPasswordPolicy(Provisioner):
    """There is no console here, so nobody has a password to check."""

    type = "iam/accountPasswordPolicy:AccountPasswordPolicy"

    _SETTINGS = (
        "allowUsersToChangePassword",
        "hardExpiry",
        "maxPasswordAge",
        "minimumPasswordLength",
        "passwordReusePrevention",
        "requireLowercaseCharacters",
        "requireNumbers",
        "requireSymbols",
        "requireUppercaseCharacters",
    )

    def create(self, aws: Aws, new: Inputs) -> Created:
        settings = {key: new.get(key) for key in self._SETTINGS}
        aws.client("iam").update_account_password_policy(**pascal(settings))
        return Created("iam-account-password-policy", {"expirePasswords": bool(settings["maxPasswordAge"])})

    def delete(self, aws: Aws, old: Resource) -> None:
        ignoring(GONE, lambda: aws.client("iam").delete_account_password_policy())
