"""An encrypted SQS queue, and the policy that says who may send to it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import pulumi
from pulumi_aws import sqs

from . import limits, names
from .component import Component, Transform
from .identity import Grantee, Linked
from .key import Key
from .policy import PolicyDocument, Statement, refuse_plain_http

VISIBILITY_SECONDS: Final = 30
"""What SQS sets where nothing is said."""
DEAD_LETTER_RETENTION_SECONDS: Final = 14 * 24 * 3600
"""The longest that SQS offers: somebody must find what failed."""


class Queue(Component):
    """A standard queue with its policy.

    Messages may have 1 MiB, so that a failed asynchronous event of any size fits.
    https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html

    Args:
        key: customer-managed key; SQS encrypts with a key of its own without.
        retention_seconds: how long a message is kept, 60..1,209,600 s.
        visibility_timeout_seconds: how long a received message is hidden, 0..43,200 s.
        data_key_reuse_seconds: how long SQS reuses a data key, 60..86,400 s; only with `key`.
        transform: changes to inner resources by role, see `Component`.

    Raises:
        ComponentError: a number is out of its range.
    """

    arn: pulumi.Output[str]
    url: pulumi.Output[str]
    queue_name: pulumi.Output[str]

    def __init__(
        self,
        name: str,
        *,
        key: Key | None = None,
        retention_seconds: int = 345_600,
        visibility_timeout_seconds: int = VISIBILITY_SECONDS,
        data_key_reuse_seconds: int = 300,
        transform: Mapping[str, Transform] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        limits.QUEUE_RETENTION.check(name, "retention_seconds", retention_seconds)
        limits.QUEUE_VISIBILITY.check(name, "visibility_timeout_seconds", visibility_timeout_seconds)
        limits.DATA_KEY_REUSE.check(name, "data_key_reuse_seconds", data_key_reuse_seconds)
        super().__init__("Queue", name, transform=transform, opts=opts)

        self.key = key
        self.queue = sqs.Queue(
            f"{name}-queue",
            name=self.environment.physical_name(name, names.QUEUE),
            message_retention_seconds=retention_seconds,
            visibility_timeout_seconds=visibility_timeout_seconds,
            max_message_size=int(limits.QUEUE_MESSAGE_SIZE.maximum),
            kms_master_key_id=self.key.arn if self.key is not None else None,
            kms_data_key_reuse_period_seconds=data_key_reuse_seconds if self.key is not None else None,
            sqs_managed_sse_enabled=True if self.key is None else None,
            opts=self.inside(),
        )
        self.document = PolicyDocument(name)
        self.document.add(refuse_plain_http("sqs:*", self.queue.arn))
        self.policy = sqs.QueuePolicy(
            f"{name}-policy", queue_url=self.queue.url, policy=self.document.json, opts=self.inside()
        )
        self.arn = self.queue.arn
        self.url = self.queue.url
        self.queue_name = self.queue.name
        self.finish(arn=self.arn, url=self.url, queue_name=self.queue_name)

    @property
    def policies(self) -> list[pulumi.Resource]:
        """What must exist before an AWS service can send: the queue's policy and its key's."""
        return [self.policy, *([self.key.policy] if self.key is not None else [])]

    def grant_send(self, grantee: Grantee) -> None:
        """Let a role send messages, and use the key for it."""
        self._allow(grantee, "sqs:SendMessage")
        self._share_key(grantee)

    def link(self, function: Linked, variable: str) -> None:
        """Tell a function the queue's URL, and let it send messages."""
        function.variables.set(variable, self.url)
        self.grant_send(function)

    def grant_delivery(self, grantee: Grantee) -> None:
        """Let an AWS service send in the role's name, as Lambda does with failed events."""
        grantee.identity.document.add(Statement(["sqs:SendMessage"], [self.arn]))
        self.environment.connect(grantee.label, self.label, "sqs:SendMessage")
        self._share_key(grantee)

    def grant_receive(self, grantee: Grantee) -> None:
        """Let a role's own code receive and delete messages, and use the key for it."""
        self._allow(grantee, "sqs:ReceiveMessage", "sqs:DeleteMessage")
        if self.key is not None:
            self.key.grant(grantee, "kms:Decrypt", via="sqs")

    def grant_consume(self, grantee: Grantee) -> None:
        """Let a role receive and delete messages, as an event source mapping does, and use the key for it."""
        self._allow(
            grantee,
            "sqs:ReceiveMessage",
            "sqs:DeleteMessage",
            "sqs:GetQueueAttributes",
            "sqs:ChangeMessageVisibility",
        )
        if self.key is not None:
            self.key.grant(grantee, "kms:Decrypt", via="sqs")

    def accept(self, service: str, source_arn: pulumi.Input[str], source: str) -> None:
        """Let an AWS service send on behalf of one resource, and use the key for it.

        Args:
            service: service principal such as `events.amazonaws.com`.
            source_arn: ARN of the resource, such as a rule; computed from its name (`environment.arn`), not from its
                output, when that resource waits for this queue.
            source: the component's name, for the list of edges.
        """
        self.document.add(
            Statement(
                ["sqs:SendMessage"],
                [self.arn],
                principal={"Service": service},
                condition={"ArnEquals": {"aws:SourceArn": source_arn}},
            )
        )
        self.environment.connect(source, self.label, "sqs:SendMessage")
        if self.key is not None:
            # By account: it is not documented that the ARN of the rule reaches KMS.
            # https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html
            self.key.grant_service(service, "kms:GenerateDataKey", "kms:Decrypt")

    def _allow(self, grantee: Grantee, *actions: str) -> None:
        grantee.identity.allow(Statement(actions, [self.arn]))
        self.environment.connect(grantee.label, self.label, *actions)

    def _share_key(self, grantee: Grantee) -> None:
        if self.key is not None:
            # https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html
            self.key.grant(grantee, "kms:GenerateDataKey", "kms:Decrypt", via="sqs")
