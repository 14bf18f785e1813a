"""A Step Functions state machine with its role and its log."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import pulumi
from pulumi_aws import sfn

from .. import names
from ..component import Component, Transform
from ..environment import Environment
from ..identity import Grantee, Identity, Linked
from ..json_text import json_text
from ..key import Key
from ..log_group import log_group, log_stream_arns
from ..policy import Statement, on_all_resources
from .definition import Definition
from .distributed_map import DistributedMap
from .steps import WHEN_THROTTLED, Branch, Catch, Choose, Fail, Invoke, Parallel, Retry, Step, Succeed

__all__ = [
    "WHEN_THROTTLED",
    "Branch",
    "Catch",
    "Choose",
    "Definition",
    "DistributedMap",
    "Fail",
    "Invoke",
    "Parallel",
    "Retry",
    "Step",
    "Succeed",
    "Workflow",
]


class Workflow(Component):
    """A standard state machine.

    https://docs.aws.amazon.com/step-functions/latest/dg/concepts-statemachines.html

    Args:
        definition: states and how they follow each other.
        tracing: whether X-Ray traces are written.
        log_level: which events are written to the log.
        log_execution_data: whether the log holds inputs and outputs of states. Leave personal data out of them.
        log_retention_days: how long log lines are kept, one of LOG_RETENTION_DAYS.
        log_key: customer-managed key of the log group.
        transform: changes to inner resources by role, see `Component`.

    Raises:
        ComponentError: Step Functions would refuse the definition, or accept it and never reach a part of it.
    """

    arn: pulumi.Output[str]
    workflow_name: pulumi.Output[str]

    def __init__(
        self,
        name: str,
        *,
        definition: Definition,
        tracing: bool = True,
        log_level: Literal["ALL", "ERROR", "FATAL", "OFF"] = "ALL",
        log_execution_data: bool = True,
        log_retention_days: int = 7,
        log_key: Key | None = None,
        transform: Mapping[str, Transform] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        definition.check(name)
        super().__init__("Workflow", name, transform=transform, opts=opts)

        physical = self.environment.physical_name(name, names.STATE_MACHINE)
        # Groups under this prefix do not use up the account's resource policy, which has 5,120 characters.
        # https://docs.aws.amazon.com/step-functions/latest/dg/bp-cwl.html
        group = f"/aws/vendedlogs/states/{physical}"
        self.logs = log_group(self, "logs", group, log_retention_days, log_key)
        self.identity = Identity(self, "states.amazonaws.com", *_basic_permissions(tracing), only_this_account=True)
        for function in definition.functions:
            function.grant_invoke(self)
        for mapped in definition.maps:
            mapped.grant(self, Workflow.arn_by_name(self.environment, name))
        self.state_machine = sfn.StateMachine(
            f"{name}-machine",
            name=physical,
            role_arn=self.identity.role.arn,
            definition=json_text(definition.as_asl()),
            logging_configuration=sfn.StateMachineLoggingConfigurationArgs(
                level=log_level,
                include_execution_data=log_execution_data,
                log_destination=log_stream_arns(self.logs),
            ),
            tracing_configuration=sfn.StateMachineTracingConfigurationArgs(enabled=tracing),
            opts=self.inside(depends_on=[self.identity.policy]),
        )
        self.arn = self.state_machine.arn
        self.workflow_name = self.state_machine.name
        self.finish(arn=self.arn, workflow_name=self.workflow_name, log_group_name=self.logs.name)

    @staticmethod
    def arn_by_name(environment: Environment, name: str) -> pulumi.Output[str]:
        """The ARN of the workflow `name` before it is declared, for a function that it invokes and that starts it."""
        physical = environment.physical_name(name, names.STATE_MACHINE)
        return environment.arn("states", f"stateMachine:{physical}")

    def grant_start(self, grantee: Grantee) -> None:
        """Let a role start executions.

        The ARN is computed from the name: a function that starts the workflow that invokes it would wait for itself.
        """
        arn = Workflow.arn_by_name(self.environment, self.label)
        grantee.identity.allow(Statement(["states:StartExecution"], [arn]))
        self.environment.connect(grantee.label, self.label, "states:StartExecution")

    def link(self, function: Linked, variable: str) -> None:
        """Tell a function the workflow's ARN, and let it start executions."""
        function.variables.set(variable, Workflow.arn_by_name(self.environment, self.label))
        self.grant_start(function)


def _basic_permissions(tracing: bool) -> list[Statement]:
    # https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html
    delivery = on_all_resources(
        "logs:CreateLogDelivery",
        "logs:GetLogDelivery",
        "logs:UpdateLogDelivery",
        "logs:DeleteLogDelivery",
        "logs:ListLogDeliveries",
        "logs:PutResourcePolicy",
        "logs:DescribeResourcePolicies",
        "logs:DescribeLogGroups",
    )
    traces = on_all_resources(
        "xray:PutTraceSegments",
        "xray:PutTelemetryRecords",
        "xray:GetSamplingRules",
        "xray:GetSamplingTargets",
    )
    return [delivery, traces] if tracing else [delivery]
