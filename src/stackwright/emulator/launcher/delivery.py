"""Putting something into a queue, a topic, a function or a bus from inside the emulator."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from stackwright.emulator.launcher.patching import Patcher

# https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
DESTINATION_ACTIONS = {
    "sqs": "sqs:SendMessage",
    "sns": "sns:Publish",
    "lambda": "lambda:InvokeFunction",
    "events": "events:PutEvents",
}


class Delivery:
    """Deliveries that need no permission check; whoever calls has made it."""

    def __init__(self, patcher: Patcher) -> None:
        self._patcher = patcher
        patcher.require("ministack.services.sqs", "_ensure_msg_fields _md5_msg_attrs _queue_by_arn queue_delay")
        patcher.require("ministack.core.concurrency", "esm_wake")
        patcher.require("ministack.services.sns", "publish_internal")
        patcher.require(
            "ministack.services.lambda_svc",
            "_execution_record_for_config _get_func_record_for_ref invoke_async_with_retry",
        )
        patcher.require("ministack.services.eventbridge", "_event_buses _put_events")

    def send(self, queue_arn: str, body: str, attributes: Mapping[str, Mapping[str, str]] | None = None) -> bool:
        """Put a message into the queue; False when there is no such queue."""
        sqs = self._patcher.module("ministack.services.sqs")
        queue = sqs._queue_by_arn(queue_arn)
        if queue is None:
            return False
        now = time.time()
        own = dict(attributes or {})
        message = {
            "id": str(uuid.uuid4()),
            "body": body,
            "message_attributes": own,
            "md5_attrs": sqs._md5_msg_attrs(own),
            "sent_at": now,
            "visible_at": now + sqs.queue_delay(queue),
        }
        sqs._ensure_msg_fields(message)
        queue["messages"].append(message)
        self._patcher.module("ministack.core.concurrency").esm_wake.set()
        return True

    def publish(
        self, topic_arn: str, body: str, subject: str, attributes: Mapping[str, Mapping[str, str]] | None = None
    ) -> bool:
        """Publish to the topic; False when there is no such topic."""
        sns = self._patcher.module("ministack.services.sns")
        return sns.publish_internal(topic_arn, body, subject, message_attributes=dict(attributes or {})) is not None

    def invoke(self, function_arn: str, event: Any) -> bool:
        """Invoke the function asynchronously; False when there is no such function."""
        functions = self._patcher.module("ministack.services.lambda_svc")
        func, config, _ = functions._get_func_record_for_ref(function_arn)
        if not func or not config:
            return False
        functions.invoke_async_with_retry(functions._execution_record_for_config(func, config), event)
        return True

    def put_event(
        self, bus_arn: str, source: str, detail_type: str, detail: Any, resources: Sequence[str] = ()
    ) -> bool:
        """Put an event on the bus; False when there is no such bus."""
        events = self._patcher.module("ministack.services.eventbridge")
        name = bus_arn.rpartition("/")[2]
        if name not in events._event_buses:
            return False
        entry = {
            "EventBusName": name,
            "Source": source,
            "DetailType": detail_type,
            "Detail": json.dumps(detail),
            "Resources": list(resources),
        }
        events._put_events({"Entries": [entry]}, allow_aws_source=True)
        return True


def text(value: str) -> dict[str, str]:
    """A message attribute of type String."""
    return {"DataType": "String", "StringValue": value}


def number(value: int) -> dict[str, str]:
    """A message attribute of type Number."""
    return {"DataType": "Number", "StringValue": str(value)}
