"""A bucket's policy can let in, and keep out, a role of another account.

AWS: a request from another account needs an Allow in the caller's own policies and in the bucket's; each may name the
role, its session or its account, and a Deny in either wins.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
MiniStack: reads the bucket's policy as if the root of the caller's account asked, so that a role which is named is
refused, and one that is denied gets in with its account.
Here: the policy is read for who asks. The caller's own policies have been asked before.
"""

from __future__ import annotations

from typing import Any

from stackwright.emulator.launcher.guard.admitted import current
from stackwright.emulator.launcher.patching import Patcher
from stackwright.emulator.launcher.shared import SharedState


def apply(patcher: Patcher, shared: SharedState) -> None:
    """Register the patch."""
    del shared
    patcher.require("ministack.core.iam_actions", "_s3_action s3_service_context")
    patcher.require("ministack.core.iam_evaluator", "EvalContext evaluate_resource_policy")
    patcher.require("ministack.core.responses", "get_region")
    patcher.require("ministack.services.s3", "_bucket_policies _policy_is_public _public_access_blocked request_scope")
    patcher.on_import("ministack.services.s3", lambda s3: _OtherAccounts(s3, patcher).install())


class _OtherAccounts:
    def __init__(self, s3: Any, patcher: Patcher) -> None:
        self._s3 = s3
        self._patcher = patcher

    def install(self) -> None:
        self._allows = self._patcher.replace(
            self._s3,
            "_foreign_bucket_allows",
            self._foreign_bucket_allows,
            parameters="owner_account bucket_name key method query_params caller headers",
        )

    def _foreign_bucket_allows(
        self,
        owner_account: str,
        bucket_name: str,
        key: str,
        method: str,
        query_params: dict[str, Any],
        caller: str,
        headers: dict[str, str] | None = None,
    ) -> bool:
        signed = current().signed
        credential = signed.credential if caller and signed is not None else None
        policy = self._s3._bucket_policies.get_scoped(owner_account, None, bucket_name)
        if credential is None or credential.principal_type == "Root" or not policy:
            return self._allows(owner_account, bucket_name, key, method, query_params, caller, headers)
        decision = self._decide(policy, credential, owner_account, bucket_name, key, method, query_params, headers)
        if decision == "Allow" and self._s3._policy_is_public(policy):
            return not self._s3._public_access_blocked(owner_account, bucket_name, "RestrictPublicBuckets")
        if decision != "ImplicitDeny":
            return decision == "Allow"
        return self._allows(owner_account, bucket_name, key, method, query_params, caller, headers)

    def _decide(
        self,
        policy: str,
        credential: Any,
        owner: str,
        bucket: str,
        key: str,
        method: str,
        query_params: dict[str, Any],
        headers: dict[str, str] | None,
    ) -> str:
        actions = self._patcher.module("ministack.core.iam_actions")
        evaluator = self._patcher.module("ministack.core.iam_evaluator")
        region = self._patcher.module("ministack.core.responses").get_region()
        path = f"/{bucket}/{key}" if key else f"/{bucket}"
        named = actions._s3_action(method, path, query_params)
        if not named:
            return "Deny"
        with self._s3.request_scope(owner, region):
            context = actions.s3_service_context(f"s3:{named}", query_params, path, headers or {})
        request = evaluator.EvalContext(
            principal_arn=credential.principal_arn,
            principal_type=credential.principal_type,
            principal_account=credential.account_id,
            action=f"s3:{named}",
            resource_arn=f"arn:aws:s3:::{bucket}/{key}" if key else f"arn:aws:s3:::{bucket}",
            region=region,
            service_context={name.lower(): value for name, value in context.items()},
        )
        return str(evaluator.evaluate_resource_policy(policy, request).decision)
