"""Functions of the aws package that ask the endpoint; those of a service stand in its own file, as `FUNCTIONS`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from stackwright.graph import Properties
from stackwright.provider.aws import Aws

Lookup = Callable[[Aws, Properties], dict[str, Any]]


def get_caller_identity(aws: Aws, args: Properties) -> dict[str, Any]:
    """https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html"""
    answer = aws.client("sts").get_caller_identity()
    return {
        "accountId": answer["Account"],
        "arn": answer["Arn"],
        "id": answer["Account"],
        "userId": answer["UserId"],
    }
