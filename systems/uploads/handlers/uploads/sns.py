"""The topic on SNS."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from stackwright_handlers.aws import client, failing_as

from .errors import AnnouncementError


class SnsTopic:
    """Implements `ports.Topic`."""

    def __init__(self, topic_arn: str) -> None:
        self._topic_arn = topic_arn

    @cached_property
    def _client(self) -> Any:
        # If an answer were lost, a silent second attempt would publish twice; the workflow retries what really failed.
        return client("sns", read_timeout=5, attempts=1)

    def publish(self, subject: str, message: str) -> None:
        """Publish a message (Publish)."""
        with failing_as(AnnouncementError, "sns Publish"):
            self._client.publish(TopicArn=self._topic_arn, Subject=subject, Message=message)
