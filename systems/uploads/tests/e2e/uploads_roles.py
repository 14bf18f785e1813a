"""The permissions of the deployed roles, and taking one of them away for a while."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from uploads_stack import Stack

Grant = tuple[str, str]
"""An action, and the name of the resource that it is granted on."""


@dataclass(frozen=True)
class Role:
    """A deployed role with its one inline policy; resources by the names the tests use."""

    stack: Stack
    arn: str
    resources: Mapping[str, str]
    """Names by ARN."""

    @property
    def name(self) -> str:
        return self.arn.rpartition("/")[2]

    def grants(self) -> set[Grant]:
        """Every action on every resource that the deployed policy grants."""
        return {
            (action, self.resources.get(resource, resource))
            for statement in self._policy()[1]
            for action in statement["Action"]
            for resource in statement["Resource"]
        }

    @contextmanager
    def without(self, *taken: Grant) -> Iterator[None]:
        """Take grants out of the role's policy, and put them back afterwards."""
        name, statements = self._policy()
        missing = set(taken) - self.grants()
        assert not missing, f"{self.name} does not have {missing}"
        self._put(name, [left for statement in statements for left in self._split(statement, set(taken))])
        try:
            yield
        finally:
            self._put(name, statements)

    def _split(self, statement: Mapping[str, Any], taken: set[Grant]) -> Iterator[dict[str, Any]]:
        """The statement, one resource at a time, without what is taken."""
        for resource in statement["Resource"]:
            name = self.resources.get(resource, resource)
            actions = [action for action in statement["Action"] if (action, name) not in taken]
            if actions:
                yield {**statement, "Action": actions, "Resource": [resource]}

    def _policy(self) -> tuple[str, list[dict[str, Any]]]:
        iam = self.stack.client("iam")
        (name,) = iam.list_role_policies(RoleName=self.name)["PolicyNames"]
        assert iam.list_attached_role_policies(RoleName=self.name)["AttachedPolicies"] == []
        document = iam.get_role_policy(RoleName=self.name, PolicyName=name)["PolicyDocument"]
        parsed = json.loads(document) if isinstance(document, str) else document
        return name, parsed["Statement"]

    def _put(self, name: str, statements: list[dict[str, Any]]) -> None:
        # A policy needs a statement.
        nothing = {"Effect": "Allow", "Action": "sts:GetCallerIdentity", "Resource": "*"}
        document = {"Version": "2012-10-17", "Statement": statements or [nothing]}
        self.stack.client("iam").put_role_policy(
            RoleName=self.name, PolicyName=name, PolicyDocument=json.dumps(document)
        )


def resource_names(stack: Stack) -> dict[str, str]:
    """What the tests call the resources of the stack, by ARN."""
    outputs = stack.outputs
    failures = stack.client("lambda").get_function_event_invoke_config(
        FunctionName=outputs["file_processor_function_name"]
    )["DestinationConfig"]["OnFailure"]["Destination"]
    idempotency = stack.client("dynamodb").describe_table(TableName=outputs["idempotency_table_name"])
    log = stack.client("logs").describe_log_groups(logGroupNamePrefix=outputs["file_processor_log_group"])
    return {
        f"{outputs['uploads_bucket_arn']}/*": "objects",
        outputs["file_metadata_table_arn"]: "metadata",
        f"{outputs['file_metadata_table_arn']}/index/upload-time-index": "index",
        idempotency["Table"]["TableArn"]: "idempotency",
        outputs["sns_topic_arn"]: "notifications",
        outputs["file_processor_dlq_arn"]: "dlq",
        failures: "failures",
        outputs["file_processor_function_arn"]: "file-processor",
        outputs["file_workflow_arn"]: "file-workflow",
        f"{log['logGroups'][0]['arn'].removesuffix(':*')}:*": "log",
        **{outputs[f"{service}_kms_key_arn"]: f"{service}-key" for service in ("s3", "dynamodb", "sqs", "sns")},
    }


def function_role(stack: Stack) -> Role:
    """The role of file-processor."""
    config = stack.client("lambda").get_function_configuration(
        FunctionName=stack.outputs["file_processor_function_name"]
    )
    return Role(stack, config["Role"], resource_names(stack))


def workflow_role(stack: Stack) -> Role:
    """The role of file-workflow."""
    machine = stack.client("stepfunctions").describe_state_machine(stateMachineArn=stack.outputs["file_workflow_arn"])
    return Role(stack, machine["roleArn"], resource_names(stack))


def rule_role(stack: Stack) -> Role:
    """The role with which the rule starts file-workflow."""
    events = stack.client("events")
    (rule,) = events.list_rule_names_by_target(TargetArn=stack.outputs["file_workflow_arn"])["RuleNames"]
    (target,) = events.list_targets_by_rule(Rule=rule)["Targets"]
    return Role(stack, target["RoleArn"], resource_names(stack))
