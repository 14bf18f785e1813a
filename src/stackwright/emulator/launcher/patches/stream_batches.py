"""A batch from a DynamoDB stream fails as its event source mapping says.

AWS: a failing batch is retried as often as ``MaximumRetryAttempts`` says, split in two when it may be bisected, from
the first record the function reports when it reports any, and ends in the on-failure destination; then the shard goes
on.
https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-errors.html
MiniStack: a failing batch is retried for ever unless records grow too old, and reported failures are ignored.
Here: one pass of MiniStack's poller makes one attempt at each part of the batch that is still open, and the poller goes
on when none is. Records that grow too old are MiniStack's to give up.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from stackwright.emulator.launcher.delivery import DESTINATION_ACTIONS
from stackwright.emulator.launcher.patching import Patcher
from stackwright.emulator.launcher.shared import SharedState

Record = Mapping[str, Any]


def apply(patcher: Patcher, shared: SharedState) -> None:
    """Register the patch."""
    patcher.require("ministack.services.lambda_svc", "_esms _send_ddb_stream_failure_record")
    patcher.on_import("ministack.services.lambda_svc", lambda module: _Streams(module, patcher, shared).install())


@dataclass(slots=True)
class _Part:
    """Some records of a batch that belong together, and how often they have failed."""

    records: list[Record]
    failures: int = 0


@dataclass(slots=True)
class _Progress:
    """What one mapping has done with the batch it is at."""

    open: list[_Part] = field(default_factory=lambda: list[_Part]())
    seen: set[str] = field(default_factory=lambda: set[str]())


class _Streams:
    def __init__(self, lambda_service: Any, patcher: Patcher, shared: SharedState) -> None:
        self._lambda = lambda_service
        self._patcher = patcher
        self._shared = shared
        self._polling: ContextVar[bool] = ContextVar("polling_streams", default=False)
        self._progress: dict[str, _Progress] = {}

    def install(self) -> None:
        replace = self._patcher.replace
        self._poll = replace(self._lambda, "_poll_dynamodb_streams", self._poll_streams, parameters="")
        self._execute = replace(self._lambda, "_execute_function", self._execute_batch, parameters="func event")

    def _poll_streams(self) -> bool:
        token = self._polling.set(True)
        try:
            return self._poll()
        finally:
            self._polling.reset(token)

    def _execute_batch(self, func: dict[str, Any], event: Any) -> dict[str, Any]:
        if not self._polling.get():
            return self._execute(func, event)
        token = self._polling.set(False)
        try:
            return self._attempt(func, event["Records"])
        finally:
            self._polling.reset(token)

    def _attempt(self, func: dict[str, Any], records: list[Record]) -> dict[str, Any]:
        """One attempt at every open part, in order; an error makes the poller come back with the same records."""
        mapping = self._mapping(func, records[0]["eventSourceARN"])
        progress = self._progress.setdefault(mapping["UUID"], _Progress())
        # The batch is read again each time: it may have grown at its end, or be another one if records grew too old.
        current = {_sequence(record) for record in records}
        for part in progress.open:
            part.records = [record for record in part.records if _sequence(record) in current]
        progress.open = [part for part in progress.open if part.records]
        fresh = [record for record in records if _sequence(record) not in progress.seen]
        if fresh:
            progress.open.append(_Part(fresh))
            progress.seen |= {_sequence(record) for record in fresh}
        result: dict[str, Any] = {"body": None}
        while progress.open:
            part = progress.open[0]
            result = self._execute(func, {"Records": part.records})
            failed = part.records if result.get("error") else _reported(mapping, part.records, result.get("body"))
            if not failed:
                progress.open.pop(0)
                continue
            waits = self._failed(mapping, func, progress, failed, result)
            if waits:
                return {**result, "error": True}
        del self._progress[mapping["UUID"]]
        return {**result, "error": False}

    def _failed(
        self,
        mapping: Mapping[str, Any],
        func: dict[str, Any],
        progress: _Progress,
        failed: list[Record],
        result: Mapping[str, Any],
    ) -> bool:
        """Split, discard or keep the first part; whether it is to be tried again later."""
        part = progress.open[0]
        if len(failed) < len(part.records):
            progress.open[0] = part = _Part(failed)
        elif mapping.get("BisectBatchOnFunctionError") and len(failed) > 1:
            middle = len(failed) // 2
            progress.open[:1] = [_Part(failed[:middle], part.failures), _Part(failed[middle:], part.failures)]
            return False
        part.failures += 1
        most = mapping.get("MaximumRetryAttempts")
        if most is not None and 0 <= int(most) < part.failures:
            self._discard(mapping, func, part.records, result)
            progress.open.pop(0)
            return False
        return True

    def _discard(
        self, mapping: Mapping[str, Any], func: dict[str, Any], records: list[Record], result: Mapping[str, Any]
    ) -> None:
        config = func.get("config") or func
        target = ((mapping.get("DestinationConfig") or {}).get("OnFailure") or {}).get("Destination")
        source = mapping["EventSourceArn"]
        self._shared.log(f"{config['FunctionName']}: gave up {len(records)} records of {source}")
        if target and self._shared.authorizer.role_may(
            config["Role"], DESTINATION_ACTIONS[target.split(":")[2]], target, via="lambda"
        ):
            self._lambda._send_ddb_stream_failure_record(
                mapping, func, records, source, result, "RetryAttemptsExhausted"
            )

    def _mapping(self, func: Mapping[str, Any], source: str) -> Mapping[str, Any]:
        name = (func.get("config") or func)["FunctionName"]
        return next(
            mapping
            for mapping in self._lambda._esms.values()
            if mapping["EventSourceArn"] == source and mapping["FunctionName"] == name
        )


def _sequence(record: Record) -> str:
    return str(record["dynamodb"]["SequenceNumber"])


def _reported(mapping: Mapping[str, Any], records: list[Record], answer: Any) -> list[Record]:
    """The records from the first one that the function reports as failed.

    https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html
    """
    if "ReportBatchItemFailures" not in (mapping.get("FunctionResponseTypes") or ()) or not isinstance(answer, dict):
        return []
    failures = {str(failure.get("itemIdentifier")) for failure in answer.get("batchItemFailures") or ()}
    if not failures:
        return []
    first = next((index for index, record in enumerate(records) if _sequence(record) in failures), 0)
    return records[first:]
