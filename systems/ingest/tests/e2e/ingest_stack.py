"""An environment of ingest as it runs: what its users do, and what its operators see of it."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stackwright.emulator.process import Emulator
from stackwright.testing.eventually import eventually
from stackwright.testing.roles import Role
from stackwright.verify import Verification

PROJECT = Path(__file__).resolve().parents[2]
DEADLINE = 30.0  # seconds; for conditions that take a moment, far above what they need

Item = dict[str, dict[str, Any]]


@dataclass
class Stack(Verification):
    """A running stack; `emulator` answers what no AWS API tells: every authorization."""

    emulator: Emulator = None  # type: ignore[assignment]

    def eventually(
        self, what: str | Callable[[], str], probe: Callable[[], Any], seconds: float = DEADLINE, pause: float = 0.05
    ) -> Any:
        """Ask until the answer is truthy, and return it."""
        return eventually(probe, what, seconds, pause)

    # ---- objects and items -------------------------------------------------------------------------------------------

    def put(self, key: str, content: bytes = b"12345") -> str:
        """Store an object; its ETag."""
        bucket = self.outputs["bucket_name"]
        return self.client("s3").put_object(Bucket=bucket, Key=key, Body=content)["ETag"].strip('"')

    def items(self, **having: str) -> list[Item]:
        """The items with these texts, such as `key`; a text that ends in `*` is a beginning."""
        found: list[Item] = []
        start: dict[str, Any] = {}
        while True:
            page = self.client("dynamodb").scan(
                TableName=self.outputs["dynamodb_table_name"], ConsistentRead=True, **start
            )
            found += page["Items"]
            if "LastEvaluatedKey" not in page:
                return [item for item in found if all(_has(item.get(name), text) for name, text in having.items())]
            start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}

    def item_of(self, key: str) -> Item:
        """The one item of an object, once it is there."""
        (item,) = self.eventually(f"an item of {key}", lambda: self.items(key=key))
        return item

    def write(self, item: Item) -> None:
        self.client("dynamodb").put_item(TableName=self.outputs["dynamodb_table_name"], Item=item)

    def delete(self, item: Mapping[str, Any]) -> None:
        key = {name: item[name] for name in ("id", "timestamp")}
        self.client("dynamodb").delete_item(TableName=self.outputs["dynamodb_table_name"], Key=key)

    # ---- functions, queues and roles ---------------------------------------------------------------------------------

    def invoke(self, function: str, event: Any, *, asynchronously: bool = False) -> Any:
        """Invoke a function; its answer, an AssertionError with the function's own if it fails."""
        kind = "Event" if asynchronously else "RequestResponse"
        answer = self.client("lambda").invoke(FunctionName=function, InvocationType=kind, Payload=json.dumps(event))
        if asynchronously:
            return None
        told = json.loads(answer["Payload"].read())
        assert "FunctionError" not in answer, told
        return told

    def failure(self, function: str, event: Any) -> str:
        """Invoke a function; its error, empty if it does not fail."""
        answer = self.client("lambda").invoke(FunctionName=function, Payload=json.dumps(event))
        told = answer["Payload"].read().decode()
        return told if "FunctionError" in answer else ""

    def metric(self, function: str, name: str) -> float:
        """The sum of a metric of a function in the last hour."""
        now = time.time()
        answer = self.client("cloudwatch").get_metric_statistics(
            Namespace="AWS/Lambda",
            MetricName=name,
            Dimensions=[{"Name": "FunctionName", "Value": function}],
            StartTime=now - 3600,
            EndTime=now + 60,
            Period=3600,
            Statistics=["Sum"],
        )
        return sum(point["Sum"] for point in answer["Datapoints"])

    def take(self, queue_url: str, marker: str = "") -> list[dict[str, Any]]:
        """Receive and delete the messages in a queue that contain a text; their bodies."""
        sqs = self.client("sqs")
        received = sqs.receive_message(QueueUrl=queue_url, MaxNumberOfMessages=10, VisibilityTimeout=1)
        mine = [message for message in received.get("Messages", []) if marker in message["Body"]]
        for message in mine:
            sqs.delete_message(QueueUrl=queue_url, ReceiptHandle=message["ReceiptHandle"])
        return [json.loads(message["Body"]) for message in mine]

    def waiting(self, queue_url: str) -> int:
        """How many messages a queue holds, hidden ones included."""
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        found = self.client("sqs").get_queue_attributes(QueueUrl=queue_url, AttributeNames=names)["Attributes"]
        return sum(int(found[name]) for name in names)

    def role(self, output: str, **resources: str) -> Role:
        """The role of the function of an output, or the role itself; its resources by what the tests call them."""
        arn = self.outputs[output]
        if output.endswith("function_name"):
            arn = self.client("lambda").get_function_configuration(FunctionName=arn)["Role"]
        return Role(self, arn, {value: name for name, value in resources.items()})

    @contextmanager
    def mapped(self, **settings: Any) -> Generator[None]:
        """Change settings of the event source mapping of `replicate` for a while."""
        functions, name = self.client("lambda"), self.outputs["replicate_function_name"]
        (mapping,) = functions.list_event_source_mappings(FunctionName=name)["EventSourceMappings"]
        before = {setting: mapping[setting] for setting in settings}
        functions.update_event_source_mapping(UUID=mapping["UUID"], **settings)
        try:
            yield
        finally:
            functions.update_event_source_mapping(UUID=mapping["UUID"], **before)


def row(item_id: str, value: str) -> Item:
    """An item that somebody writes past the bucket."""
    return {"id": {"S": item_id}, "timestamp": {"S": "2026-01-01T00:00:00.000000Z"}, "value": {"S": value}}


def unique(name: str) -> str:
    """A name that no other test uses."""
    return f"{uuid.uuid4().hex[:12]}-{name}"


def _has(value: Mapping[str, Any] | None, text: str) -> bool:
    found = (value or {}).get("S", "")
    return found.startswith(text[:-1]) if text.endswith("*") else found == text
