"""Programs of `tests/programs`, brought up on the emulator that this test worker shares."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from stackwright.emulator.process import Emulator
from stackwright.graph import reveal, value_to_json
from stackwright.provider.aws import Endpoint
from stackwright.testing.eventually import eventually
from stackwright.workspace import UpOptions, UpResult, locate, open_project

PROGRAMS = Path(__file__).parents[2] / "programs"
DEADLINE = 30.0  # seconds; far above what anything here takes


@dataclass(frozen=True)
class Answer:
    """An HTTP answer."""

    status: int
    headers: Mapping[str, str]
    text: str

    def json(self) -> Any:
        return json.loads(self.text)


class Programs:
    """Brings programs up, and talks to what they made."""

    def __init__(self, endpoint: Endpoint) -> None:
        self.endpoint = endpoint

    def up(self, name: str, stack: str | None = None, *, strict: bool = False, **config: str) -> UpResult:
        """Apply a program; config keys are the program's own."""
        options = UpOptions(endpoint=self.endpoint.url, strict=strict)
        with open_project(locate(str(PROGRAMS / name)), options).connect(stack, config) as session:
            return session.apply(stack, config)

    def outputs(self, result: UpResult) -> dict[str, Any]:
        """Outputs in plain sight."""
        return {k: value_to_json(reveal(v)) for k, v in result.graph.outputs.items()}

    def client(self, service: str, region: str = "") -> Any:
        return self.endpoint.client(service, region)

    def http(
        self, method: str, url: str, body: Any = None, headers: Mapping[str, str] | None = None, host: str = ""
    ) -> Answer:
        """Send a request; `host` goes into the Host header, for what the emulator tells apart by it."""
        data = None if body is None else json.dumps(body).encode()
        given = {**(headers or {}), **({"Host": host} if host else {})}
        request = urllib.request.Request(url, data=data, method=method, headers=given)
        try:
            with urllib.request.urlopen(request, timeout=DEADLINE) as answer:
                return Answer(answer.status, dict(answer.headers), answer.read().decode())
        except urllib.error.HTTPError as error:
            with error:
                return Answer(error.code, dict(error.headers), error.read().decode())

    def receive(self, queue_url: str, count: int = 1) -> list[str]:
        """That many messages of a queue, in no order."""
        sqs = self.client("sqs")
        bodies: list[str] = []

        def enough() -> bool:
            answer = sqs.receive_message(QueueUrl=queue_url, MaxNumberOfMessages=10, WaitTimeSeconds=1)
            for message in answer.get("Messages", []):
                bodies.append(message["Body"])
                sqs.delete_message(QueueUrl=queue_url, ReceiptHandle=message["ReceiptHandle"])
            return len(bodies) >= count

        eventually(enough)
        return bodies


@pytest.fixture
def programs(
    emulator: Emulator, endpoint: Endpoint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, worker_id: str
) -> Programs:
    monkeypatch.setenv("STACKWRIGHT_HOME", str(tmp_path / "home"))
    # As after `eval "$(stackwright env)"`, but with keys that do not end.
    root = emulator.root()
    monkeypatch.setenv("AWS_ENDPOINT_URL", emulator.endpoint)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", root.access_key)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", root.secret_key)
    return Programs(endpoint)
