"""A secret that is read at run time, by those who were let."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NotRequired

import pulumi
import pulumi_random as random
from pulumi_aws import secretsmanager

from . import limits, names
from .component import Component, ComponentArgs
from .errors import ComponentError
from .identity import Grantee, Linked
from .json_text import json_text
from .key import Key
from .policy import Statement

_GENERATED_BYTES: Final = 32


class SecretArgs(ComponentArgs):
    """Arguments of a Secret."""

    values: Mapping[str, pulumi.Input[str] | None]
    """Values by name, kept as one JSON object; None for 32 random bytes in base64, drawn once and then kept."""
    key: NotRequired[Key | None]
    """Customer-managed key; the AWS-managed key `aws/secretsmanager` without."""
    description: NotRequired[str]
    """What the secret is for."""
    recovery_window_days: NotRequired[int]
    """Days in which a deleted secret can be restored, 7..30, or 0 to delete it at once; default 30."""


class Secret(Component):
    """A secret and its value, which is a secret in Pulumi's state as well.

    https://docs.aws.amazon.com/secretsmanager/latest/userguide/best-practices.html
    """

    arn: pulumi.Output[str]

    def __init__(self, name: str, args: SecretArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        window = args.get("recovery_window_days", 30)
        if window != 0:
            limits.SECRET_RECOVERY_WINDOW.check(name, "recovery_window_days", window)
        if not args["values"]:
            raise ComponentError(f"{name} holds nothing", fix="name at least one value")
        super().__init__("Secret", name, args, opts)

        self.key = args.get("key")
        self.secret = secretsmanager.Secret(
            f"{name}-secret",
            name=self.environment.physical_name(name, names.SECRET),
            description=args.get("description"),
            kms_key_id=self.key.arn if self.key is not None else None,
            recovery_window_in_days=window,
            opts=self.inside(),
        )
        values = {field: self._value(field, value) for field, value in args["values"].items()}
        self.version = secretsmanager.SecretVersion(
            f"{name}-value",
            secret_id=self.secret.id,
            secret_string=json_text(values),
            opts=self.inside(),
        )
        self.arn = self.secret.arn
        self.finish(arn=self.arn)

    def _value(self, field: str, value: pulumi.Input[str] | None) -> pulumi.Input[str]:
        if value is not None:
            return value
        drawn = random.RandomBytes(
            f"{self.label}-{field.replace('_', '-')}", length=_GENERATED_BYTES, opts=pulumi.ResourceOptions(parent=self)
        )
        return drawn.base64

    def grant_read(self, grantee: Grantee) -> None:
        """Let a role read the value, and use the key for it."""
        grantee.identity.allow(Statement(["secretsmanager:GetSecretValue"], [self.arn]))
        self.environment.connect(grantee.label, self.label, "secretsmanager:GetSecretValue")
        if self.key is not None:
            self.key.grant(grantee, "kms:Decrypt", via="secretsmanager")

    def link(self, function: Linked, variable: str) -> None:
        """Tell a function the secret's ARN, and let it read the value."""
        function.variables.set(variable, self.arn)
        self.grant_read(function)
