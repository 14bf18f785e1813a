"""Every config key of marketdata: its type, its unit, its range.

Set one with `pulumi config set marketdata:<key> <value>`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from stackwright.components import ConfigProblem, SystemConfig, limits, setting

GATEWAY_SECONDS: Final = 29
"""How long API Gateway waits for a function; what runs longer answers nobody.
https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html"""

MAX_DIRECT_BYTES: Final = 104_857_600
"""100 MiB; handlers/marketdata/settings.py says why."""


@dataclass(frozen=True, kw_only=True)
class MarketdataConfig(SystemConfig):
    """Read by `load_config`: Pulumi config, then the environment variable (upper case), then the default."""

    lambda_memory_mb: int = setting("Memory of each function, MB", default=3008, within=limits.LAMBDA_MEMORY)
    lambda_timeout_seconds: int = setting(
        f"Longest run of each function, seconds; at most {GATEWAY_SECONDS} of those behind the API",
        default=300,
        # Less would leave no time between the start of a file and the note on how far it came.
        minimum=15,
        maximum=limits.LAMBDA_TIMEOUT.maximum,
    )
    lambda_reserved_concurrency: int | None = setting(
        "Runs at once reserved for processor; `none` for no reservation. The account must keep 100 unreserved",
        default=100,
        minimum=0,
        maximum=1000,
    )
    api_throttle_burst: int = setting(
        "Requests at once of the API", default=2000, minimum=1, maximum=limits.API_BURST.maximum
    )

    max_direct_bytes: int = setting(
        "Largest file that one run of processor takes, bytes; larger ones go to the workflow",
        default=67_108_864,
        minimum=1,
        maximum=MAX_DIRECT_BYTES,
    )
    map_concurrency: int = setting(
        "Batches of a large file at once; not more than lambda_reserved_concurrency, which they share with small files",
        default=50,
        minimum=1,
        maximum=1000,
    )
    map_batch_rows: int = setting("Rows of a large file in one batch", default=500, minimum=1, maximum=2000)
    workflow_timeout_seconds: int = setting(
        "Longest run of the workflow for large files, seconds", default=43_200, minimum=600, maximum=31_536_000
    )
    job_days: int = setting("How long jobs can be asked for, days", default=30, minimum=1, maximum=3650)

    s3_processed_days: int = setting("Days until processed files are deleted", default=30, within=limits.LIFECYCLE_DAYS)
    s3_failed_days: int = setting(
        "Days until files that failed, reports on rejected rows and the workflow's own results are deleted",
        default=30,
        within=limits.LIFECYCLE_DAYS,
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
    enable_contributor_insights: bool = setting(
        "Whether CloudWatch reports the most used keys of market-data", default=True
    )
    kms_deletion_window_days: int = setting(
        "Days until the deleted key is gone", default=30, within=limits.KEY_DELETION_WINDOW
    )

    alarm_period_seconds: int = setting(
        "Period of the alarms, seconds", default=300, choices=(60, 120, 180, 240, 300, 600, 900, 3600)
    )
    alarm_throttles: int = setting(
        "Throttled runs in a period above which it is an alarm", default=10, minimum=0, maximum=100_000
    )
    alarm_concurrency_percent: float = setting(
        "Share of the reserved concurrency above which runs at once are an alarm, percent",
        default=80.0,
        minimum=1,
        maximum=100,
    )

    @property
    def api_timeout_seconds(self) -> int:
        """Longest run of a function behind the API."""
        return min(self.lambda_timeout_seconds, GATEWAY_SECONDS)

    def problems(self) -> Iterator[ConfigProblem]:
        """Rules between keys."""
        yield from super().problems()
        reserved = self.lambda_reserved_concurrency
        # 0 stops processor altogether.
        if reserved and self.map_concurrency > reserved:
            yield ConfigProblem(
                "map_concurrency",
                self.map_concurrency,
                f"at most lambda_reserved_concurrency, which is {reserved}; the rest would only be throttled",
            )
