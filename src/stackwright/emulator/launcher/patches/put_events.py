"""PutEvents refuses entries that no rule could ever see.

AWS: an entry without a source, a detail type or a detail, with a detail that is not a JSON object, or for a bus that
does not exist, fails; the call itself succeeds and counts it.
https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEventsResultEntry.html
MiniStack: accepts them all.
Here: such entries are answered with their error, and the others are passed on.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from stackwright.emulator.launcher.patching import Patcher
from stackwright.emulator.launcher.shared import SharedState


def apply(patcher: Patcher, shared: SharedState) -> None:
    """Register the patch."""
    del shared
    patcher.require("ministack.services.eventbridge", "_event_buses")

    def patch(eventbridge: Any) -> None:
        def put(data: Mapping[str, Any], allow_aws_source: bool = False) -> Any:
            entries = data.get("Entries") or []
            errors = [_error(entry, eventbridge) for entry in entries]
            if not any(errors):
                return original(data, allow_aws_source)
            good = [entry for entry, error in zip(entries, errors, strict=True) if error is None]
            status, headers, body = original({**data, "Entries": good}, allow_aws_source)
            if status != 200:
                return status, headers, body
            answer = json.loads(body)
            accepted = iter(answer["Entries"])
            answer["Entries"] = [next(accepted) if error is None else error for error in errors]
            answer["FailedEntryCount"] += sum(error is not None for error in errors)
            return eventbridge.json_response(answer)

        original = patcher.replace(eventbridge, "_put_events", put, parameters="data allow_aws_source")

    patcher.on_import("ministack.services.eventbridge", patch)


def _error(entry: Mapping[str, Any], eventbridge: Any) -> dict[str, str] | None:
    """The result of an entry that is refused; None for one that is not."""
    for name in ("Source", "DetailType", "Detail"):
        if not entry.get(name):
            message = f"Parameter {name} is not valid. Reason: {name} is a required argument."
            return {"ErrorCode": "InvalidArgument", "ErrorMessage": message}
    try:
        well_formed = isinstance(json.loads(entry["Detail"]), dict)
    except (TypeError, ValueError):
        well_formed = False
    if not well_formed:
        return {"ErrorCode": "MalformedDetail", "ErrorMessage": "Detail is malformed."}
    bus = str(entry.get("EventBusName") or "default").rpartition("/")[2]
    if bus not in eventbridge._event_buses:
        return {"ErrorCode": "ResourceNotFoundException", "ErrorMessage": f"Event bus {bus} does not exist."}
    return None
