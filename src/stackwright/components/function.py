"""A Lambda function with all that it needs: role, log group, dead-letter queue, asynchronous retries."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Final, Literal, TypeAlias

import pulumi
from pulumi_aws import cloudwatch, lambda_

from . import limits, names
from .component import Component, Transform
from .errors import ComponentError
from .identity import Grantee, Identity
from .key import Key
from .log_group import log_group, log_stream_arns
from .network import Network
from .package import Package
from .policy import Condition, Statement, on_all_resources
from .queue import DEAD_LETTER_RETENTION_SECONDS, VISIBILITY_SECONDS, Queue
from .runtimes import DEFAULT_RUNTIME, Architecture, Runtime, check_runtime
from .variables import Variables

LogLevel: TypeAlias = Literal["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"]

# Of Lambda's levels, to those of Python's logging.
_LOG_LEVELS: Final[Mapping[LogLevel, str]] = {
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


class Function(Component):
    """A Lambda function. It is made after its log group and its role's policy.

    Failed asynchronous events go to `dead_letters` as they were, and to `failures`, when asked for, with the error.
    Lambda delivers to both with the function's role and checks it when the function is created.
    https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html

    Args:
        package: the code.
        handler: file and function, such as `file_processor.handler`.
        variables: environment variables beside ENVIRONMENT, POWERTOOLS_SERVICE_NAME and LOG_LEVEL, which are always
            set, and those that links set, such as `table.link(function, "USERS_TABLE_NAME", …)`.
        runtime: Lambda runtime.
        architecture: processor.
        memory_mb: memory, 128..10,240 MB. Processor time grows with it.
        timeout_seconds: longest run, 1..900 s.
        network: private network that the function runs in; without one it reaches AWS over the internet.
        reserved_concurrency: executions reserved for and limited to this function; None for neither.
        tracing: whether X-Ray traces are written.
        log_level: least severity of the function's own lines that is kept.
        log_retention_days: how long log lines are kept, one of LOG_RETENTION_DAYS.
        log_key: customer-managed key of the log group.
        retry_attempts: retries of an asynchronous event, 0..2.
        event_age_seconds: oldest asynchronous event that is still tried, 60..21,600 s.
        dead_letter_retention_seconds: how long a failed event is kept, 60..1,209,600 s.
        dead_letter_visibility_seconds: how long a failed event is hidden from others once received, 0..43,200 s.
        dead_letter_key: customer-managed key of the queues for failed events.
        failure_queue: whether a second queue, `<name>-failures`, gets each failed event with its error as on-failure
            destination.
        transform: changes to inner resources by role, see `Component`.

    Raises:
        ComponentError: a number is out of its range, the handler is not in the package, or the package was made for
            another runtime or processor.
    """

    arn: pulumi.Output[str]
    function_name: pulumi.Output[str]
    invoke_arn: pulumi.Output[str]

    def __init__(
        self,
        name: str,
        *,
        package: Package,
        handler: str,
        variables: Mapping[str, pulumi.Input[str]] | None = None,
        runtime: Runtime = DEFAULT_RUNTIME,
        architecture: Architecture = "arm64",
        memory_mb: int = 512,
        timeout_seconds: int = 30,
        network: Network | None = None,
        reserved_concurrency: int | None = None,
        tracing: bool = True,
        log_level: LogLevel = "INFO",
        log_retention_days: int = 7,
        log_key: Key | None = None,
        retry_attempts: int = 2,
        event_age_seconds: int = 21_600,
        dead_letter_retention_seconds: int = DEAD_LETTER_RETENTION_SECONDS,
        dead_letter_visibility_seconds: int = VISIBILITY_SECONDS,
        dead_letter_key: Key | None = None,
        failure_queue: bool = False,
        transform: Mapping[str, Transform] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        limits.LAMBDA_MEMORY.check(name, "memory_mb", memory_mb)
        limits.LAMBDA_TIMEOUT.check(name, "timeout_seconds", timeout_seconds)
        limits.LAMBDA_RETRIES.check(name, "retry_attempts", retry_attempts)
        limits.LAMBDA_EVENT_AGE.check(name, "event_age_seconds", event_age_seconds)
        limits.LAMBDA_CONCURRENCY.check(name, "reserved_concurrency", reserved_concurrency)
        check_runtime(name, runtime)
        _check_package(name, package, handler, (runtime, architecture))
        super().__init__("Function", name, transform=transform, opts=opts)

        self.timeout_seconds = timeout_seconds
        self.reserved_concurrency = reserved_concurrency
        physical = self.environment.physical_name(name, names.FUNCTION)
        self.logs = log_group(self, "logs", f"/aws/lambda/{physical}", log_retention_days, log_key)
        permissions = [*_basic_permissions(self.logs, tracing), *self._interface_permissions(physical, network)]
        self.identity = Identity(self, "lambda.amazonaws.com", *permissions, perimeter=network)
        queue = partial(
            Queue,
            key=dead_letter_key,
            retention_seconds=dead_letter_retention_seconds,
            visibility_timeout_seconds=dead_letter_visibility_seconds,
            opts=self.inside(),
        )
        self.dead_letters = queue(f"{name}-dlq")
        self.dead_letters.grant_delivery(self)
        self.failures = queue(f"{name}-failures") if failure_queue else None
        if self.failures is not None:
            self.failures.grant_delivery(self)
        self.variables = Variables(name, {**self._common_variables(log_level), **(variables or {})})
        self.function = lambda_.Function(
            f"{name}-function",
            name=physical,
            role=self.identity.role.arn,
            code=package.archive,
            source_code_hash=package.sha256,
            handler=handler,
            runtime=runtime,
            architectures=[architecture],
            memory_size=memory_mb,
            timeout=timeout_seconds,
            reserved_concurrent_executions=reserved_concurrency,
            environment=lambda_.FunctionEnvironmentArgs(variables=self.variables.values),
            tracing_config=lambda_.FunctionTracingConfigArgs(mode="Active" if tracing else "PassThrough"),
            vpc_config=_place_in(network) if network is not None else None,
            dead_letter_config=lambda_.FunctionDeadLetterConfigArgs(target_arn=self.dead_letters.arn),
            logging_config=lambda_.FunctionLoggingConfigArgs(
                log_format="JSON",
                log_group=self.logs.name,
                application_log_level=log_level,
                system_log_level="WARN",
            ),
            opts=self.inside(depends_on=[self.identity.policy, self.logs]),
        )
        self._configure_events(retry_attempts, event_age_seconds)
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

    def _common_variables(self, log_level: LogLevel) -> dict[str, pulumi.Input[str]]:
        # https://docs.aws.amazon.com/powertools/python/latest/#environment-variables
        powertools = {"POWERTOOLS_SERVICE_NAME": self.label, "LOG_LEVEL": _LOG_LEVELS[log_level]}
        return {"ENVIRONMENT": self.environment.name, **powertools}

    def _interface_permissions(self, physical: str, network: Network | None) -> list[Statement]:
        if network is None:
            return []
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

    def _configure_events(self, retry_attempts: int, event_age_seconds: int) -> None:
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
            maximum_retry_attempts=retry_attempts,
            maximum_event_age_in_seconds=event_age_seconds,
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


def _basic_permissions(logs: cloudwatch.LogGroup, tracing: bool) -> list[Statement]:
    lines = Statement(["logs:CreateLogStream", "logs:PutLogEvents"], [log_stream_arns(logs)])
    traces = on_all_resources("xray:PutTraceSegments", "xray:PutTelemetryRecords")
    return [lines, *([traces] if tracing else [])]


def _place_in(network: Network) -> lambda_.FunctionVpcConfigArgs:
    return lambda_.FunctionVpcConfigArgs(
        subnet_ids=[subnet.id for subnet in network.subnets], security_group_ids=[network.function_group.id]
    )


def _check_package(name: str, package: Package, handler: str, runs_on: tuple[str, str]) -> None:
    file, _, entry = handler.rpartition(".")
    packed = f"{file.replace('.', '/')}.py"
    if not entry or packed not in package.names:
        raise ComponentError(
            f"{name}: handler {handler} names {packed}, which is not in the package",
            fix="write <file>.<function> for a file of the package",
        )
    if package.compiled and (package.runtime, package.architecture) != runs_on:
        raise ComponentError(
            f"{name} runs on {' and '.join(runs_on)}, but {', '.join(package.compiled)} is packed for "
            f"{package.runtime} and {package.architecture}",
            fix="give the package the runtime and architecture of its function",
        )
