"""The queue of what Lambda has given up, on SQS."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cached_property
from typing import Any

from ..aws import client, failing_as
from ..errors import InvalidRecordError, QueueError
from .ports import Failure


class SqsFailures:
    """Implements `ports.Failures`."""

    def __init__(self, queue_url: str) -> None:
        self._queue_url = queue_url

    @cached_property
    def _client(self) -> Any:
        return client("sqs", read_timeout=10, attempts=3)

    def receive(self) -> Sequence[Failure]:
        """Return up to ten (ReceiveMessage).

        A short wait asks all servers of the queue, so that an empty answer means an empty queue.
        https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-short-and-long-polling.html
        """
        with failing_as(QueueError, "sqs ReceiveMessage"):
            answer = self._client.receive_message(QueueUrl=self._queue_url, MaxNumberOfMessages=10, WaitTimeSeconds=1)
        return [_failure(message) for message in answer.get("Messages", [])]

    def done(self, failure: Failure) -> None:
        """Take it out of the queue (DeleteMessage)."""
        with failing_as(QueueError, "sqs DeleteMessage"):
            self._client.delete_message(QueueUrl=self._queue_url, ReceiptHandle=failure.receipt)


def _failure(message: dict[str, Any]) -> Failure:
    try:
        told = json.loads(message["Body"])["DDBStreamBatchInfo"]
        return Failure(
            receipt=message["ReceiptHandle"],
            stream_arn=told["streamArn"],
            shard_id=told["shardId"],
            first=told["startSequenceNumber"],
            last=told["endSequenceNumber"],
        )
    except (ValueError, KeyError, TypeError):
        raise InvalidRecordError(
            f"message {message.get('MessageId')} in the queue of failures does not come from a DynamoDB stream"
        ) from None
