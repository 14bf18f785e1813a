"""The function that replicates: batches of the stream, and the task `Redrive`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from aws_lambda_powertools import Logger

from ..assumed_role import AssumedRole
from ..function import Handler, create_handler
from ..settings import read, text
from .dynamodb import CopyByRole, SourceTable, TableStream
from .failures import SqsFailures
from .ports import Copy, Failures, Source, Stream
from .redriving import Redriving
from .replicating import Replicator


@dataclass(frozen=True, slots=True)
class ReplicationSettings:
    """What `stackwright.components.Replication` tells the function, and Lambda itself."""

    source_table: str = text("SOURCE_TABLE_NAME")
    copy_table: str = text("COPY_TABLE_NAME")
    copy_region: str = text("COPY_REGION")
    writer_role_arn: str = text("WRITER_ROLE_ARN")
    writer_external_id: str = text("WRITER_EXTERNAL_ID")
    failures_url: str = text("FAILURES_QUEUE_URL")
    function_name: str = text("AWS_LAMBDA_FUNCTION_NAME")


@dataclass(frozen=True, slots=True)
class ReplicationWorld:
    """Everything outside the function."""

    source: Source
    copy: Copy
    stream: Stream
    failures: Failures


def world_of(environ: Mapping[str, str]) -> ReplicationWorld:
    """Return the world that the function's environment variables tell of.

    Raises:
        SettingsError: one is missing.
    """
    settings = read(ReplicationSettings, environ)
    writer = AssumedRole(
        settings.writer_role_arn,
        external_id=settings.writer_external_id,
        # Sessions of roles have names of at most 64 characters, as functions have.
        session_name=settings.function_name,
        region=settings.copy_region,
    )
    return ReplicationWorld(
        source=SourceTable(settings.source_table),
        copy=CopyByRole(settings.copy_table, writer),
        stream=TableStream(),
        failures=SqsFailures(settings.failures_url),
    )


def replication_function(world: ReplicationWorld, logger: Logger) -> Handler:
    """Return the handler: batches of the stream, and `{"task": "Redrive"}` for what was given up."""
    redriving = Redriving(world.failures, world.stream, world.source, world.copy)
    return create_handler(None, logger, tasks={"Redrive": redriving.run}, notified=Replicator(world.copy, logger).run)
