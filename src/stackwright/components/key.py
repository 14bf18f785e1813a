"""A customer-managed KMS key whose policy names exactly the services that need it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pulumi
from pulumi_aws import kms

from . import limits, names
from .component import Component, Transform
from .identity import Grantee
from .policy import Condition, PolicyDocument, Statement


class Key(Component):
    """A symmetric key with yearly rotation, an alias, and a policy that grows with the grants.

    Callers that are IAM roles get access in their own policy (`grant`), limited to the service they call; AWS services
    that act by themselves get a statement in the key's policy (`grant_service`), limited to this account. The policy is
    a resource of its own so that it may name resources that depend on the key.
    https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html

    Args:
        description: what the key encrypts; project, name and environment unless given.
        deletion_window_days: days between deletion and destruction, 7..30.
        transform: changes to inner resources by role, see `Component`.

    Raises:
        ComponentError: the window is out of its range.
    """

    arn: pulumi.Output[str]
    key_id: pulumi.Output[str]

    def __init__(
        self,
        name: str,
        *,
        description: str | None = None,
        deletion_window_days: int = 30,
        transform: Mapping[str, Transform] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        limits.KEY_DELETION_WINDOW.check(name, "deletion_window_days", deletion_window_days)
        super().__init__("Key", name, transform=transform, opts=opts)

        self.document = PolicyDocument(name, self_referring=True)
        self.document.add(self._account_administers())
        if description is None:
            description = f"{self.environment.project} {name} {self.environment.name}"
        self.key = kms.Key(
            f"{name}-key",
            description=description,
            enable_key_rotation=True,
            deletion_window_in_days=deletion_window_days,
            opts=self.inside(),
        )
        alias = self.environment.physical_name(name, names.KEY_ALIAS)
        self.alias = kms.Alias(
            f"{name}-alias", name=f"alias/{alias}", target_key_id=self.key.key_id, opts=self.inside()
        )
        self.policy = kms.KeyPolicy(
            f"{name}-policy", key_id=self.key.key_id, policy=self.document.json, opts=self.inside()
        )
        self.arn = self.key.arn
        self.key_id = self.key.key_id
        self.finish(arn=self.arn, key_id=self.key_id)

    def _account_administers(self) -> Statement:
        # Without it IAM policies have no effect on the key, and nobody could manage it.
        environment = self.environment
        root = pulumi.Output.concat("arn:", environment.partition, ":iam::", environment.account_id, ":root")
        return Statement(["kms:*"], ["*"], principal={"AWS": root}, sid="AccountAdministers")

    def grant(self, grantee: Grantee, *actions: str, via: str) -> None:
        """Let a role use the key, only through the AWS service that it calls.

        Args:
            actions: such as `kms:Decrypt`.
            via: the service, such as `s3` (condition kms:ViaService).
        """
        service = f"{via}.{self.environment.region}.amazonaws.com"
        via_service: Condition = {"StringEquals": {"kms:ViaService": service}}
        # One statement each, so that what several grants need stands in the policy once.
        grantee.identity.document.add(*(Statement([action], [self.arn], condition=via_service) for action in actions))
        self.environment.connect(grantee.label, self.label, *actions)

    def grant_service(
        self,
        service: str,
        *actions: str,
        condition: Mapping[str, Mapping[str, pulumi.Input[str] | Sequence[pulumi.Input[str]]]] | None = None,
    ) -> None:
        """Let an AWS service that acts by itself use the key, on behalf of this account only.

        Args:
            service: service principal such as `cloudwatch.amazonaws.com`.
            actions: such as `kms:Decrypt`.
            condition: takes the place of aws:SourceAccount where the service sends something narrower.
        """
        this_account: Condition = {"StringEquals": {"aws:SourceAccount": self.environment.account_id}}
        self.document.add(
            Statement(
                actions,
                ["*"],
                principal={"Service": service},
                condition=condition if condition is not None else this_account,
            )
        )
        self.environment.connect(service, self.label, *actions)

    def grant_logs(self, log_group_name: str) -> None:
        """Let CloudWatch Logs encrypt one log group.

        https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
        """
        group = self.environment.arn("logs", f"log-group:{log_group_name}")
        self.grant_service(
            f"logs.{self.environment.region}.amazonaws.com",
            "kms:Encrypt",
            "kms:Decrypt",
            "kms:ReEncryptFrom",
            "kms:ReEncryptTo",
            "kms:GenerateDataKey",
            "kms:GenerateDataKeyWithoutPlaintext",
            "kms:DescribeKey",
            condition={"ArnEquals": {"kms:EncryptionContext:aws:logs:arn": group}},
        )
