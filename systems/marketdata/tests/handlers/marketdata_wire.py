"""The table of records at the other end of the wire: answers what boto3 sends, as DynamoDB does."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from botocore.awsrequest import AWSResponse
from marketdata.dynamodb import DynamoDbRecords

Typed = dict[str, dict[str, str]]


class _Raw(io.BytesIO):
    def stream(self) -> Iterator[bytes]:
        yield self.read()


@dataclass
class WireTable:
    """Answers BatchWriteItem, and Query with `page`."""

    page: Callable[[dict[str, Any]], tuple[int, dict[str, Any]]] = lambda _: (200, {"Items": []})
    """Status and body of the answer to a Query."""
    leaves_over: Callable[[int], int] = lambda _: 0
    """How many items of its end the call with this number, counted from 1, leaves over."""
    items: dict[tuple[str, str], Typed] = field(default_factory=dict[tuple[str, str], Typed])
    calls: int = 0
    _lock: Lock = field(default_factory=Lock)

    def records(self) -> DynamoDbRecords:
        """The adapter, wired to this table."""
        records = DynamoDbRecords("market-data", sleep=lambda _: None)
        events = records._client.meta.events  # pyright: ignore[reportPrivateUsage]
        events.register("before-send.dynamodb.*", self._answer)
        return records

    def _answer(self, request: Any, event_name: str, **_: Any) -> AWSResponse:
        asked = json.loads(request.body)
        if event_name.endswith("Query"):
            status, body = self.page(asked)
        else:
            with self._lock:
                status, body = 200, self._write(asked["RequestItems"]["market-data"])
        return AWSResponse(request.url, status, {}, _Raw(json.dumps(body).encode()))

    def _write(self, puts: Sequence[dict[str, Any]]) -> dict[str, Any]:
        self.calls += 1
        taken = len(puts) - min(self.leaves_over(self.calls), len(puts))
        for put in puts[:taken]:
            item: Typed = put["PutRequest"]["Item"]
            self.items[item["symbol"]["S"], item["timestamp"]["N"]] = item
        return {"UnprocessedItems": {"market-data": left} if (left := puts[taken:]) else {}}
