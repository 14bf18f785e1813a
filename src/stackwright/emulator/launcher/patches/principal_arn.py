"""Conditions on ``aws:PrincipalArn`` see a role by its own ARN.

AWS: for what acts as a role the key holds the ARN of the role, not that of the session, so that a policy may name the
role in a condition where it cannot be a principal, such as one of another account that is not there yet.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalarn
MiniStack: holds the ARN of the session.
Here: the ARN of the session's role, with its path.
"""

from __future__ import annotations

from typing import Any

from stackwright.emulator.launcher.patching import Patcher
from stackwright.emulator.launcher.shared import SharedState

_KEY = "aws:principalarn"


def apply(patcher: Patcher, shared: SharedState) -> None:
    """Register the patch."""
    del shared
    patcher.require("ministack.services.iam", "_roles")

    def patch(evaluator: Any) -> None:
        def resolve(key: str, ctx: Any) -> Any:
            found = original(key, ctx)
            return _role_arn(patcher, str(found)) if found and key.lower() == _KEY else found

        original = patcher.replace(evaluator, "_resolve_condition_key", resolve, parameters="key ctx")

    patcher.on_import("ministack.core.iam_evaluator", patch)


def _role_arn(patcher: Patcher, principal: str) -> str:
    if ":assumed-role/" not in principal:
        return principal
    account, name = principal.split(":")[4], principal.split("/")[1]
    role = patcher.module("ministack.services.iam")._roles.get_scoped(account, None, name)
    return str(role["Arn"]) if role else f"arn:aws:iam::{account}:role/{name}"
