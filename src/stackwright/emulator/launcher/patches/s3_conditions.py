"""Bucket policies see which key an upload asks for.

AWS: the request of an upload carries the condition keys ``s3:x-amz-server-side-encryption-aws-kms-key-id`` and
``s3:x-amz-server-side-encryption-customer-algorithm``. What the first request of a multipart upload asked for holds for
its parts, too.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/amazon-s3-policy-keys.html
MiniStack: knows neither key, so that a policy that asks for them denies correct uploads.
Here: both keys are taken from the headers, for a part from the upload it belongs to.
"""

from __future__ import annotations

from typing import Any

from stackwright.emulator.launcher.patching import Patcher
from stackwright.emulator.launcher.shared import SharedState

_HEADERS = ("x-amz-server-side-encryption-aws-kms-key-id", "x-amz-server-side-encryption-customer-algorithm")


def apply(patcher: Patcher, shared: SharedState) -> None:
    """Register the patch."""
    del shared
    patcher.require("ministack.services.s3", "_multipart_uploads")

    def patch(actions: Any) -> None:
        def context(iam_action: str, query_params: Any, path: str, headers: Any) -> dict[str, Any]:
            found = dict(original(iam_action, query_params, path, headers))
            if iam_action != "s3:PutObject":
                return found
            given = headers
            if "uploadId" in query_params:
                upload_id = query_params["uploadId"]
                given = _first_request(uploads(), upload_id[0] if isinstance(upload_id, list) else upload_id)
            return {**found, **{f"s3:{name}": given[name] for name in _HEADERS if given.get(name)}}

        def uploads() -> Any:
            return patcher.module("ministack.services.s3")._multipart_uploads

        original = patcher.replace(
            actions, "_s3_object_context", context, parameters="iam_action query_params path headers"
        )

    patcher.on_import("ministack.core.iam_actions", patch)


def _first_request(uploads: Any, upload_id: str) -> Any:
    upload = uploads.get(upload_id) or {}
    return upload.get("preserved_headers") or {} if upload.get("requested_sse") else {}
