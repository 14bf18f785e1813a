"""SNS delivers with permission, and keeps what it cannot deliver.

AWS: the function's or queue's resource policy must allow the topic; a function is invoked asynchronously, with its own
retries and dead letters; a message that cannot be delivered goes to the subscription's dead letter queue.
https://docs.aws.amazon.com/sns/latest/dg/sns-dead-letter-queues.html
MiniStack: functions are invoked once without permission and their errors are lost; RedrivePolicy is stored only.
Here: the permission is checked, functions go through the asynchronous runner, and RedrivePolicy works.
"""

from __future__ import annotations

import json
from typing import Any

from stackwright.emulator.launcher.patching import Patcher
from stackwright.emulator.launcher.shared import SharedState


def apply(patcher: Patcher, shared: SharedState) -> None:
    """Register the patch."""
    patcher.require("ministack.services.sns", "_topic_by_arn_any_scope")
    patcher.require("ministack.services.sqs", "_queue_by_arn")
    patcher.on_import("ministack.services.sns", lambda module: _Fanout(module, patcher, shared).install())


class _Fanout:
    def __init__(self, sns: Any, patcher: Patcher, shared: SharedState) -> None:
        self._sns = sns
        self._patcher = patcher
        self._shared = shared

    def install(self) -> None:
        self._patcher.replace(
            self._sns,
            "_deliver_to_lambda",
            self._to_lambda,
            parameters="endpoint envelope topic_arn sub_arn msg_id raw_message message_attributes",
        )
        self._to_queue = self._patcher.replace(
            self._sns,
            "_deliver_to_sqs",
            self._to_sqs,
            parameters=(
                "endpoint envelope raw raw_message message_group_id message_dedup_id message_attributes topic_arn"
            ),
        )

    def _to_lambda(
        self,
        endpoint: str,
        envelope: str,
        topic_arn: str,
        sub_arn: str,
        msg_id: str,
        raw_message: str,
        message_attributes: Any,
    ) -> None:
        del msg_id, raw_message, message_attributes
        record = {
            "EventVersion": "1.0",
            "EventSubscriptionArn": sub_arn,
            "EventSource": "aws:sns",
            "Sns": json.loads(envelope),
        }
        allowed = self._shared.authorizer.may_invoke("sns.amazonaws.com", endpoint, source_arn=topic_arn)
        if not allowed or not self._shared.delivery.invoke(endpoint, {"Records": [record]}):
            self._dead_letter(topic_arn, endpoint, envelope)

    def _to_sqs(self, endpoint: str, envelope: str, raw: bool, raw_message: str, **rest: Any) -> None:
        topic_arn = str(rest.get("topic_arn", ""))
        sqs = self._patcher.module("ministack.services.sqs")
        account = topic_arn.split(":")[4]
        if (
            sqs._queue_by_arn(endpoint) is None
            or not sqs.queue_policy_allows(endpoint, "sns.amazonaws.com", topic_arn, account)
            or not self._shared.keys.service_may_send("sns.amazonaws.com", endpoint, topic_arn)
        ):
            self._dead_letter(topic_arn, endpoint, raw_message if raw else envelope)
            return
        self._to_queue(endpoint, envelope, raw, raw_message, **rest)

    def _dead_letter(self, topic_arn: str, endpoint: str, body: str) -> None:
        self._shared.log(f"{topic_arn} -> {endpoint}: not allowed or missing")
        topic = self._sns._topic_by_arn_any_scope(topic_arn)
        for subscription in topic["subscriptions"] if topic else ():
            redrive = subscription.get("attributes", {}).get("RedrivePolicy")
            if subscription.get("endpoint") != endpoint or not redrive:
                continue
            arn = json.loads(redrive)["deadLetterTargetArn"]
            sqs = self._patcher.module("ministack.services.sqs")
            if sqs.queue_policy_allows(arn, "sns.amazonaws.com", topic_arn, topic_arn.split(":")[4]):
                self._shared.delivery.send(arn, body)
