"""The functions' environment variables, typed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from stackwright_handlers.settings import number, text

MIB: Final = 1024 * 1024
DAY: Final = 24 * 3600

MAX_DIRECT_BYTES_LIMIT: Final = 100 * MIB
"""A row has 4 bytes at least, and its key takes 20 of the 512 MB that a function has for temporary files.
https://docs.aws.amazon.com/lambda/latest/dg/configuration-ephemeral-storage.html"""


@dataclass(frozen=True, slots=True)
class UploadSettings:
    """What the deployment tells the function upload."""

    bucket_name: str = text("DATA_BUCKET_NAME")
    jobs_table: str = text("JOBS_TABLE_NAME")
    job_days: int = number("JOB_DAYS", maximum=3650)
    """How long jobs are kept."""


@dataclass(frozen=True, slots=True)
class StatusSettings:
    """What the deployment tells the function status."""

    bucket_name: str = text("DATA_BUCKET_NAME")
    jobs_table: str = text("JOBS_TABLE_NAME")


@dataclass(frozen=True, slots=True)
class ResultsSettings:
    """What the deployment tells the function results."""

    records_table: str = text("DYNAMODB_TABLE_NAME")
    cursor_secret_arn: str = text("CURSOR_SECRET_ARN")


@dataclass(frozen=True, slots=True)
class ProcessorSettings:
    """What the deployment tells the function processor."""

    bucket_name: str = text("DATA_BUCKET_NAME")
    jobs_table: str = text("JOBS_TABLE_NAME")
    records_table: str = text("DYNAMODB_TABLE_NAME")
    workflow_arn: str = text("LARGE_FILE_WORKFLOW_ARN")
    max_direct_bytes: int = number("MAX_DIRECT_BYTES", maximum=MAX_DIRECT_BYTES_LIMIT)
    """Larger files go to the workflow."""
    job_days: int = number("JOB_DAYS", maximum=3650)
    """How long the sums of a large file's parts are kept."""
