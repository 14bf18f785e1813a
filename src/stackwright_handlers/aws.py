"""Clients of AWS services with time limits, and failures as errors of the domain."""

# boto3 and botocore come without types.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from __future__ import annotations

import logging
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from .errors import InfrastructureError

# At INFO it says with every new client where its credentials come from.
logging.getLogger("botocore").setLevel(logging.WARNING)


def client(
    service: str, *, read_timeout: int, attempts: int, session: boto3.Session | None = None, **config: Any
) -> Any:
    """Return a client for a service.

    Args:
        service: its name in boto3.
        read_timeout: seconds. A call that hangs must fail while the function still has time to say so.
        attempts: how often a call is made at most.
        session: with other credentials than the function's own.
        config: further arguments of botocore's Config.
    """
    retries = {"mode": "standard", "total_max_attempts": attempts}
    settings = Config(connect_timeout=2, read_timeout=read_timeout, retries=retries, **config)
    return boto3.client(service, config=settings) if session is None else session.client(service, config=settings)


@contextmanager
def failing_as(kind: type[InfrastructureError], call: str) -> Generator[None]:
    """Turn failures of an AWS call into an error of that kind; the original stays its cause."""
    try:
        yield
    except ClientError as error:
        code = str(error.response.get("Error", {}).get("Code", "Unknown"))
        raise kind(f"{call} failed: {code}", code) from error
    except BotoCoreError as error:
        raise kind(f"{call} failed: {type(error).__name__}") from error
