"""One item for each object that was put into the bucket."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from .objects import stored_object
from .ports import Items
from .settings import Settings


class Recorder:
    """Writes an item for an event, and nothing for one that has come before.

    Args:
        items: the table.
        settings: name the bucket whose objects are meant; events about others are unknown.
        logger: of the function.
    """

    def __init__(self, items: Items, settings: Settings, logger: Logger) -> None:
        self._items = items
        self._settings = settings
        self._logger = logger

    def run(self, event: Mapping[str, Any], context: LambdaContext) -> dict[str, Any]:
        """Record what an event tells.

        Raises:
            UnknownEventError: it is not about an object of the bucket.
            TableError: the item could not be written; another attempt does no harm.
        """
        told = stored_object(event, self._settings.bucket_name)
        added = self._items.add(told.item(self._settings.environment, self._settings.keys))
        report: dict[str, Any] = {"id": told.item_id, "recorded": added}
        self._logger.info("object taken" if added else "event repeated", extra={"object_key": told.key, **report})
        return report
