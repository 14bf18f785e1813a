"""Authorization of what AWS services do on somebody's behalf, by the policies MiniStack stores."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stackwright.emulator.launcher.decisions import DecisionLog
from stackwright.emulator.launcher.patching import Patcher


class Authorizer:
    """Evaluates with MiniStack's evaluator, and records each decision with the service as ``via``."""

    def __init__(self, patcher: Patcher, decisions: DecisionLog) -> None:
        self._patcher = patcher
        patcher.require("ministack.services.iam", "_roles")
        patcher.require(
            "ministack.core.iam_evaluator",
            "EvalContext _POLICY_REQUIRED _gather_role_policies _permissions_boundary _resource_policy "
            "combine_resource_policy evaluate evaluate_resource_policy",
        )
        patcher.require("ministack.services.lambda_svc", "_functions")
        patcher.require("ministack.core.responses", "get_region")
        self._decisions = decisions

    def role_may(
        self, role_arn: str, action: str, resource: str, *, via: str, context: Mapping[str, str] | None = None
    ) -> bool:
        """Whether a service (``via``, such as ``lambda``) that works as ``role_arn`` may do ``action``.

        The role's policies, its boundary and the resource's own policy count. https://docs.aws.amazon.com/IAM/latest/
        UserGuide/reference_policies_evaluation-logic.html
        """
        evaluator = self._evaluator
        roles = self._patcher.module("ministack.services.iam")._roles
        account, name = role_arn.split(":")[4], role_arn.rpartition("/")[2]
        policies = evaluator._gather_role_policies(name, account)
        limits = evaluator._permissions_boundary(roles, name, account)
        role = roles.get_scoped(account, None, name) or {}
        request = evaluator.EvalContext(
            principal_arn=f"arn:aws:sts::{account}:assumed-role/{name}/{via}",
            principal_type="AssumedRole",
            principal_account=account,
            action=action,
            resource_arn=resource,
            region=self._region,
            secure_transport=True,
            service_context={key.lower(): value for key, value in (context or {}).items()},
            principal_keys={f"aws:principaltag/{tag['Key'].lower()}": tag["Value"] for tag in role.get("Tags") or []},
        )
        result = evaluator.evaluate(request, policies, *limits)
        service = action.partition(":")[0]
        policy = evaluator._resource_policy(service, resource)
        if policy is not None:
            required = service in evaluator._POLICY_REQUIRED
            result = evaluator.combine_resource_policy(result, request, *policy, required=required, limits=limits)
        self._decisions.add(request.principal_arn, action, resource, result.decision, via)
        return result.decision == "Allow"

    def service_may(
        self,
        service: str,
        action: str,
        resource: str,
        policy: Any,
        *,
        source_arn: str,
        source_account: str,
        context: Mapping[str, str] | None = None,
    ) -> bool:
        """Whether ``resource``'s own policy lets the service principal ``service`` do ``action`` for ``source_arn``."""
        conditions = {
            "aws:sourcearn": source_arn,
            "aws:sourceaccount": source_account,
            "aws:sourceowner": source_account,
            "aws:principalisawsservice": "true",
            "aws:principalservicename": service,
            **(context or {}),
        }
        request = self._request("Service", action, resource, conditions)
        decision = self._evaluator.evaluate_resource_policy(policy, request, service=service).decision
        self._decisions.add(service, action, resource, decision, service.partition(".")[0])
        return decision == "Allow"

    def anybody_may(self, action: str, context: Mapping[str, str], resource: str, policy: Any) -> bool:
        """Whether ``resource``'s own policy lets everybody do ``action``, signed or not."""
        request = self._request("Anonymous", action, resource, context)
        decision = self._evaluator.evaluate_resource_policy(policy, request).decision
        self._decisions.add("anonymous", action, resource, decision)
        return decision == "Allow"

    def _request(self, principal_type: str, action: str, resource: str, conditions: Mapping[str, str]) -> Any:
        """A request of somebody who has no identity policies."""
        return self._evaluator.EvalContext(
            principal_arn="*",
            principal_type=principal_type,
            principal_account="",
            action=action,
            resource_arn=resource,
            region=self._region,
            secure_transport=True,
            service_context={key.lower(): value for key, value in conditions.items()},
        )

    def may_invoke(self, service: str, function_arn: str, *, source_arn: str) -> bool:
        """Whether the function's resource policy lets ``service`` invoke it for ``source_arn``.

        https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html
        """
        parts = function_arn.split(":")
        functions = self._patcher.module("ministack.services.lambda_svc")
        func = functions._functions.get_scoped(parts[4], parts[3], parts[6])
        if func is None:
            return False
        return self.service_may(
            service,
            "lambda:InvokeFunction",
            function_arn,
            func["policy"],
            source_arn=source_arn,
            source_account=source_arn.split(":")[4] or parts[4],
        )

    @property
    def _evaluator(self) -> Any:
        return self._patcher.module("ministack.core.iam_evaluator")

    @property
    def _region(self) -> str:
        return str(self._patcher.module("ministack.core.responses").get_region())
