"""MiniStack believes the guard, and no key that everybody knows.

AWS: every signature is checked, the root's too; there is no key without a secret.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html
MiniStack: every access key of twelve digits, ``test`` and the one in its environment is root, with any secret; a
request without a key is root for calls that it knows no IAM action of; the keys of functions follow from their names.
Here: the root of an account has the one key that this start of the emulator made for it. What the guard has found out
about a request's signature is the answer wherever MiniStack asks for it, and functions get random keys.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from stackwright.emulator.launcher.guard.admitted import current
from stackwright.emulator.launcher.guard.claims import Failure
from stackwright.emulator.launcher.guard.credentials import RootKey
from stackwright.emulator.launcher.guard.destinations import PROGRAMS
from stackwright.emulator.launcher.patching import Patcher
from stackwright.emulator.launcher.shared import SharedState


def apply(patcher: Patcher, shared: SharedState) -> None:
    """Register the patch."""
    patcher.require(
        "ministack.core.iam_evaluator", "AuthError EvalContext ResolvedCredential _anonymous _resource_policy"
    )
    patcher.require("ministack.core.iam_evaluator", "evaluate_resource_policy")
    patcher.require("ministack.core.lambda_runtime", "_account_region_from_function_config")
    patcher.require("ministack.services.sts", "register_session")
    keys = _Keys(patcher, shared)
    patcher.on_import("ministack.core.responses", keys.patch_responses)
    patcher.on_import("ministack.core.iam_evaluator", keys.patch_evaluator)
    patcher.on_import("ministack.services.s3", keys.patch_s3)
    patcher.on_import("ministack.core.lambda_runtime", keys.patch_functions)
    patcher.on_import("ministack.services.lambda_svc", keys.patch_links)


class _Keys:
    def __init__(self, patcher: Patcher, shared: SharedState) -> None:
        self._patcher = patcher
        self._roots = shared.roots
        self._tokens = shared.tokens
        # Nobody can sign with the empty key.
        self._inside = RootKey("", "", secrets.token_urlsafe(30))
        self._of_functions: dict[tuple[str, str], dict[str, str]] = {}
        self._lock = threading.Lock()

    def patch_responses(self, responses: Any) -> None:
        def set_request_account_id(access_key_id: str) -> None:
            root = self._roots.find(access_key_id)
            original(root.account if root else access_key_id)

        original = self._patcher.replace(
            responses, "set_request_account_id", set_request_account_id, parameters="access_key_id"
        )

    def patch_evaluator(self, evaluator: Any) -> None:
        self._evaluator = evaluator
        change = self._patcher.replace
        change(evaluator, "is_root_access_key", self._is_root, parameters="access_key_id")
        change(evaluator, "_is_root_key", self._is_root, parameters="access_key_id")
        self._find_account = change(evaluator, "find_iam_access_key_account", self._account, parameters="access_key_id")
        self._resolve = change(
            evaluator, "resolve_credential", self._credential, parameters="access_key_id account_id session_token"
        )
        change(
            evaluator,
            "pin_signed_request",
            self._pin,
            parameters="method raw_path query_params raw_headers handshake",
        )
        change(evaluator, "authenticate", self._authenticate, parameters="access_key_id account_id")
        change(evaluator, "authenticate_handshake", self._handshake, parameters="scope service")
        change(evaluator, "caller_verified", self._verified, parameters="access_key_id account_id")
        self._enforce = change(
            evaluator,
            "enforce",
            self._enforced,
            parameters="access_key_id iam_action service region resource_arn service_context",
        )
        self._check = change(evaluator, "check_credentials", self._checked, parameters="access_key_id service")

    def patch_s3(self, s3: Any) -> None:
        self._patcher.replace(
            s3, "_verify_presigned_sigv4", lambda *_: None, parameters="method path headers query_params"
        )

    def patch_functions(self, runtime: Any) -> None:
        self._runtime = runtime
        self._patcher.replace(runtime, "execution_credentials", self._function_keys, parameters="config")

    def patch_links(self, lambda_service: Any) -> None:
        """Where code and layers can be fetched: a link that is good for a while, as on AWS."""

        def code(func_name: str) -> str:
            return self._tokens.link(original_code(func_name).partition("?")[0])

        def layer(layer_name: str, version: int) -> str:
            return self._tokens.link(original_layer(layer_name, version))

        replace_ = self._patcher.replace
        original_code = replace_(lambda_service, "_presigned_code_url", code, parameters="func_name")
        original_layer = replace_(lambda_service, "_layer_content_url", layer, parameters="layer_name version")

    def _is_root(self, access_key_id: str) -> bool:
        # Calls from inside the emulator, and anonymous ones to S3, bring no key.
        return not access_key_id or self._roots.find(access_key_id) is not None

    def _account(self, access_key_id: str) -> str | None:
        root = self._roots.find(access_key_id)
        return root.account if root else self._find_account(access_key_id)

    def _credential(self, access_key_id: str, account_id: str | None = None, *token: Any) -> Any:
        found = self._resolve(access_key_id, account_id, *token)
        root = self._roots.find(access_key_id) if access_key_id else self._inside
        if root is None or not isinstance(found, self._evaluator.ResolvedCredential):
            return found
        return replace(
            found,
            secret_access_key=root.secret_key,
            account_id=root.account or found.account_id,
            principal_arn=f"arn:aws:iam::{root.account or found.account_id}:root",
            principal_id=root.account or found.account_id,
        )

    def _pin(self, method: str, raw_path: str, query_params: Any, raw_headers: Any, handshake: bool = False) -> None:
        del method, raw_path, query_params, handshake
        authorized = any(name.lower() == b"authorization" for name, _ in raw_headers)
        self._evaluator._anonymous.set(current().signed is None and current().failure is None and not authorized)

    def _authenticate(self, access_key_id: str, account_id: str) -> Any:
        del account_id
        admitted = current()
        if admitted.failure is not None:
            return self._evaluator.AuthError(admitted.failure.code, admitted.failure.message)
        if admitted.signed is None or admitted.signed.claim.access_key != access_key_id:
            return None
        return admitted.signed.credential

    def _handshake(self, scope: Mapping[str, Any], service: str | None = None) -> Any:
        del scope, service
        admitted = current()
        if admitted.signed is None and admitted.failure is None:
            return None
        return self._authenticate(admitted.signed.claim.access_key if admitted.signed else "", "")

    def _enforced(
        self,
        access_key_id: str,
        iam_action: str,
        service: str,
        region: str,
        resource_arn: str = "*",
        service_context: dict[str, Any] | None = None,
    ) -> Any:
        admitted, evaluator = current(), self._evaluator
        if admitted.failure is not None:
            return evaluator.AuthError(admitted.failure.code, admitted.failure.message)
        signer = admitted.signed.claim.access_key if admitted.signed else ""
        if admitted.kind in PROGRAMS and access_key_id != signer:
            return evaluator.AuthError("UnrecognizedClientException", "The request is not signed with this key.")
        anonymous = evaluator._anonymous.get() and not access_key_id
        if anonymous and service == "sqs" and self._everybody_may(iam_action, region, resource_arn, service_context):
            return None
        return self._enforce(access_key_id, iam_action, service, region, resource_arn, service_context)

    def _everybody_may(self, action: str, region: str, queue: str, context: Mapping[str, Any] | None) -> bool:
        """Whether the policy of a queue names everybody.

        https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-basic-examples-of-sqs-policies.html
        """
        policy = self._evaluator._resource_policy("sqs", queue)
        if policy is None:
            return False
        request = self._evaluator.EvalContext(
            principal_arn="anonymous",
            principal_type="Anonymous",
            principal_account="anonymous",
            action=action,
            resource_arn=queue,
            region=region,
            service_context={key.lower(): value for key, value in (context or {}).items()},
        )
        return self._evaluator.evaluate_resource_policy(policy[0], request).decision == "Allow"

    def _verified(self, access_key_id: str, account_id: str) -> bool:
        found = self._authenticate(access_key_id, account_id)
        return bool(access_key_id) and isinstance(found, self._evaluator.ResolvedCredential)

    def _checked(self, access_key_id: str, service: str | None = None) -> Any:
        if not access_key_id:
            failure = current().failure or Failure("MissingAuthenticationToken", "Missing Authentication Token")
            return self._evaluator.AuthError(failure.code, failure.message)
        return self._check(access_key_id, service)

    def _function_keys(self, config: Mapping[str, Any]) -> dict[str, str]:
        """Credentials of a function's role; the same for all its environments, and others after a change of role."""
        account, _ = self._runtime._account_region_from_function_config(config)
        role, name = str(config.get("Role", "")), str(config.get("FunctionName", ""))
        with self._lock:
            kept = self._of_functions.setdefault((config["FunctionArn"], role), _random_keys())
        role_name = role.rpartition("/")[2]
        session = {
            "Arn": f"arn:aws:sts::{account}:assumed-role/{role_name}/{name[:64]}",
            "UserId": f"{role_name}:{name[:64]}",
            "SecretAccessKey": kept["AWS_SECRET_ACCESS_KEY"],
            "SessionToken": kept["AWS_SESSION_TOKEN"],
        }
        self._patcher.module("ministack.services.sts").register_session(kept["AWS_ACCESS_KEY_ID"], session)
        return dict(kept)


def _random_keys() -> dict[str, str]:
    return {
        "AWS_ACCESS_KEY_ID": f"ASIA{secrets.token_hex(8).upper()}",
        "AWS_SECRET_ACCESS_KEY": secrets.token_urlsafe(30),
        "AWS_SESSION_TOKEN": secrets.token_urlsafe(96),
    }
