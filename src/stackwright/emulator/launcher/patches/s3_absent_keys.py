"""S3 tells that there is no such object only to those who may list the bucket.

AWS: reading an object that does not exist is 404 for a caller with ``s3:ListBucket`` on the bucket, and 403 without.
https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
MiniStack: 404 for everybody.
Here: the caller of a GetObject or HeadObject that finds nothing is asked for the permission.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from stackwright.emulator.launcher.patching import Patcher
from stackwright.emulator.launcher.shared import SharedState

_READS = ("_get_object", "_head_object")


def apply(patcher: Patcher, shared: SharedState) -> None:
    """Register the patch."""
    del shared
    patcher.require("ministack.services.s3", "_error")
    patcher.require("ministack.core.router", "extract_access_key_id")
    patcher.require("ministack.core.responses", "get_region")

    def patch(s3: Any) -> None:
        for name in _READS:
            replace(s3, name)

    def replace(s3: Any, name: str) -> None:
        def read(bucket_name: str, key: str, headers: Any = None, query_params: Any = None) -> Any:
            response = original(bucket_name, key, headers, query_params)
            refused = refusal(bucket_name, headers or {}, query_params or {}) if response[0] == 404 else None
            return response if refused is None else s3._error("AccessDenied", refused, 403, f"/{bucket_name}/{key}")

        original: Callable[..., Any] = patcher.replace(
            s3, name, read, parameters="bucket_name key headers query_params"
        )

    def refusal(bucket_name: str, headers: Any, query_params: Any) -> str | None:
        """AWS's words for a signer who may not list; requests without one come from inside the emulator."""
        signer = patcher.module("ministack.core.router").extract_access_key_id(headers, query_params)
        if not signer:
            return None
        evaluator = patcher.module("ministack.core.iam_evaluator")
        region = patcher.module("ministack.core.responses").get_region()
        bucket = f"arn:aws:s3:::{bucket_name}"
        denied = evaluator.enforce(signer, "s3:ListBucket", "s3", region, bucket, {})
        if denied is None:
            return None
        return (
            f"User: {getattr(denied, 'principal_arn', '')} is not authorized to perform: s3:ListBucket on resource: "
            f'"{bucket}" because no identity-based policy allows the s3:ListBucket action'
        )

    patcher.on_import("ministack.services.s3", patch)
