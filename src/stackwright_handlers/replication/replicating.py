"""A batch of a table's stream, written to the copy."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from ..errors import InfrastructureError, InvalidRecordError
from .changes import change_of, sequence_of
from .ports import Copy

RESERVE_SECONDS: Final = 15
"""What one write may take at worst: two attempts, each with its time limits."""


class Replicator:
    """Writes changes one after another, in the order of the stream, which is that of each key.

    At the first that cannot be written it stops. Lambda comes back with that record and all behind it: what was written
    is not repeated, and nothing overtakes.
    https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html

    Args:
        copy: where the changes go.
        logger: of the function.
    """

    def __init__(self, copy: Copy, logger: Logger) -> None:
        self._copy = copy
        self._logger = logger

    def run(self, event: Mapping[str, Any], context: LambdaContext) -> dict[str, Any]:
        """Write a batch; the answer names the first record that waits.

        Raises:
            InfrastructureError: nothing of the batch could be written. Raised, so that the function's errors count it.
            InvalidRecordError: its first record is no change of an item.
        """
        records = event["Records"]
        for number, record in enumerate(records):
            # The first is always tried, so that each attempt gets on.
            if number and context.get_remaining_time_in_millis() < RESERVE_SECONDS * 1000:
                self._logger.warning("time is up", written=number, waiting=len(records) - number)
                return _waiting(record)
            try:
                change = change_of(record)
                self._copy.write(change.key, change.item)
            except (InfrastructureError, InvalidRecordError):
                if number == 0:
                    raise
                self._logger.exception("a change waits", written=number, waiting=len(records) - number)
                return _waiting(record)
        self._logger.info("changes written", written=len(records))
        return {"batchItemFailures": []}


def _waiting(record: Mapping[str, Any]) -> dict[str, Any]:
    return {"batchItemFailures": [{"itemIdentifier": sequence_of(record)}]}
