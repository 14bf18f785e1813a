"""An SNS topic, and the policy that says who may publish to it."""

from __future__ import annotations

from collections.abc import Mapping

import pulumi
from pulumi_aws import sns

from . import names
from .component import Component, Transform
from .identity import Grantee, Linked
from .key import Key
from .policy import Condition, PolicyDocument, Statement, refuse_plain_http


class Topic(Component):
    """A standard topic with its policy.

    https://docs.aws.amazon.com/sns/latest/dg/sns-server-side-encryption.html

    Args:
        key: customer-managed key; not encrypted at rest without. The AWS-managed `alias/aws/sns` is never used:
            CloudWatch cannot publish through it.
        transform: changes to inner resources by role, see `Component`.
    """

    arn: pulumi.Output[str]
    topic_name: pulumi.Output[str]

    def __init__(
        self,
        name: str,
        *,
        key: Key | None = None,
        transform: Mapping[str, Transform] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("Topic", name, transform=transform, opts=opts)

        self.key = key
        self.topic = sns.Topic(
            f"{name}-topic",
            name=self.environment.physical_name(name, names.TOPIC),
            kms_master_key_id=self.key.arn if self.key is not None else None,
            opts=self.inside(),
        )
        self.document = PolicyDocument(name)
        self.document.add(refuse_plain_http("sns:Publish", self.topic.arn))
        self.policy = sns.TopicPolicy(
            f"{name}-policy", arn=self.topic.arn, policy=self.document.json, opts=self.inside()
        )
        self.arn = self.topic.arn
        self.topic_name = self.topic.name
        self.finish(arn=self.arn, topic_name=self.topic_name)

    @property
    def policies(self) -> list[pulumi.Resource]:
        """What must exist before an AWS service can publish: the topic's policy and its key's."""
        return [self.policy, *([self.key.policy] if self.key is not None else [])]

    def grant_publish(self, grantee: Grantee) -> None:
        """Let a role publish, and use the key for it."""
        grantee.identity.allow(Statement(["sns:Publish"], [self.arn]))
        self.environment.connect(grantee.label, self.label, "sns:Publish")
        if self.key is not None:
            self.key.grant(grantee, "kms:GenerateDataKey", "kms:Decrypt", via="sns")

    def link(self, function: Linked, variable: str) -> None:
        """Tell a function the topic's ARN, and let it publish."""
        function.variables.set(variable, self.arn)
        self.grant_publish(function)

    def subscribe_email(self, address: str) -> sns.TopicSubscription:
        """Send every message to an address, once its reader has followed the link that SNS sends there.

        https://docs.aws.amazon.com/sns/latest/dg/sns-email-notifications.html
        """
        return sns.TopicSubscription(
            f"{self.label}-email", topic=self.arn, protocol="email", endpoint=address, opts=self.inside()
        )

    def accept_alarms(self) -> None:
        """Let the CloudWatch alarms of this account and region publish, and use the key for it.

        Without the key's permission an alarm changes its state and nobody is told.
        https://repost.aws/knowledge-center/cloudwatch-configure-alarm-sns
        """
        alarms: Condition = {
            "StringEquals": {"aws:SourceAccount": self.environment.account_id},
            "ArnLike": {"aws:SourceArn": self.environment.arn("cloudwatch", "alarm:*")},
        }
        service = "cloudwatch.amazonaws.com"
        self.document.add(Statement(["sns:Publish"], [self.arn], principal={"Service": service}, condition=alarms))
        self.environment.connect(service, self.label, "sns:Publish")
        if self.key is not None:
            self.key.grant_service(service, "kms:Decrypt", "kms:GenerateDataKey", condition=alarms)
