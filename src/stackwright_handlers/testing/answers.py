"""The idempotency table in memory, with the conditions of Powertools' own layer for DynamoDB."""

from __future__ import annotations

from copy import copy
from datetime import UTC, datetime
from typing import NoReturn

from aws_lambda_powertools.utilities.idempotency.exceptions import IdempotencyItemAlreadyExistsError
from aws_lambda_powertools.utilities.idempotency.persistence.base import BasePersistenceLayer
from aws_lambda_powertools.utilities.idempotency.persistence.datarecord import DataRecord


class MemoryAnswers(BasePersistenceLayer):
    """Holds back nothing: a refused write hands over the record in its way, as DynamoDB does when asked to."""

    def __init__(self) -> None:
        super().__init__()
        self.records: dict[str, DataRecord] = {}
        self.failure: Exception | None = None

    def _get_record(self, idempotency_key: str) -> NoReturn:
        raise AssertionError("this would need dynamodb:GetItem on the idempotency table")

    def _put_record(self, data_record: DataRecord) -> None:
        if self.failure is not None:
            raise self.failure
        old = self.records.get(data_record.idempotency_key)
        if old is not None and not self._is_over(old):
            self._validate_payload(data_payload=data_record, stored_data_record=old)
            raise IdempotencyItemAlreadyExistsError(old_data_record=copy(old))
        self.records[data_record.idempotency_key] = copy(data_record)

    def _update_record(self, data_record: DataRecord) -> None:
        self.records[data_record.idempotency_key] = copy(data_record)

    def _delete_record(self, data_record: DataRecord) -> None:
        self.records.pop(data_record.idempotency_key, None)

    @staticmethod
    def _is_over(record: DataRecord) -> bool:
        in_progress_until = record.in_progress_expiry_timestamp
        abandoned = (
            record.status == "INPROGRESS"
            and in_progress_until is not None
            and in_progress_until < datetime.now(UTC).timestamp() * 1000
        )
        return record.is_expired or abandoned
