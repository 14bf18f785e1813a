"""Everything that is published on a topic can be read afterwards.

AWS: a message goes to the topic's subscribers and nobody else; a developer subscribes an e-mail address to see it.
https://docs.aws.amazon.com/sns/latest/dg/sns-email-notifications.html
MiniStack: confirms e-mail subscriptions at once and sends nothing.
Here: each message that is accepted is kept in the emulator's log of messages. Its delivery is unchanged.
"""

from __future__ import annotations

from typing import Any

from stackwright.emulator.launcher.patching import Patcher
from stackwright.emulator.launcher.shared import SharedState


def apply(patcher: Patcher, shared: SharedState) -> None:
    """Register the patch."""

    def patch(sns: Any) -> None:
        def fanout(topic_arn: str, msg_id: str, message: str, subject: str, *rest: Any, **named: Any) -> Any:
            shared.messages.add(topic_arn, subject or "", message)
            return original(topic_arn, msg_id, message, subject, *rest, **named)

        original = patcher.replace(
            sns,
            "_fanout",
            fanout,
            parameters=(
                "topic_arn msg_id message subject message_structure message_attributes"
                " message_group_id message_dedup_id"
            ),
        )

    patcher.on_import("ministack.services.sns", patch)
