"""The function's environment variables, typed."""

from __future__ import annotations

from dataclasses import dataclass

from stackwright_handlers.settings import text

from .ports import Keys


@dataclass(frozen=True, slots=True)
class Settings:
    """What the deployment tells the function process-data."""

    environment: str = text("ENVIRONMENT")
    bucket_name: str = text("BUCKET_NAME")
    table_name: str = text("DYNAMODB_TABLE_NAME")
    hash_key: str = text("TABLE_HASH_KEY")
    range_key: str = text("TABLE_RANGE_KEY")

    @property
    def keys(self) -> Keys:
        """Names of the table's keys."""
        return Keys(self.hash_key, self.range_key)
