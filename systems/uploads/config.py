"""Every config key of uploads: its type, its unit, its range.

Set one with `pulumi config set uploads:<key> <value>`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from stackwright.components import ConfigProblem, SystemConfig, limits, setting

MB_OF_ONE_CPU = 1769
"""Memory with which a function has one virtual CPU; with less it has a share of one.
https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html"""
BYTES_PER_SECOND = 85_000_000
"""What one connection to S3 brings to a whole CPU.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/optimizing-performance-design-patterns.html"""
SECONDS_BESIDE_READING = 5
"""For the start of the function, the tables and the topic."""


def checkable_bytes(memory_mb: int, timeout_seconds: int) -> int:
    """The largest file that a run reads to its end; in blocks of 1 MiB, so that memory counts as CPU only."""
    share = min(1.0, memory_mb / MB_OF_ONE_CPU)
    return max(0, int(share * BYTES_PER_SECOND * (timeout_seconds - SECONDS_BESIDE_READING)))


@dataclass(frozen=True, kw_only=True)
class UploadsConfig(SystemConfig):
    """Read by `load_config`: Pulumi config, then the environment variable (upper case), then the default."""

    lambda_memory_mb: int = setting("Memory of file-processor, MB", default=512, within=limits.LAMBDA_MEMORY)
    lambda_timeout_seconds: int = setting(
        "Longest run of file-processor, seconds", default=30, within=limits.LAMBDA_TIMEOUT
    )
    lambda_reserved_concurrency: int | None = setting(
        "Concurrent runs reserved for file-processor; `none` for no reservation", default=None, minimum=0, maximum=1000
    )

    max_inline_bytes: int = setting(
        "Largest file that POST /upload takes, decoded, bytes", default=4_500_000, minimum=1, maximum=4_500_000
    )
    max_upload_bytes: int = setting(
        "Largest file that POST /uploads takes, bytes; file-processor must be able to read it to its end in one run",
        default=536_870_912,
        minimum=1,
        maximum=5_368_709_120,
    )
    download_url_seconds: int = setting(
        "How long a download URL is valid, seconds", default=900, minimum=1, maximum=43_200
    )
    s3_lifecycle_transition_days: int = setting(
        "Days until a file moves to STANDARD_IA", default=30, within=limits.INFREQUENT_ACCESS_DAYS
    )
    s3_lifecycle_expiration_days: int = setting(
        "Days until a file and its metadata are deleted", default=90, minimum=31, maximum=limits.LIFECYCLE_DAYS.maximum
    )
    s3_cors_origins: tuple[str, ...] = setting(
        "Origins of pages that may send and fetch files in a browser, such as https://www.example.com",
        default=(),
        pattern=r"\*|https?://(\*\.)?[a-z0-9.-]+(:\d{1,5})?",
        pattern_means="origins: scheme, host and port without a path",
    )
    s3_bucket_suffix: str = setting(
        "Last part of the bucket's name, which must be unique among all AWS accounts",
        default="",
        pattern=r"([a-z0-9]([a-z0-9-]{0,18}[a-z0-9])?)?",
        pattern_means="up to 20 lower-case letters, digits and hyphens",
    )
    dead_letter_retention_days: int = setting(
        "How long failed events are kept, days", default=14, minimum=1, maximum=14
    )

    workflow_retry_interval_seconds: int = setting(
        "Wait before the workflow's first retry, seconds", default=2, minimum=1, maximum=3600
    )
    workflow_retry_attempts: int = setting("Retries of a step of the workflow", default=3, minimum=0, maximum=10)
    workflow_retry_backoff: float = setting("Factor of each further wait", default=2.0, minimum=1, maximum=10)
    workflow_timeout_seconds: int = setting(
        "Longest run of the workflow, seconds", default=900, minimum=60, maximum=86_400
    )

    kms_deletion_window_days: int = setting(
        "Days until a deleted key is gone", default=30, within=limits.KEY_DELETION_WINDOW
    )

    alarm_period_seconds: int = setting("Period of the alarms, seconds", default=300, choices=limits.ALARM_PERIODS)
    alarm_throttles: int = setting(
        "Throttled runs in a period that are an alarm", default=10, minimum=0, maximum=100_000
    )

    def problems(self) -> Iterator[ConfigProblem]:
        """Rules between keys."""
        yield from super().problems()
        checkable = checkable_bytes(self.lambda_memory_mb, self.lambda_timeout_seconds)
        largest = max(self.max_upload_bytes, self.max_inline_bytes)
        if largest > checkable:
            yield ConfigProblem(
                "max_upload_bytes" if largest == self.max_upload_bytes else "max_inline_bytes",
                largest,
                f"at most {checkable:,}, which file-processor can check in lambda_timeout_seconds "
                f"({self.lambda_timeout_seconds}) with lambda_memory_mb ({self.lambda_memory_mb}); raise one of them",
            )
        if self.s3_lifecycle_expiration_days <= self.s3_lifecycle_transition_days:
            yield ConfigProblem(
                "s3_lifecycle_expiration_days",
                self.s3_lifecycle_expiration_days,
                f"more than s3_lifecycle_transition_days, which is {self.s3_lifecycle_transition_days}",
            )
