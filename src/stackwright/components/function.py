"""A Lambda function with all that it needs: role, log group, dead-letter queue, asynchronous retries."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, NotRequired

import pulumi
from pulumi_aws import lambda_

from . import limits, names
from .component import Component, ComponentArgs
from .errors import ComponentError
from .identity import Grantee, Identity
from .key import Key
from .log_group import log_group, log_stream_arns
from .network import Network
from .package import Package
from .policy import Condition, Statement, on_all_resources
from .queue import Queue
from .variables import Variables

# Of Lambda's levels, to those of Python's logging.
_LOG_LEVELS: Final = {
    "TRACE": "DEBUG",
    "DEBUG": "DEBUG",
    "INFO": "INFO",
    "WARN": "WARNING",
    "ERROR": "ERROR",
    "FATAL": "CRITICAL",
}
_INTERFACE_ACTIONS: Final = (
    "ec2:CreateNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSubnets",
    "ec2:DeleteNetworkInterface",
    "ec2:AssignPrivateIpAddresses",
    "ec2:UnassignPrivateIpAddresses",
)


class FunctionArgs(ComponentArgs):
    """Arguments of a Function."""

    package: Package
    """The code."""
    handler: str
    """File and function, such as `file_processor.handler`."""
    variables: NotRequired[Mapping[str, pulumi.Input[str]]]
    """Environment variables beside ENVIRONMENT, POWERTOOLS_SERVICE_NAME and LOG_LEVEL, which are always set, and those
    that links set, such as `table.link(function, "USERS_TABLE_NAME", …)`."""
    runtime: NotRequired[str]
    """Lambda runtime; default `python3.14`."""
    architecture: NotRequired[Literal["arm64", "x86_64"]]
    """Processor; default `arm64`."""
    memory_mb: NotRequired[int]
    """Memory, 128..10,240 MB; default 512. Processor time grows with it."""
    timeout_seconds: NotRequired[int]
    """Longest run, 1..900 s; default 30."""
    network: NotRequired[Network | None]
    """Private network that the function runs in; without one it reaches AWS over the internet."""
    reserved_concurrency: NotRequired[int | None]
    """Executions reserved for and limited to this function; None, the default, for neither."""
    tracing: NotRequired[bool]
    """Whether X-Ray traces are written; default True."""
    log_level: NotRequired[Literal["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"]]
    """Least severity of the function's own lines that is kept; default INFO."""
    log_retention_days: NotRequired[int]
    """How long log lines are kept; default 7."""
    log_key: NotRequired[Key | None]
    """Customer-managed key of the log group."""
    retry_attempts: NotRequired[int]
    """Retries of an asynchronous event, 0..2; default 2."""
    event_age_seconds: NotRequired[int]
    """Oldest asynchronous event that is still tried, 60..21,600 s; default 21,600."""
    dead_letter_retention_seconds: NotRequired[int]
    """How long a failed event is kept; default 1,209,600 (14 days)."""
    dead_letter_visibility_seconds: NotRequired[int]
    """How long a failed event is hidden from others once received, 0..43,200 s; default 30."""
    dead_letter_key: NotRequired[Key | None]
    """Customer-managed key of the queues for failed events."""
    failure_queue: NotRequired[bool]
    """Whether a second queue, `<name>-failures`, gets each failed event with its error as on-failure destination."""


class Function(Component):
    """A function that exists only after its log group and its role's policy do.

    Failed asynchronous events go to `dead_letters` as they were, and to `failures`, when asked for, with the error.
    Lambda delivers to both with the function's role and checks it when the function is created.
    https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
    """

    arn: pulumi.Output[str]
    function_name: pulumi.Output[str]
    invoke_arn: pulumi.Output[str]

    def __init__(self, name: str, args: FunctionArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        _check(name, args)
        super().__init__("Function", name, args, opts)

        self.timeout_seconds = args.get("timeout_seconds", 30)
        self.tracing = args.get("tracing", True)
        self.reserved_concurrency = args.get("reserved_concurrency")
        network = args.get("network")
        physical = self.environment.physical_name(name, names.FUNCTION)
        self.logs = log_group(
            self, "logs", f"/aws/lambda/{physical}", args.get("log_retention_days", 7), args.get("log_key")
        )
        permissions = self._basic_permissions(physical, in_network=network is not None)
        self.identity = Identity(self, "lambda.amazonaws.com", *permissions, enclosure=network)
        self.dead_letters = self._queue("dlq", args)
        self.failures = self._queue("failures", args) if args.get("failure_queue", False) else None
        self.variables = Variables(name, self._own_variables(args))
        self.function = self._declare(physical, args)
        self._configure_events(args)
        self.arn = self.function.arn
        self.function_name = self.function.name
        self.invoke_arn = self.function.invoke_arn
        self.finish(
            arn=self.arn,
            function_name=self.function_name,
            role_arn=self.identity.role.arn,
            log_group_name=self.logs.name,
            dead_letter_queue_url=self.dead_letters.url,
        )

    def _declare(self, physical: str, args: FunctionArgs) -> lambda_.Function:
        network = args.get("network")
        return lambda_.Function(
            f"{self.label}-function",
            name=physical,
            role=self.identity.role.arn,
            code=args["package"].archive,
            source_code_hash=args["package"].sha256,
            handler=args["handler"],
            runtime=args.get("runtime", "python3.14"),
            architectures=[args.get("architecture", "arm64")],
            memory_size=args.get("memory_mb", 512),
            timeout=self.timeout_seconds,
            reserved_concurrent_executions=self.reserved_concurrency,
            environment=lambda_.FunctionEnvironmentArgs(variables=self.variables.values),
            tracing_config=lambda_.FunctionTracingConfigArgs(mode="Active" if self.tracing else "PassThrough"),
            vpc_config=_place_in(network) if network is not None else None,
            dead_letter_config=lambda_.FunctionDeadLetterConfigArgs(target_arn=self.dead_letters.arn),
            logging_config=lambda_.FunctionLoggingConfigArgs(
                log_format="JSON",
                log_group=self.logs.name,
                application_log_level=args.get("log_level", "INFO"),
                system_log_level="WARN",
            ),
            opts=self.inside(depends_on=[self.identity.policy, self.logs]),
        )

    def _own_variables(self, args: FunctionArgs) -> dict[str, pulumi.Input[str]]:
        # https://docs.aws.amazon.com/powertools/python/latest/#environment-variables
        powertools = {"POWERTOOLS_SERVICE_NAME": self.label, "LOG_LEVEL": _LOG_LEVELS[args.get("log_level", "INFO")]}
        common: dict[str, pulumi.Input[str]] = {"ENVIRONMENT": self.environment.name, **powertools}
        return {**common, **args.get("variables", {})}

    def _basic_permissions(self, physical: str, *, in_network: bool) -> list[Statement]:
        logs = Statement(["logs:CreateLogStream", "logs:PutLogEvents"], [log_stream_arns(self.logs)])
        traces = on_all_resources("xray:PutTraceSegments", "xray:PutTelemetryRecords")
        interfaces = self._interface_permissions(physical) if in_network else []
        return [logs, *([traces] if self.tracing else []), *interfaces]

    def _interface_permissions(self, physical: str) -> list[Statement]:
        # Lambda makes the interfaces with the function's role, and checks it when the function is created. The Deny
        # keeps the function's own code from doing the same.
        # https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html
        # https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSLambdaVPCAccessExecutionRole.html
        own_code: Condition = {
            "ArnEquals": {"lambda:SourceFunctionArn": self.environment.arn("lambda", f"function:{physical}")}
        }
        return [
            on_all_resources(*_INTERFACE_ACTIONS),
            Statement(_INTERFACE_ACTIONS, ["*"], effect="Deny", condition=own_code, sid="NotByCode"),
        ]

    def _queue(self, role: str, args: FunctionArgs) -> Queue:
        queue = Queue(
            f"{self.label}-{role}",
            {
                "key": args.get("dead_letter_key"),
                "retention_seconds": args.get("dead_letter_retention_seconds", 1_209_600),
                "visibility_timeout_seconds": args.get("dead_letter_visibility_seconds", 30),
            },
            opts=self.inside(),
        )
        queue.grant_delivery(self)
        return queue

    def _configure_events(self, args: FunctionArgs) -> None:
        destination = None
        if self.failures is not None:
            destination = lambda_.FunctionEventInvokeConfigDestinationConfigArgs(
                on_failure=lambda_.FunctionEventInvokeConfigDestinationConfigOnFailureArgs(
                    destination=self.failures.arn
                )
            )
        lambda_.FunctionEventInvokeConfig(
            f"{self.label}-events",
            function_name=self.function.name,
            maximum_retry_attempts=args.get("retry_attempts", 2),
            maximum_event_age_in_seconds=args.get("event_age_seconds", 21_600),
            destination_config=destination,
            opts=self.inside(depends_on=[self.identity.policy]),
        )

    def grant_invoke(self, grantee: Grantee) -> None:
        """Let a role invoke the function.

        The ARN is computed from the name: two functions that invoke each other would wait for each other.
        """
        physical = self.environment.physical_name(self.label, names.FUNCTION)
        arn = self.environment.arn("lambda", f"function:{physical}")
        grantee.identity.allow(Statement(["lambda:InvokeFunction"], [arn]))
        self.environment.connect(grantee.label, self.label, "lambda:InvokeFunction")

    def accept(self, owner: Component, role: str, service: str, source_arn: pulumi.Input[str]) -> lambda_.Permission:
        """Let an AWS service invoke the function on behalf of one resource.

        Args:
            owner: the component that triggers; the permission is its inner resource `<owner>-<role>`.
            service: service principal such as `events.amazonaws.com`.
            source_arn: what triggers: a rule, a route (with `*` for each path parameter), a bucket.
        """
        self.environment.connect(owner.label, self.label, "lambda:InvokeFunction")
        return lambda_.Permission(
            f"{owner.label}-{role}",
            action="lambda:InvokeFunction",
            function=self.function.name,
            principal=service,
            source_arn=source_arn,
            # The ARN of a bucket names no account, so another account could make a bucket of the same name.
            source_account=self.environment.account_id if service == "s3.amazonaws.com" else None,
            opts=owner.inside(),
        )


def _place_in(network: Network) -> lambda_.FunctionVpcConfigArgs:
    return lambda_.FunctionVpcConfigArgs(
        subnet_ids=[subnet.id for subnet in network.subnets], security_group_ids=[network.function_group.id]
    )


def _check(name: str, args: FunctionArgs) -> None:
    limits.LAMBDA_MEMORY.check(name, "memory_mb", args.get("memory_mb"))
    limits.LAMBDA_TIMEOUT.check(name, "timeout_seconds", args.get("timeout_seconds"))
    limits.LAMBDA_RETRIES.check(name, "retry_attempts", args.get("retry_attempts"))
    limits.LAMBDA_EVENT_AGE.check(name, "event_age_seconds", args.get("event_age_seconds"))
    limits.LAMBDA_CONCURRENCY.check(name, "reserved_concurrency", args.get("reserved_concurrency"))
    file, _, entry = args["handler"].rpartition(".")
    packed = f"{file.replace('.', '/')}.py"
    if not entry or packed not in args["package"].names:
        raise ComponentError(
            f"{name}: handler {args['handler']} names {packed}, which is not in the package",
            fix="write <file>.<function> for a file of the package",
        )
    runs_on = (args.get("runtime", "python3.14"), args.get("architecture", "arm64"))
    if args["package"].compiled and (args["package"].runtime, args["package"].architecture) != runs_on:
        raise ComponentError(
            f"{name} runs on {' and '.join(runs_on)}, but {', '.join(args['package'].compiled)} is packed for "
            f"{args['package'].runtime} and {args['package'].architecture}",
            fix="give the package the runtime and architecture of its function",
        )
