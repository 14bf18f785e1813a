"""CloudWatch Logs encrypts a log group only with a key whose policy lets it.

AWS: CreateLogGroup with a key and AssociateKmsKey are refused when the key's policy does not let CloudWatch Logs use it
for this group, which the policy knows by the encryption context ``aws:logs:arn``.
https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
MiniStack: any key will do, and there are neither AssociateKmsKey nor DisassociateKmsKey.
Here: the key's policy is asked, and both change the key of a group.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

from stackwright.emulator.launcher.keys import DECRYPT, GENERATE
from stackwright.emulator.launcher.patching import Patcher
from stackwright.emulator.launcher.shared import SharedState

_CHANGES = ("AssociateKmsKey", "DisassociateKmsKey")
Response = tuple[int, dict[str, str], bytes]


def apply(patcher: Patcher, shared: SharedState) -> None:
    """Register the patch."""
    patcher.require("ministack.services.cloudwatch_logs", "_log_groups _make_group_arn")
    patcher.require("ministack.core.responses", "get_region")

    def patch(logs: Any) -> None:
        async def handle(
            method: str, path: str, headers: dict[str, str], body: bytes, query_params: dict[str, list[str]]
        ) -> Response:
            action = headers.get("x-amz-target", "").rpartition(".")[2]
            if action not in ("CreateLogGroup", *_CHANGES):
                return await original(method, path, headers, body, query_params)
            data = json.loads(body or b"{}")
            refused = refusal(str(data.get("logGroupName", "")), data.get("kmsKeyId"))
            if refused is not None:
                return refused
            if action in _CHANGES:
                return change(data)
            return await original(method, path, headers, body, query_params)

        def refusal(group: str, reference: str | None) -> Response | None:
            key = shared.keys.find(reference)
            arn = str(logs._make_group_arn(group)).removesuffix(":*")
            region = patcher.module("ministack.core.responses").get_region()
            context = {"kms:EncryptionContext:aws:logs:arn": arn}
            if not reference or (
                key is not None
                and shared.keys.service_may_use(f"logs.{region}.amazonaws.com", key, (GENERATE, DECRYPT), arn, context)
            ):
                return None
            message = f"The specified KMS key does not exist or is not allowed to be used with Arn '{arn}'"
            return logs.error_response_json("AccessDeniedException", message, 400)

        def change(data: dict[str, Any]) -> Response:
            group = logs._log_groups.get(data.get("logGroupName"))
            if group is None:
                message = "The specified log group does not exist."
                return logs.error_response_json("ResourceNotFoundException", message, 400)
            group["kmsKeyId"] = data.get("kmsKeyId")
            return logs.json_response({})

        original: Callable[..., Awaitable[Response]] = patcher.replace(
            logs, "handle_request", handle, parameters="method path headers body query_params"
        )

    patcher.on_import("ministack.services.cloudwatch_logs", patch)
