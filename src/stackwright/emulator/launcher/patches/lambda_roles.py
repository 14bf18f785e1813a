"""A function's role must be one that Lambda can use, for what the function is configured to do.

AWS: CreateFunction refuses a role that Lambda may not assume, that may not send to the dead letter queue, or that may
not make, find and delete network interfaces for a VPC; CreateEventSourceMapping refuses a role that may not read the
source.
https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html
https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-permissions
https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html#events-sqs-permissions
MiniStack: any role that exists will do.
Here: the same refusals, with Lambda's words.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from stackwright.emulator.launcher.delivery import DESTINATION_ACTIONS
from stackwright.emulator.launcher.keys import DECRYPT
from stackwright.emulator.launcher.patching import Patcher
from stackwright.emulator.launcher.shared import SharedState

_READ = {
    "sqs": ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"),
    "dynamodb": (
        "dynamodb:GetRecords",
        "dynamodb:GetShardIterator",
        "dynamodb:DescribeStream",
        "dynamodb:ListStreams",
    ),
}
_INTERFACES = ("ec2:CreateNetworkInterface", "ec2:DescribeNetworkInterfaces", "ec2:DeleteNetworkInterface")
_NAMES = {"sqs": "SQS", "sns": "SNS", "dynamodb": "DynamoDB"}


def apply(patcher: Patcher, shared: SharedState) -> None:
    """Register the patch."""
    patcher.require("ministack.services.iam", "_roles")
    patcher.require("ministack.services.lambda_svc", "_functions _get_func_record_for_ref error_response_json")
    patcher.require("ministack.core.iam_evaluator", "EvalContext evaluate_resource_policy")
    patcher.on_import("ministack.services.lambda_svc", lambda module: _Roles(module, patcher, shared).install())


class _Roles:
    def __init__(self, lambda_service: Any, patcher: Patcher, shared: SharedState) -> None:
        self._lambda = lambda_service
        self._patcher = patcher
        self._shared = shared

    def install(self) -> None:
        replace = self._patcher.replace
        self._create = replace(self._lambda, "_create_function", self._create_function, parameters="data")
        self._update = replace(self._lambda, "_update_config", self._update_config, parameters="name data")
        self._map = replace(self._lambda, "_create_esm", self._create_mapping, parameters="data")

    def _create_function(self, data: Mapping[str, Any]) -> Any:
        return self._refusal(data.get("Role"), data) or self._create(data)

    def _update_config(self, name: str, data: Mapping[str, Any]) -> Any:
        current = (self._lambda._functions.get(name) or {}).get("config") or {}
        return self._refusal(data.get("Role") or current.get("Role"), data) or self._update(name, data)

    def _create_mapping(self, data: Mapping[str, Any]) -> Any:
        _, config, _ = self._lambda._get_func_record_for_ref(data.get("FunctionName", ""))
        source = str(data.get("EventSourceArn", ""))
        service = source.split(":")[2] if source.count(":") >= 5 else ""
        if config and service in _READ:
            for action in _READ[service]:
                if not self._shared.authorizer.role_may(config["Role"], action, source, via="lambda"):
                    return self._refused(action, service)
            key = self._shared.keys.of_target(source)
            if key and not self._shared.authorizer.role_may(config["Role"], DECRYPT, key["Arn"], via="lambda"):
                return self._invalid(f"The provided execution role does not have permissions to call {DECRYPT}.")
        return self._map(data)

    def _refusal(self, role_arn: str | None, data: Mapping[str, Any]) -> Any:
        """The error response, or None; roles that do not exist are MiniStack's to refuse."""
        role = self._role(role_arn)
        if role is None or role_arn is None:
            return None
        if not self._assumable(role):
            return self._invalid("The role defined for the function cannot be assumed by Lambda.")
        for action, resource in _needs(data):
            if not self._shared.authorizer.role_may(role_arn, action, resource, via="lambda"):
                return self._refused(action, action.partition(":")[0])
        return None

    def _role(self, role_arn: str | None) -> Any:
        if not role_arn or ":role/" not in role_arn:
            return None
        roles = self._patcher.module("ministack.services.iam")._roles
        return roles.get_scoped(role_arn.split(":")[4], None, role_arn.rpartition("/")[2])

    def _assumable(self, role: Mapping[str, Any]) -> bool:
        evaluator = self._patcher.module("ministack.core.iam_evaluator")
        request = evaluator.EvalContext(
            principal_arn="*",
            principal_type="Service",
            principal_account="",
            action="sts:AssumeRole",
            resource_arn="*",
            region="",
        )
        trust = role.get("AssumeRolePolicyDocument")
        # A statement of a trust policy names no resource.
        statements = [{**statement, "Resource": "*"} for statement in _statements(trust)]
        policy = {"Statement": statements}
        return evaluator.evaluate_resource_policy(policy, request, service="lambda.amazonaws.com").decision == "Allow"

    def _refused(self, action: str, service: str) -> Any:
        name = action.partition(":")[2]
        on = _NAMES.get(service, service.upper())
        return self._invalid(f"The provided execution role does not have permissions to call {name} on {on}")

    def _invalid(self, message: str) -> Any:
        return self._lambda.error_response_json("InvalidParameterValueException", message, 400)


def _needs(data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """(action, resource) that the configuration asks of the role."""
    target = (data.get("DeadLetterConfig") or {}).get("TargetArn")
    if target and target.split(":")[2] in DESTINATION_ACTIONS:
        yield DESTINATION_ACTIONS[target.split(":")[2]], target
    if (data.get("VpcConfig") or {}).get("SubnetIds"):
        yield from ((action, "*") for action in _INTERFACES)


def _statements(policy: Any) -> list[dict[str, Any]]:
    document = json.loads(policy) if isinstance(policy, str) else policy or {}
    statements = document.get("Statement") or []
    return [statements] if isinstance(statements, dict) else list(statements)
