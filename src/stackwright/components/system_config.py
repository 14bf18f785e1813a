"""The config keys that systems have in common, under one name each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from . import limits
from .config import EnvironmentConfig, setting
from .errors import ConfigProblem
from .runtimes import DEFAULT_RUNTIME, Runtime


@dataclass(frozen=True, kw_only=True)
class FunctionsConfig(EnvironmentConfig):
    """Keys of functions, what they keep, and alarms.

    Derive the class of a system from it; a key that it declares again has a default of its own.
    """

    lambda_runtime: Runtime = setting("Lambda runtime of every function", default=DEFAULT_RUNTIME)
    lambda_architecture: Literal["arm64", "x86_64"] = setting("Processor of every function", default="arm64")
    lambda_retry_attempts: int = setting("Retries of an asynchronous event", default=2, within=limits.LAMBDA_RETRIES)
    lambda_event_age_seconds: int = setting(
        "Oldest asynchronous event that is tried, seconds", default=3600, within=limits.LAMBDA_EVENT_AGE
    )
    log_level: Literal["DEBUG", "INFO", "WARN", "ERROR"] = setting("Least severity that is logged", default="INFO")
    log_retention_days: int = setting("How long log lines are kept, days", default=7, choices=limits.LOG_RETENTION_DAYS)
    enable_xray_tracing: bool = setting("Whether functions, API and workflow write X-Ray traces", default=True)
    force_destroy: bool = setting("Whether destroying the stack deletes the files in the buckets", default=False)
    deletion_protection: bool = setting("Whether DynamoDB refuses to delete the tables", default=True)
    alarm_email: str | None = setting(
        "Address that alarms are sent to, once its reader has confirmed it; nobody is told without",
        default=None,
        pattern=r"[^@\s,;]+@[^@\s,;]+\.[^@\s,;.]+",
        pattern_means="one e-mail address",
    )
    alarm_error_rate_percent: float = setting(
        "Error rate that is an alarm, percent", default=1.0, minimum=0, maximum=100
    )
    alarm_duration_percent: float = setting(
        "Share of the timeout above which a run is an alarm, percent", default=80.0, minimum=1, maximum=100
    )


@dataclass(frozen=True, kw_only=True)
class SystemConfig(FunctionsConfig):
    """Keys of a REST API and a secret besides."""

    api_throttle_rate: float = setting(
        "Requests per second of the API", default=1000.0, minimum=1, maximum=limits.API_RATE.maximum
    )
    api_throttle_burst: int = setting(
        "Requests at once of the API", default=200, minimum=1, maximum=limits.API_BURST.maximum
    )
    api_key_required: bool = setting("Whether callers need an API key", default=False)
    manage_api_account_role: bool = setting(
        "Whether this stack sets the role with which API Gateway writes logs, one per account and region, which stays "
        "when the stack goes",
        default=True,
    )
    secret_recovery_window_days: int = setting(
        "Days in which the deleted secret can be restored; 0 to delete it at once",
        default=30,
        minimum=0,
        maximum=limits.SECRET_RECOVERY_WINDOW.maximum,
    )

    def problems(self) -> Iterator[ConfigProblem]:
        """Rules of keys; extend it with `yield from super().problems()`."""
        yield from super().problems()
        window = limits.SECRET_RECOVERY_WINDOW
        if 0 < self.secret_recovery_window_days < window.minimum:
            yield ConfigProblem("secret_recovery_window_days", self.secret_recovery_window_days, f"0, or {window}")
