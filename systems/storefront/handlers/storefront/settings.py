"""The functions' environment variables, read once and typed.

Every fault is reported in one error, so that a wrong deployment is repaired in one round.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


class SettingsError(Exception):
    """The environment of the function is incomplete; the message names every missing variable."""


def _read(variables: Mapping[str, str], *names: str) -> list[str]:
    missing = [name for name in names if not variables.get(name)]
    if missing:
        raise SettingsError("the function's environment is wrong: " + "; ".join(f"{n} is not set" for n in missing))
    return [variables[name] for name in names]


@dataclass(frozen=True, slots=True)
class UserSettings:
    """What the deployment tells user-service."""

    environment: str
    api_secret_arn: str
    users_table: str

    @classmethod
    def from_environment(cls, variables: Mapping[str, str]) -> UserSettings:
        """Read all variables; raises SettingsError."""
        return cls(*_read(variables, "ENVIRONMENT", "API_SECRET_ARN", "USERS_TABLE_NAME"))


@dataclass(frozen=True, slots=True)
class OrderSettings:
    """What the deployment tells order-service."""

    environment: str
    api_secret_arn: str
    orders_table: str
    order_workflow_arn: str

    @classmethod
    def from_environment(cls, variables: Mapping[str, str]) -> OrderSettings:
        """Read all variables; raises SettingsError."""
        names = ("ENVIRONMENT", "API_SECRET_ARN", "ORDERS_TABLE_NAME", "ORDER_WORKFLOW_ARN")
        return cls(*_read(variables, *names))


@dataclass(frozen=True, slots=True)
class ProductSettings:
    """What the deployment tells product-service."""

    environment: str
    api_secret_arn: str
    products_table: str
    data_bucket: str
    data_key_arn: str

    @classmethod
    def from_environment(cls, variables: Mapping[str, str]) -> ProductSettings:
        """Read all variables; raises SettingsError."""
        names = ("ENVIRONMENT", "API_SECRET_ARN", "PRODUCTS_TABLE_NAME", "DATA_BUCKET_NAME", "DATA_KEY_ARN")
        return cls(*_read(variables, *names))
