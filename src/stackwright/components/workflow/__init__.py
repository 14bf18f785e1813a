"""A Step Functions state machine that may invoke what it names, writes logs, and is checked before it runs."""

from __future__ import annotations

from typing import Literal, NotRequired

import pulumi
from pulumi_aws import sfn

from .. import names
from ..component import Component, ComponentArgs
from ..environment import Environment
from ..identity import Grantee, Identity, Linked
from ..json_text import json_text
from ..key import Key
from ..log_group import log_group, log_stream_arns
from ..policy import Statement, on_all_resources
from .definition import Definition
from .steps import WHEN_THROTTLED, Branch, Catch, Choose, Fail, Invoke, Parallel, Retry, Step, Succeed

__all__ = [
    "WHEN_THROTTLED",
    "Branch",
    "Catch",
    "Choose",
    "Definition",
    "Fail",
    "Invoke",
    "Parallel",
    "Retry",
    "Step",
    "Succeed",
    "Workflow",
    "WorkflowArgs",
]


class WorkflowArgs(ComponentArgs):
    """Arguments of a Workflow."""

    definition: Definition
    """States and how they follow each other."""
    tracing: NotRequired[bool]
    """Whether X-Ray traces are written; default True."""
    log_level: NotRequired[Literal["ALL", "ERROR", "FATAL", "OFF"]]
    """Which events are written to the log; default ALL."""
    log_execution_data: NotRequired[bool]
    """Whether the log holds inputs and outputs of states; default True. Leave personal data out of them."""
    log_retention_days: NotRequired[int]
    """How long log lines are kept; default 7."""
    log_key: NotRequired[Key | None]
    """Customer-managed key of the log group."""


class Workflow(Component):
    """A standard state machine.

    https://docs.aws.amazon.com/step-functions/latest/dg/concepts-statemachines.html
    """

    arn: pulumi.Output[str]
    workflow_name: pulumi.Output[str]

    def __init__(self, name: str, args: WorkflowArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        args["definition"].check(name)
        super().__init__("Workflow", name, args, opts)

        tracing = args.get("tracing", True)
        physical = self.environment.physical_name(name, names.STATE_MACHINE)
        # Groups under this prefix do not use up the account's resource policy, which has 5,120 characters.
        # https://docs.aws.amazon.com/step-functions/latest/dg/bp-cwl.html
        group = f"/aws/vendedlogs/states/{physical}"
        self.logs = log_group(self, "logs", group, args.get("log_retention_days", 7), args.get("log_key"))
        self.identity = Identity(self, "states.amazonaws.com", *_basic_permissions(tracing), only_this_account=True)
        for function in args["definition"].functions:
            function.grant_invoke(self)
        self.state_machine = sfn.StateMachine(
            f"{name}-machine",
            name=physical,
            role_arn=self.identity.role.arn,
            definition=json_text(args["definition"].as_asl()),
            logging_configuration=sfn.StateMachineLoggingConfigurationArgs(
                level=args.get("log_level", "ALL"),
                include_execution_data=args.get("log_execution_data", True),
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
