"""The uploads system as it runs: what its users do over HTTP, and what its operators see of it."""

from __future__ import annotations

import base64
import hashlib
import json
import time
import urllib.parse
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stackwright.emulator.process import Decision, Emulator
from stackwright.testing.eventually import eventually
from stackwright.verify import Response, Verification

PROJECT = Path(__file__).resolve().parents[2]
DEADLINE = 30.0  # seconds; for conditions that take a moment, far above what they need
PAGE = "https://www.example.com"  # the one origin whose pages may use the bucket
# What the stack under test is configured with.
CONFIG = {"s3_cors_origins": PAGE}
NAMESPACE_LAMBDA = "AWS/Lambda"


@dataclass
class Stack(Verification):
    """A running stack; `emulator` answers what no AWS API tells: every authorization and every message."""

    emulator: Emulator = None  # type: ignore[assignment]

    def eventually(
        self, what: str | Callable[[], str], probe: Callable[[], Any], seconds: float = DEADLINE, pause: float = 0.05
    ) -> Any:
        """Ask until the answer is truthy, and return it."""
        return eventually(probe, what, seconds, pause)

    # ---- what users do -----------------------------------------------------------------------------------------------

    def call(
        self, method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None, **options: Any
    ) -> Response:
        """A request to the API."""
        return self.http(method, self.outputs["api_base_url"] + path, body, headers, **options)

    def post_file(self, content: bytes, name: str = "", content_type: str | None = None, **headers: str) -> Response:
        """POST /upload; underscores of header names stand for hyphens."""
        body = {"file_name": name or unique("file.txt"), "file_content": base64.b64encode(content).decode()}
        if content_type is not None:
            body["content_type"] = content_type
        return self.call("POST", "/upload", body, {k.replace("_", "-"): v for k, v in headers.items()})

    def upload(self, content: bytes, name: str = "", content_type: str | None = None, **headers: str) -> str:
        """POST /upload that succeeds; the file's id."""
        answer = self.post_file(content, name, content_type, **headers)
        assert answer.status == 200, answer.body
        return answer.json()["file_id"]

    def upload_and_settle(self, content: bytes, name: str = "", content_type: str | None = None) -> dict[str, Any]:
        """A file that is available and announced: its row."""
        return self.settled(self.upload(content, name, content_type))

    def reserve(self, content: bytes, name: str, content_type: str, *, sha256: str | None = None) -> dict[str, Any]:
        """POST /uploads that succeeds."""
        body = {"file_name": name, "content_type": content_type, "size": len(content)}
        if sha256 is not None:
            body["sha256"] = sha256
        answer = self.call("POST", "/uploads", body)
        assert answer.status == 201, answer.body
        return answer.json()

    def send(self, signed: Mapping[str, Any], content: bytes | None) -> Response:
        """A request that the function signed."""
        # urllib would call the bytes a form.
        headers = {"Content-Type": "application/octet-stream", **signed["headers"]}
        return self.http(signed["method"], signed["url"], content, headers, timeout=60)

    def shown(self, file_id: str) -> dict[str, Any]:
        """GET /files/{file_id}."""
        answer = self.call("GET", f"/files/{file_id}")
        assert answer.status == 200, answer.body
        return answer.json()

    # ---- what operators see ------------------------------------------------------------------------------------------

    def row(self, file_id: str) -> dict[str, Any]:
        """The file's row in the metadata table; empty if there is none. Numbers as text."""
        answer = self.client("dynamodb").get_item(
            TableName=self.outputs["file_metadata_table_name"], Key={"file_id": {"S": file_id}}, ConsistentRead=True
        )
        return {name: next(iter(value.values())) for name, value in answer.get("Item", {}).items()}

    def settled(self, file_id: str, **expected: str) -> dict[str, Any]:
        """The row, once it has these attributes; by default once the file is available and announced."""
        wanted = expected or {"status": "available", "announcement": "announced"}
        seen: dict[str, Any] = {}

        def is_so() -> bool:
            seen.clear()
            seen.update(self.row(file_id))
            return all(seen.get(name) == value for name, value in wanted.items())

        self.eventually(lambda: f"file {file_id} becomes {wanted}, is {seen}", is_so, DEADLINE)
        return dict(seen)

    def announcements(self, file_id: str) -> list[dict[str, Any]]:
        """The messages about a file on the notifications topic."""
        topic = self.outputs["sns_topic_arn"]
        bodies = [json.loads(m.message) for m in self.emulator.messages() if m.topic_arn == topic]
        return [body for body in bodies if body["file_id"] == file_id]

    def object_exists(self, key: str) -> bool:
        answer = self.client("s3").list_objects_v2(Bucket=self.outputs["uploads_bucket_name"], Prefix=key)
        return answer.get("KeyCount", 0) > 0

    def put_object(self, key: str, content: bytes, **more: Any) -> None:
        """Write an object beside the service, as somebody with access to the bucket could."""
        self.client("s3").put_object(Bucket=self.outputs["uploads_bucket_name"], Key=key, Body=content, **more)

    def executions(self, s3_key: str) -> list[dict[str, Any]]:
        """Executions of the workflow for an object, newest first."""
        states = self.client("stepfunctions")
        listed = states.list_executions(stateMachineArn=self.outputs["file_workflow_arn"])["executions"]
        described = (states.describe_execution(executionArn=each["executionArn"]) for each in listed)
        return [each for each in described if json.loads(each["input"]).get("s3_key") == s3_key]

    def finished(self, s3_key: str, count: int = 1) -> list[dict[str, Any]]:
        """The executions for an object, once so many have ended."""

        def ended() -> list[dict[str, Any]]:
            found = [each for each in self.executions(s3_key) if each["status"] != "RUNNING"]
            return found if len(found) >= count else []

        return self.eventually(f"{count} executions for {s3_key} have ended", ended, DEADLINE)

    def repeat_event(self, s3_key: str) -> str:
        """Start the workflow as the rule does for an event about this object."""
        answer = self.client("stepfunctions").start_execution(
            stateMachineArn=self.outputs["file_workflow_arn"], input=json.dumps({"s3_key": s3_key})
        )
        return answer["executionArn"]

    def is_quiet(self) -> bool:
        """Whether nothing that an earlier request has started is still under way."""
        listed = self.client("stepfunctions").list_executions(
            stateMachineArn=self.outputs["file_workflow_arn"], statusFilter="RUNNING"
        )
        return not listed["executions"]

    def errors(self) -> float:
        """How many invocations of file-processor have failed in the last hour."""
        return self.metric("Errors")

    def metric(self, name: str) -> float:
        """The sum of a metric of file-processor in the last hour."""
        now = time.time()
        answer = self.client("cloudwatch").get_metric_statistics(
            Namespace=NAMESPACE_LAMBDA,
            MetricName=name,
            Dimensions=[{"Name": "FunctionName", "Value": self.outputs["file_processor_function_name"]}],
            StartTime=now - 3600,
            EndTime=now + 60,
            Period=3600,
            Statistics=["Sum"],
        )
        return sum(point["Sum"] for point in answer["Datapoints"])

    def log(self, since: float) -> list[str]:
        """What file-processor has logged since a time, in seconds since 1970."""
        answer = self.client("logs").filter_log_events(
            logGroupName=self.outputs["file_processor_log_group"], startTime=int(since * 1000)
        )
        return [event["message"] for event in answer["events"]]

    def decisions(self, since: int) -> list[Decision]:
        """Authorizations after the one with this number."""
        return self.emulator.decisions(since)

    def last_decision(self) -> int:
        found = self.emulator.decisions()
        return found[-1].number if found else 0

    def take_message(self, queue_url: str, marker: str) -> list[dict[str, Any]]:
        """Receive and delete the messages in a queue that contain a text."""
        sqs = self.client("sqs")
        received = sqs.receive_message(
            QueueUrl=queue_url, MaxNumberOfMessages=10, MessageAttributeNames=["All"], VisibilityTimeout=5
        ).get("Messages", [])
        mine = [message for message in received if marker in message["Body"]]
        for message in mine:
            sqs.delete_message(QueueUrl=queue_url, ReceiptHandle=message["ReceiptHandle"])
        return mine

    def invoke_asynchronously(self, event: Any) -> None:
        """Invoke file-processor as S3 or SNS would."""
        self.client("lambda").invoke(
            FunctionName=self.outputs["file_processor_function_name"],
            InvocationType="Event",
            Payload=json.dumps(event),
        )

    @contextmanager
    def reconfigured(self, **settings: Any) -> Iterator[None]:
        """Change settings of file-processor for a while. It runs in new execution environments meanwhile."""
        functions = self.client("lambda")
        name = self.outputs["file_processor_function_name"]
        config = functions.get_function_configuration(FunctionName=name)
        before = {each: config[each] for each in (*settings, "Environment")}
        variables = {**config["Environment"]["Variables"], "CHANGED": uuid.uuid4().hex}
        functions.update_function_configuration(
            FunctionName=name, **{"Environment": {"Variables": variables}, **settings}
        )
        try:
            yield
        finally:
            functions.update_function_configuration(FunctionName=name, **before)

    def failures_queue(self) -> str:
        """URL of the queue for the records of failed asynchronous events."""
        config = self.client("lambda").get_function_event_invoke_config(
            FunctionName=self.outputs["file_processor_function_name"]
        )
        return self.queue_url(config["DestinationConfig"]["OnFailure"]["Destination"])

    def rule_dead_letters(self) -> str:
        """URL of the queue for events that did not start the workflow."""
        events = self.client("events")
        (rule,) = events.list_rule_names_by_target(TargetArn=self.outputs["file_workflow_arn"])["RuleNames"]
        (target,) = events.list_targets_by_rule(Rule=rule)["Targets"]
        return self.queue_url(target["DeadLetterConfig"]["Arn"])

    def queue_url(self, arn: str) -> str:
        return self.client("sqs").get_queue_url(QueueName=arn.rpartition(":")[2])["QueueUrl"]


def unique(name: str) -> str:
    """A file name that no other test uses, with the same extension."""
    return f"{uuid.uuid4().hex[:12]}-{name}"


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def key_of(url: str) -> str:
    """The object's key in a URL in path style."""
    return urllib.parse.unquote(urllib.parse.urlsplit(url).path).split("/", 2)[2]
