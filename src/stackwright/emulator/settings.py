"""How the emulator is run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from stackwright.defaults import ACCOUNT, REGION


@dataclass(frozen=True, slots=True)
class EmulatorSettings:
    """How to run the emulator.

    Args:
        state_dir: directory of this instance; identity, log, saved state and temporary files live in it.
        port: TCP port on 127.0.0.1; 0 picks a free one.
        account: AWS account id, 12 digits.
        region: default AWS region.
        persist: keep everything, S3 objects included, across a graceful stop.
        lambda_async_retry_base_seconds: wait before the first retry of an asynchronous invocation; doubles each time.
            AWS waits one minute, then two: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
        lambda_async_retry_max_seconds: upper limit of that wait.
        lambda_concurrency: concurrent executions of the account; 1000 on AWS.
        step_functions_wait_scale: factor on the seconds of a Wait state; 0 does not wait.
        alarm_period_seconds: how often alarms and queue metrics are evaluated; 0 switches the timer off.
        alarm_time_scale: factor on the periods of alarms; with 0.1 a period of 60 s lasts 6 s.
        cloudtrail: record calls for CloudTrail's LookupEvents.
        log_level: level of the emulator's own log.
        extra: more environment variables of MiniStack; they win over the ones set here.
    """

    state_dir: Path
    port: int = 0
    account: str = ACCOUNT
    region: str = REGION
    persist: bool = False
    lambda_async_retry_base_seconds: float = 1.0
    lambda_async_retry_max_seconds: float = 30.0
    lambda_concurrency: int = 1000
    step_functions_wait_scale: float = 1.0
    alarm_period_seconds: float = 1.0
    alarm_time_scale: float = 1.0
    cloudtrail: bool = False
    log_level: str = "INFO"
    extra: Mapping[str, str] = field(default_factory=lambda: dict[str, str]())
