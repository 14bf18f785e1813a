"""Events of S3 on EventBridge name the version of the object.

AWS: ``detail.object`` has ``version-id`` when the bucket has versions, as ``versionId`` has it in notifications.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
MiniStack: only notifications have it.
Here: both.
"""

from __future__ import annotations

import json
from contextvars import ContextVar
from typing import Any

from stackwright.emulator.launcher.patching import Patcher
from stackwright.emulator.launcher.shared import SharedState


def apply(patcher: Patcher, shared: SharedState) -> None:
    """Register the patch."""
    del shared
    version: ContextVar[str | None] = ContextVar("object_version", default=None)

    def patch_s3(s3: Any) -> None:
        def fire(*arguments: Any, version_id: str | None = None, **more: Any) -> None:
            token = version.set(version_id)
            try:
                original(*arguments, version_id=version_id, **more)
            finally:
                version.reset(token)

        original = patcher.replace(
            s3,
            "_fire_s3_event",
            fire,
            parameters="bucket_name key event_name size etag deletion_type restore_event_data version_id sequencer "
            "object_extra record_extra",
        )

    def patch_events(events: Any) -> None:
        def dispatch(event: Any, view: Any = None) -> Any:
            if event.get("Source") == "aws.s3" and version.get():
                detail = json.loads(event["Detail"])
                detail["object"]["version-id"] = version.get()
                event = {**event, "Detail": json.dumps(detail)}
            return original(event, view)

        original = patcher.replace(events, "_dispatch_event", dispatch, parameters="event view")

    patcher.on_import("ministack.services.s3", patch_s3)
    patcher.on_import("ministack.services.eventbridge", patch_events)
