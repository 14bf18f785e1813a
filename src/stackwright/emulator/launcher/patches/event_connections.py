"""The ARNs of EventBridge's connections and API destinations end in an id.

AWS: `connection/<name>/<id>` and `api-destination/<name>/<id>`; CreateApiDestination takes no other form.
https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_CreateApiDestination.html
https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_Connection.html
MiniStack: they end in the name, by which it also finds them.
Here: clients see ARNs with an id; it follows from the rest of the ARN.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Awaitable, Callable
from typing import Any, Final

from stackwright.emulator.launcher.patching import Patcher
from stackwright.emulator.launcher.shared import SharedState

_ARN: Final = rb"arn:[a-z-]+:events:[a-z0-9-]+:[0-9]{12}:%s/[.A-Za-z0-9_-]+"
_OF_CONNECTION: Final = re.compile(b"(" + _ARN % b"connection" + b")/[A-Za-z0-9-]+")
_WITHOUT_ID: Final = re.compile(_ARN % b"(?:connection|api-destination)" + rb'(?=")')
Response = tuple[int, dict[str, str], bytes]


def apply(patcher: Patcher, shared: SharedState) -> None:
    """Register the patch."""
    del shared

    def patch(events: Any) -> None:
        async def handle(
            method: str, path: str, headers: dict[str, str], body: bytes, query_params: dict[str, list[str]]
        ) -> Response:
            action = headers.get("x-amz-target", "").rpartition(".")[2]
            if not action.endswith(("Connection", "Connections", "ApiDestination", "ApiDestinations")):
                return await original(method, path, headers, body, query_params)
            body = _OF_CONNECTION.sub(rb"\1", body)
            status, sent, answer = await original(method, path, headers, body, query_params)
            return status, sent, _WITHOUT_ID.sub(_with_id, answer)

        original: Callable[..., Awaitable[Response]] = patcher.replace(
            events, "handle_request", handle, parameters="method path headers body query_params"
        )

    patcher.on_import("ministack.services.eventbridge", patch)


def _with_id(arn: re.Match[bytes]) -> bytes:
    return arn[0] + b"/" + str(uuid.uuid5(uuid.NAMESPACE_URL, arn[0].decode())).encode()
