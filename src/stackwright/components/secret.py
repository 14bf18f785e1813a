"""A secret that functions read at run time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import pulumi
import pulumi_random as random
from pulumi_aws import secretsmanager

from . import limits, names
from .component import Component, Transform
from .errors import ComponentError
from .identity import Grantee, Linked
from .json_text import json_text
from .key import Key
from .policy import Statement

_GENERATED_BYTES: Final = 32


class Secret(Component):
    """A secret and its value, which is a secret in Pulumi's state as well.

    https://docs.aws.amazon.com/secretsmanager/latest/userguide/best-practices.html

    Args:
        values: values by name, kept as one JSON object; None for 32 random bytes in base64, drawn once and then kept.
        key: customer-managed key; the AWS-managed key `aws/secretsmanager` without.
        description: what the secret is for.
        recovery_window_days: days in which a deleted secret can be restored, 7..30, or 0 to delete it at once.
        transform: changes to inner resources by role, see `Component`.

    Raises:
        ComponentError: there is no value, or the window is out of its range.
    """

    arn: pulumi.Output[str]

    def __init__(
        self,
        name: str,
        *,
        values: Mapping[str, pulumi.Input[str] | None],
        key: Key | None = None,
        description: str | None = None,
        recovery_window_days: int = 30,
        transform: Mapping[str, Transform] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        if recovery_window_days != 0:
            limits.SECRET_RECOVERY_WINDOW.check(name, "recovery_window_days", recovery_window_days)
        if not values:
            raise ComponentError(f"{name} holds nothing", fix="name at least one value")
        super().__init__("Secret", name, transform=transform, opts=opts)

        self.key = key
        self.secret = secretsmanager.Secret(
            f"{name}-secret",
            name=self.environment.physical_name(name, names.SECRET),
            description=description,
            kms_key_id=self.key.arn if self.key is not None else None,
            recovery_window_in_days=recovery_window_days,
            opts=self.inside(),
        )
        drawn = {field: self._value(field, value) for field, value in values.items()}
        self.version = secretsmanager.SecretVersion(
            f"{name}-value",
            secret_id=self.secret.id,
            secret_string=json_text(drawn),
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
