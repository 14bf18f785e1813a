"""The marketdata system as it runs: what its users do over HTTP, and what its operators see of it."""

from __future__ import annotations

import json
import time
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
FUNCTIONS = ("upload", "status", "results", "processor")
LARGE = 400_000
# Files of more bytes go to the workflow. The emulator makes no batches of its rows, so they should be few and long.
CONFIG = {"max_direct_bytes": str(LARGE)}


@dataclass
class Market(Verification):
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
        return self.http(method, self.outputs["api_endpoint_url"] + path, body, headers, **options)

    def slot(self, name: str = "prices.csv", size: int | None = None, **headers: str) -> dict[str, Any]:
        """POST /upload that succeeds; underscores of header names stand for hyphens."""
        body = {"filename": name, **({} if size is None else {"sizeBytes": size})}
        answer = self.call("POST", "/upload", body, {k.replace("_", "-"): v for k, v in headers.items()})
        assert answer.status == 201, answer.body
        return answer.json()

    def send(self, slot: Mapping[str, Any], content: bytes | str) -> Response:
        """The PUT that a slot is for."""
        raw = content.encode() if isinstance(content, str) else content
        return self.http("PUT", slot["uploadUrl"], raw, slot["uploadHeaders"], timeout=60)

    def upload(self, content: bytes | str, name: str = "prices.csv") -> str:
        """A file on its way; the job's id."""
        slot = self.slot(name)
        sent = self.send(slot, content)
        assert sent.status == 200, sent.body
        return slot["jobId"]

    def job(self, job_id: str) -> dict[str, Any]:
        """GET /status/{jobId}."""
        answer = self.call("GET", f"/status/{job_id}")
        assert answer.status == 200, answer.body
        return answer.json()

    def ended(self, job_id: str, seconds: float = DEADLINE) -> dict[str, Any]:
        """The job, once it has ended."""
        seen: dict[str, Any] = {}

        def is_over() -> bool:
            seen.clear()  # a field that is gone must not stay
            seen.update(self.job(job_id))
            return seen["state"] not in ("awaiting-upload", "processing")

        self.eventually(lambda: f"job {job_id} ends, is {seen}", is_over, seconds)
        return self.job(job_id)

    def succeeded(self, job_id: str, seconds: float = DEADLINE) -> dict[str, Any]:
        """The job, once it has succeeded and its file is put away; not if it failed in between and is tried again."""
        seen: dict[str, Any] = {}

        def is_over() -> bool:
            seen.clear()  # a field that is gone must not stay
            seen.update(self.job(job_id))
            return seen["state"].startswith("succeeded") and not self.files(f"incoming/{job_id}/")

        self.eventually(lambda: f"job {job_id} succeeds, is {seen}", is_over, seconds)
        return seen

    def results(self, symbol: str, **query: str) -> dict[str, Any]:
        """GET /results/{symbol} that succeeds."""
        pairs = "&".join(f"{name.rstrip('_')}={value}" for name, value in query.items())
        answer = self.call("GET", f"/results/{symbol}?{pairs}")
        assert answer.status == 200, answer.body
        return answer.json()

    def pages(self, symbol: str, **query: str) -> Iterator[list[dict[str, Any]]]:
        """All pages of a list."""
        page = self.results(symbol, **query)
        yield page["items"]
        while page["nextCursor"] is not None:
            page = self.results(symbol, **query, cursor=page["nextCursor"])
            yield page["items"]

    # ---- what operators see ------------------------------------------------------------------------------------------

    def files(self, prefix: str) -> list[str]:
        """Keys of the bucket."""
        found = self.client("s3").list_objects_v2(Bucket=self.outputs["data_bucket_name"], Prefix=prefix)
        return [each["Key"] for each in found.get("Contents", [])]

    def job_item(self, job_id: str) -> dict[str, Any]:
        """The job as it is stored; empty if there is none. Numbers as text."""
        answer = self.client("dynamodb").get_item(
            TableName=self.outputs["jobs_table_name"], Key={"jobId": {"S": job_id}}, ConsistentRead=True
        )
        return {name: next(iter(value.values())) for name, value in answer.get("Item", {}).items()}

    def records(self, symbol: str) -> dict[int, dict[str, Any]]:
        """What is stored of a symbol, by time; without the job, which another upload changes."""
        pages = (
            self.client("dynamodb")
            .get_paginator("query")
            .paginate(
                TableName=self.outputs["market_data_table_name"],
                KeyConditionExpression="symbol = :symbol",
                ExpressionAttributeValues={":symbol": {"S": symbol}},
            )
        )
        found: dict[int, dict[str, Any]] = {}
        for page in pages:
            for item in page["Items"]:
                values = {name: next(iter(value.values())) for name, value in item.items()}
                at = int(values.pop("timestamp"))
                found[at] = {name: value for name, value in values.items() if name not in ("jobId", "firstLine")}
        return found

    def executions(self, job_id: str) -> list[dict[str, Any]]:
        """Executions of the workflow for a job."""
        states = self.client("stepfunctions")
        listed = states.list_executions(stateMachineArn=self.outputs["large_files_workflow_arn"])["executions"]
        found = (states.describe_execution(executionArn=each["executionArn"]) for each in listed)
        return [each for each in found if json.loads(each["input"]).get("jobId") == job_id]

    def is_quiet(self) -> bool:
        """Whether no execution of the workflow is under way."""
        return not self.client("stepfunctions").list_executions(
            stateMachineArn=self.outputs["large_files_workflow_arn"], statusFilter="RUNNING"
        )["executions"]

    def metric(self, function: str, name: str) -> float:
        """The sum of a metric of a function in the last hour."""
        now = time.time()
        answer = self.client("cloudwatch").get_metric_statistics(
            Namespace="AWS/Lambda",
            MetricName=name,
            Dimensions=[{"Name": "FunctionName", "Value": self.outputs[f"lambda_function_name_{function}"]}],
            StartTime=now - 3600,
            EndTime=now + 60,
            Period=3600,
            Statistics=["Sum"],
        )
        return sum(point["Sum"] for point in answer["Datapoints"])

    def log(self, function: str, since: float) -> list[str]:
        """What a function has logged since a time, in seconds since 1970."""
        answer = self.client("logs").filter_log_events(
            logGroupName=self.outputs[f"log_group_name_{function}"], startTime=int(since * 1000)
        )
        return [event["message"] for event in answer["events"]]

    def decisions(self, since: int) -> list[Decision]:
        """Authorizations after the one with this number."""
        return self.emulator.decisions(since)

    def last_decision(self) -> int:
        found = self.emulator.decisions()
        return found[-1].number if found else 0

    def take_message(self, function: str, marker: str) -> list[dict[str, Any]]:
        """Receive and delete the messages in a function's dead-letter queue that contain a text."""
        sqs, url = self.client("sqs"), self.outputs[f"{function}_dlq_url"]
        received = sqs.receive_message(
            QueueUrl=url, MaxNumberOfMessages=10, MessageAttributeNames=["All"], VisibilityTimeout=5
        ).get("Messages", [])
        mine = [message for message in received if marker in message["Body"]]
        for message in mine:
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return mine

    def invoke(self, function: str, event: Any) -> Any:
        """Invoke a function and wait; its answer."""
        answer = self.client("lambda").invoke(
            FunctionName=self.outputs[f"lambda_function_name_{function}"], Payload=json.dumps(event)
        )
        return json.loads(answer["Payload"].read())

    def invoke_asynchronously(self, function: str, event: Any) -> None:
        """Invoke a function as S3 would."""
        self.client("lambda").invoke(
            FunctionName=self.outputs[f"lambda_function_name_{function}"],
            InvocationType="Event",
            Payload=json.dumps(event),
        )

    @contextmanager
    def reconfigured(self, function: str, **settings: Any) -> Iterator[None]:
        """Change settings of a function for a while. It runs in new execution environments meanwhile."""
        functions = self.client("lambda")
        name = self.outputs[f"lambda_function_name_{function}"]
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


def unique(prefix: str = "T") -> str:
    """A symbol that no other test uses."""
    return f"{prefix}.{uuid.uuid4().hex[:12]}"


def notification(bucket: str, key: str) -> dict[str, Any]:
    """What S3 tells about a new file."""
    return {"Records": [{"eventSource": "aws:s3", "s3": {"bucket": {"name": bucket}, "object": {"key": key}}}]}
