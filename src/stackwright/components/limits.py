"""Numbers that AWS refuses when they are out of range, checked before anything is sent.

Sources: Lambda quotas https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html,
SQS quotas https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html,
KMS ScheduleKeyDeletion https://docs.aws.amazon.com/kms/latest/APIReference/API_ScheduleKeyDeletion.html,
Secrets Manager DeleteSecret https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DeleteSecret.html,
S3 lifecycle https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-transition-general-considerations.html,
API Gateway quotas https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from .errors import ComponentError


@dataclass(frozen=True, slots=True)
class Range:
    """A closed range of whole or decimal numbers with its unit."""

    minimum: float
    maximum: float
    unit: str

    def __str__(self) -> str:
        return f"{self.minimum:,g}..{self.maximum:,.10g} {self.unit}".rstrip()

    def check(self, component: str, argument: str, value: object) -> None:
        """Raise ComponentError unless `value` is None, or a number within the range."""
        if value is None:
            return
        # Such as an Output of another resource, or a config value that is still a text.
        if not isinstance(value, int | float) or isinstance(value, bool):
            raise ComponentError(
                f"{component}: {argument} is of type {type(value).__name__}", fix=f"give a plain number within {self}"
            )
        if not self.minimum <= value <= self.maximum:
            raise ComponentError(
                f"{component}: {argument} is {value}, AWS allows {self}", fix=f"set {argument} within {self}"
            )


LAMBDA_TIMEOUT: Final = Range(1, 900, "seconds")
LAMBDA_MEMORY: Final = Range(128, 10_240, "MB")
LAMBDA_RETRIES: Final = Range(0, 2, "attempts")
LAMBDA_EVENT_AGE: Final = Range(60, 21_600, "seconds")
LAMBDA_CONCURRENCY: Final = Range(0, 100_000, "executions")
QUEUE_RETENTION: Final = Range(60, 1_209_600, "seconds")
QUEUE_VISIBILITY: Final = Range(0, 43_200, "seconds")
QUEUE_MESSAGE_SIZE: Final = Range(1_024, 1_048_576, "bytes")
DATA_KEY_REUSE: Final = Range(60, 86_400, "seconds")
KEY_DELETION_WINDOW: Final = Range(7, 30, "days")
SECRET_RECOVERY_WINDOW: Final = Range(7, 30, "days")
INFREQUENT_ACCESS_DAYS: Final = Range(30, 36_500, "days")
# Of a table; quotas of an account may be raised beyond. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html
CAPACITY_UNITS: Final = Range(1, 40_000, "units")
# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/AutoScaling.html
SCALING_TARGET: Final = Range(20, 90, "%")
# https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html; -1 for no end is not offered.
STREAM_BATCH: Final = Range(1, 10_000, "records")
STREAM_WINDOW: Final = Range(0, 300, "seconds")
STREAM_RETRIES: Final = Range(0, 10_000, "attempts")
STREAM_RECORD_AGE: Final = Range(60, 604_800, "seconds")
STREAM_PARALLELIZATION: Final = Range(1, 10, "batches")
LIFECYCLE_DAYS: Final = Range(1, 36_500, "days")
RULE_RETRIES: Final = Range(0, 185, "attempts")
RULE_EVENT_AGE: Final = Range(60, 86_400, "seconds")
STATE_MACHINE_RETRIES: Final = Range(0, 99_999_999, "attempts")
STATE_MACHINE_RETRY_DELAY: Final = Range(1, 31_622_399, "seconds")
API_RATE: Final = Range(0, 10_000, "requests per second")
API_BURST: Final = Range(0, 5_000, "requests")

ALARM_PERIODS: Final = (60, 120, 180, 240, 300, 600, 900, 3600)
"""Seconds that systems offer, out of the multiples of 60 that CloudWatch takes.
https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html"""

LOG_RETENTION_DAYS: Final = (
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
)  # fmt: skip
"""Values of PutRetentionPolicy; any other number is refused."""


def check_log_retention(component: str, days: int) -> None:
    """Raise ComponentError unless CloudWatch Logs knows this retention."""
    if days not in LOG_RETENTION_DAYS:
        raise ComponentError(
            f"{component}: log_retention_days is {days}, which CloudWatch Logs does not offer",
            fix=f"use one of {', '.join(map(str, LOG_RETENTION_DAYS))}",
        )
