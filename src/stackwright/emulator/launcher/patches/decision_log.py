"""Every authorization is logged, refused ones too.

AWS: CloudTrail records refused calls as well, with the role that made them.
https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
MiniStack: its CloudTrail leaves refused calls out and names the access key in place of the role.
Here: the evaluator's result is recorded with principal, action and resource, and for a key with the service that uses
it for the principal. What it decides is unchanged.
"""

from __future__ import annotations

from typing import Any

from stackwright.emulator.launcher.patching import Patcher
from stackwright.emulator.launcher.shared import SharedState


def apply(patcher: Patcher, shared: SharedState) -> None:
    """Register the patch."""
    patcher.require("ministack.core.iam_evaluator", "AuthError resolve_caller_identity")

    def patch(evaluator: Any) -> None:
        def enforce(
            access_key_id: str,
            iam_action: str,
            service: str,
            region: str,
            resource_arn: str = "*",
            service_context: dict[str, Any] | None = None,
        ) -> Any:
            result = original(access_key_id, iam_action, service, region, resource_arn, service_context)
            identity = evaluator.resolve_caller_identity(access_key_id)
            principal = identity["userArn"] if identity else "anonymous"
            if result is None:
                decision = "Allow"
            elif isinstance(result, evaluator.AuthError):
                decision = "AuthError"
            else:
                decision = str(result.decision)
            through = str((service_context or {}).get("kms:viaservice", "")).partition(".")[0]
            shared.decisions.add(principal, iam_action, resource_arn, decision, through)
            return result

        original = patcher.replace(
            evaluator,
            "enforce",
            enforce,
            parameters="access_key_id iam_action service region resource_arn service_context",
        )

    patcher.on_import("ministack.core.iam_evaluator", patch)
