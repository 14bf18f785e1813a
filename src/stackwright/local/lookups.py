"""Functions of the aws package that ask the endpoint, such as looking up a resource that exists."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from stackwright.graph import Properties
from stackwright.local.aws import Aws

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


FUNCTIONS: Final[Mapping[str, Lookup]] = {
    "aws:index/getCallerIdentity:getCallerIdentity": get_caller_identity,
}
