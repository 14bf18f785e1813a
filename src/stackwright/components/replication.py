"""A table's changes, written to its copy in another account: one way, in order for each key, and not lost."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import pulumi
from pulumi_aws import lambda_

from . import limits, names
from .component import Component, Transform
from .environment import Environment
from .errors import ComponentError, expect
from .function import Function
from .identity import Identity
from .json_text import json_text
from .key import Key
from .policy import Statement
from .queue import Queue
from .table import Table

# https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
_EXTERNAL_ID: Final = r"[\w+=,.@:/-]{2,1224}"


@dataclass(frozen=True, kw_only=True, slots=True)
class ReplicationEnd:
    """Where one of the two tables is.

    Args:
        environment: name of its environment, such as `prod`.
        region: AWS region.
        account_id: twelve digits; may be left out at the end that the program deploys.
    """

    environment: str
    region: str
    account_id: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class ReplicationPair:
    """Two tables of one name in two environments, and who stands between them.

    Each side computes from it what it must know of the other, so that two stacks can be deployed in any order.

    Args:
        project: first part of all names, in both environments.
        source: the table that is written to.
        copy: the table that follows it.
        table: name of both tables in their programs.
        function: name of the function that replicates, in the source's program.
        writer: name of the `ReplicaWriter`, in the copy's program.
        external_id: that the function must say when it assumes the writer's role.
    """

    project: str
    source: ReplicationEnd
    copy: ReplicationEnd
    table: str
    function: str
    writer: str
    external_id: str

    def check(self) -> None:
        """Raise ComponentError unless the pair can work."""
        for end in (self.source, self.copy):
            expect("an end of a pair", end, ReplicationEnd)
            if end.account_id and not re.fullmatch(r"\d{12}", end.account_id):
                raise ComponentError(
                    f"{self.table}: account {end.account_id!r} of {end.environment}", fix="write its twelve digits"
                )
        if self.source.environment == self.copy.environment:
            raise ComponentError(f"{self.table} of {self.source.environment} would be its own copy", fix="name two")
        if self.source.account_id and self.source.account_id == self.copy.account_id:
            raise ComponentError(
                f"{self.table} of {self.source.environment} and of {self.copy.environment} are in one account",
                fix="use a global table (`replicas` of aws.dynamodb.Table), which stays within one account",
            )
        if not re.fullmatch(_EXTERNAL_ID, self.external_id):
            raise ComponentError(
                f"{self.table}: the external id is malformed", fix="use 2 to 1224 letters, digits and + = , . @ : / -"
            )

    def role_name(self, end: ReplicationEnd) -> str:
        """Name of the role at one end: of the function, or of the writer."""
        role = self.function if end is self.source else self.writer
        region = end.region.replace("-", "")
        return names.physical_name(self.project, role, end.environment, region, limit=names.ROLE)

    @property
    def copy_table_name(self) -> str:
        """Name of the table at the other end."""
        return names.physical_name(self.project, self.table, self.copy.environment, limit=names.TABLE)


class Replication(Component):
    """The source's side: its table's stream, and the function that writes what it tells to the copy.

    The function is made of `stackwright_handlers.replication`. It stops at the first change that cannot be written;
    Lambda comes back with it and all behind it, so that nothing overtakes, and while the copy cannot be reached the
    changes wait in the stream, for 24 hours at most. What is given up, after so many attempts or so much time, is told
    to the queue `<name>-failures`, from which the function's task `Redrive` takes it.
    https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html

    Args:
        pair: both ends.
        source: the table, with a stream.
        function: replicates; with `timeout_seconds` of 30 or more.
        batch_size: most records at once, 1..10,000.
        window_seconds: how long Lambda waits for a batch to fill, 0..300 s.
        parallelization: batches at the same time for each shard, 1..10. Changes of one key are never in two.
        retry_attempts: attempts after the first, 0..10,000.
        record_age_seconds: oldest change that is still tried, 60..604,800 s.
        failures_key: customer-managed key of the queue of failures.
        failures_retention_seconds: how long a failure is kept, 60..1,209,600 s. The stream forgets its changes sooner.
        transform: changes to inner resources by role, see `Component`.

    Raises:
        ComponentError: the pair cannot work or is another one; the table has no stream, or is itself a copy, so that
            changes would go round; a number is out of its range.
    """

    def __init__(
        self,
        name: str,
        *,
        pair: ReplicationPair,
        source: Table,
        function: Function,
        batch_size: int = 100,
        window_seconds: int = 0,
        parallelization: int = 10,
        retry_attempts: int = 10_000,
        record_age_seconds: int = 86_400,
        failures_key: Key | None = None,
        failures_retention_seconds: int = 1_209_600,
        transform: Mapping[str, Transform] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        limits.STREAM_BATCH.check(name, "batch_size", batch_size)
        limits.STREAM_WINDOW.check(name, "window_seconds", window_seconds)
        limits.STREAM_PARALLELIZATION.check(name, "parallelization", parallelization)
        limits.STREAM_RETRIES.check(name, "retry_attempts", retry_attempts)
        limits.STREAM_RECORD_AGE.check(name, "record_age_seconds", record_age_seconds)
        expect(f"{name}: pair", pair, ReplicationPair)
        pair.check()
        _check_label(name, "source", source, pair.table)
        _check_label(name, "function", function, pair.function)
        if source.received_by:
            raise ComponentError(
                f"{name} would replicate {source.label}, which {source.received_by} keeps as a copy",
                fix="replicate one way; let the copy have no Replication of its own",
            )
        if function.timeout_seconds < 30:
            raise ComponentError(
                f"{name}: {function.label} has {function.timeout_seconds} seconds", fix="set timeout_seconds=30 or more"
            )
        super().__init__("Replication", name, transform=transform, opts=opts)
        _check_place(name, pair, pair.source, self.environment)

        self.function = function
        self.failures = Queue(
            f"{name}-failures",
            key=failures_key,
            retention_seconds=failures_retention_seconds,
            # A run of `Redrive` keeps what it has received from the next one.
            visibility_timeout_seconds=function.timeout_seconds,
            opts=self.inside(),
        )
        self._permit(pair, source)
        self.mapping = lambda_.EventSourceMapping(
            f"{name}-stream",
            event_source_arn=source.stream_arn,
            function_name=function.arn,
            # Changes before the mapping are not left out.
            starting_position="TRIM_HORIZON",
            batch_size=batch_size,
            maximum_batching_window_in_seconds=window_seconds,
            parallelization_factor=parallelization,
            function_response_types=["ReportBatchItemFailures"],
            bisect_batch_on_function_error=True,
            maximum_retry_attempts=retry_attempts,
            maximum_record_age_in_seconds=record_age_seconds,
            destination_config=lambda_.EventSourceMappingDestinationConfigArgs(
                on_failure=lambda_.EventSourceMappingDestinationConfigOnFailureArgs(destination_arn=self.failures.arn)
            ),
            # Lambda checks that the role may read the stream when the mapping is made.
            opts=self.inside(depends_on=[function.identity.policy]),
        )
        self.finish(failures_queue_url=self.failures.url)

    def _permit(self, pair: ReplicationPair, source: Table) -> None:
        function, environment = self.function, self.environment
        source.link(function, "SOURCE_TABLE_NAME", "dynamodb:GetItem")
        source.grant_stream(function)
        self.failures.grant_delivery(function)
        self.failures.grant_receive(function)
        function.variables.set("FAILURES_QUEUE_URL", self.failures.url)
        writer = _role_arn(environment, pair, pair.copy)
        function.identity.allow(Statement(["sts:AssumeRole"], [writer]))
        environment.connect(function.label, f"{pair.writer} of {pair.copy.environment}", "sts:AssumeRole")
        function.variables.set("WRITER_ROLE_ARN", writer)
        function.variables.set("WRITER_EXTERNAL_ID", pair.external_id)
        function.variables.set("COPY_TABLE_NAME", pair.copy_table_name)
        function.variables.set("COPY_REGION", pair.copy.region)


class ReplicaWriter(Component):
    """The copy's side: the role that writes it, which nobody but the replicating function may assume.

    The trust policy names the other account and, as a condition, the function's role: a role that is named as principal
    must be there first, and is another one when it is made anew.
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html

    Args:
        pair: both ends.
        table: the copy; no Replication may start at it.
        transform: changes to inner resources by role, see `Component`.

    Raises:
        ComponentError: the pair cannot work or is another one.
    """

    role_arn: pulumi.Output[str]

    def __init__(
        self,
        name: str,
        *,
        pair: ReplicationPair,
        table: Table,
        transform: Mapping[str, Transform] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        expect(f"{name}: pair", pair, ReplicationPair)
        pair.check()
        _check_label(name, "table", table, pair.table)
        if name != pair.writer:
            raise ComponentError(f"{name} is called {pair.writer} in its pair", fix="give both the same name")
        super().__init__("ReplicaWriter", name, transform=transform, opts=opts)
        _check_place(name, pair, pair.copy, self.environment)
        if table.has_stream:
            raise ComponentError(
                f"{name} would write {table.label}, which has a stream: what is copied could be copied back",
                fix="leave stream out of the copy",
            )

        table.receive(name)
        self.identity = Identity(self, "", trust=_trust(self.environment, pair))
        table.grant(self, "dynamodb:PutItem", "dynamodb:DeleteItem")
        self.role_arn = self.identity.role.arn
        self.finish(role_arn=self.role_arn)


def _trust(environment: Environment, pair: ReplicationPair) -> pulumi.Output[str]:
    account = pulumi.Output.concat("arn:", environment.partition, ":iam::", pair.source.account_id, ":root")
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": account},
        "Action": "sts:AssumeRole",
        "Condition": {
            "ArnEquals": {"aws:PrincipalArn": _role_arn(environment, pair, pair.source)},
            "StringEquals": {"sts:ExternalId": pair.external_id},
        },
    }
    return json_text({"Version": "2012-10-17", "Statement": [statement]})


def _role_arn(environment: Environment, pair: ReplicationPair, end: ReplicationEnd) -> pulumi.Output[str]:
    if not end.account_id:
        raise ComponentError(f"{pair.table}: the account of {end.environment} is not known", fix="give its account_id")
    return pulumi.Output.concat("arn:", environment.partition, f":iam::{end.account_id}:role/{pair.role_name(end)}")


def _check_label(name: str, argument: str, component: Component, expected: str) -> None:
    if component.label != expected:
        raise ComponentError(
            f"{name}: {argument} is {component.label}, its pair says {expected}", fix="give both the same name"
        )


def _check_place(name: str, pair: ReplicationPair, end: ReplicationEnd, environment: Environment) -> None:
    here = (environment.project, environment.name, environment.region)
    if here != (pair.project, end.environment, end.region):
        raise ComponentError(
            f"{name} is in {' '.join(here)}, its pair says {pair.project} {end.environment} {end.region}",
            fix="use Replication at the pair's source and ReplicaWriter at its copy",
        )
    account = environment.expected_account_id
    if account is not None and end.account_id and account != end.account_id:
        raise ComponentError(
            f"{name} is deployed into account {account}, its pair says {end.account_id}",
            fix="give both the same account",
        )
