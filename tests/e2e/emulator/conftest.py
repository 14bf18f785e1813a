"""One emulator per test process, and the few things every test of it needs."""

from __future__ import annotations

import io
import json
import uuid
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import boto3
import pytest
from botocore.config import Config

from stackwright.emulator.process import Emulator, EmulatorSettings, start
from stackwright.testing.eventually import eventually


@pytest.fixture(scope="session")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    settings = EmulatorSettings(
        state_dir=tmp_path_factory.mktemp("emulator"),
        lambda_async_retry_base_seconds=0.05,
        lambda_async_retry_max_seconds=0.1,
        step_functions_wait_scale=0,
        alarm_period_seconds=0.1,
        alarm_time_scale=0.02,
    )
    running = start(settings, lifeline=True)
    yield running
    running.stop()


@dataclass(frozen=True)
class Account:
    """Clients of the emulator, as root or as a role, and short ways to make things."""

    emulator: Emulator

    def client(self, service: str, credentials: Mapping[str, Any] | None = None) -> Any:
        keys = credentials or self.root()
        return boto3.client(
            service,
            endpoint_url=self.emulator.endpoint,
            region_name=self.emulator.region,
            aws_access_key_id=keys["AccessKeyId"],
            aws_secret_access_key=keys["SecretAccessKey"],
            aws_session_token=keys["SessionToken"],
            config=Config(retries={"max_attempts": 1}, read_timeout=30),
        )

    def root(self, number: str = "") -> Mapping[str, Any]:
        """The key of the root of an account, this one's unless another is named."""
        key = self.emulator.root(number)
        return {"AccessKeyId": key.access_key, "SecretAccessKey": key.secret_key, "SessionToken": None}

    def name(self, prefix: str) -> str:
        """A name no other test uses."""
        return f"{prefix}-{uuid.uuid4().hex[:8]}"

    def role(self, service: str, statements: Sequence[Mapping[str, Any]] = ()) -> str:
        """ARN of a new role that ``service`` (and the account) may assume."""
        iam = self.client("iam")
        name = self.name("role")
        trust = [
            {"Effect": "Allow", "Principal": {"Service": f"{service}.amazonaws.com"}, "Action": "sts:AssumeRole"},
            {"Effect": "Allow", "Principal": {"AWS": self.emulator.account}, "Action": "sts:AssumeRole"},
        ]
        arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=policy(trust))["Role"]["Arn"]
        if statements:
            iam.put_role_policy(RoleName=name, PolicyName="inline", PolicyDocument=policy(statements))
        return str(arn)

    def credentials(self, role_arn: str) -> Mapping[str, str]:
        """Credentials of a session of the role."""
        sts = self.client("sts")
        return sts.assume_role(RoleArn=role_arn, RoleSessionName="test")["Credentials"]

    def as_role(self, service: str, statements: Sequence[Mapping[str, Any]]) -> Any:
        """A client whose role has exactly these statements."""
        return self.client(service, self.credentials(self.role("ec2", statements)))

    def function(
        self, code: str | Mapping[str, str], statements: Sequence[Mapping[str, Any]] = (), **settings: Any
    ) -> str:
        """Name of a new Python function; ``code`` is ``app.py`` or a mapping of files. It may write logs."""
        name = self.name("fn")
        writing = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"]
        logs = {"Effect": "Allow", "Action": writing, "Resource": "*"}
        arguments: dict[str, Any] = {
            "FunctionName": name,
            "Runtime": "python3.11",
            "Handler": "app.handler",
            "Timeout": 10,
            "Code": {"ZipFile": archive({"app.py": code} if isinstance(code, str) else code)},
            **settings,
        }
        arguments.setdefault("Role", self.role("lambda", [logs, *statements]))
        self.client("lambda").create_function(**arguments)
        return name

    def recode(self, name: str, code: str) -> None:
        """Give a function other code."""
        self.client("lambda").update_function_code(FunctionName=name, ZipFile=archive({"app.py": code}))

    def invoke(self, name: str, event: Any = None) -> tuple[Any, str | None]:
        """(payload, function error) of a synchronous invocation."""
        answer = self.client("lambda").invoke(FunctionName=name, Payload=json.dumps(event))
        return json.load(answer["Payload"]), answer.get("FunctionError")

    def messages(self, queue_url: str) -> list[dict[str, Any]]:
        """The messages that are in the queue now."""
        sqs = self.client("sqs")
        answer = sqs.receive_message(QueueUrl=queue_url, MaxNumberOfMessages=10, MessageAttributeNames=["All"])
        return answer.get("Messages", [])

    def queue(self, **attributes: str) -> tuple[str, str]:
        """(URL, ARN) of a new queue."""
        sqs = self.client("sqs")
        url = sqs.create_queue(QueueName=self.name("queue"), Attributes=attributes)["QueueUrl"]
        arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        return url, arn

    def log_events(self, function: str) -> list[str]:
        """Everything in the function's log group; nothing while there is none."""
        logs = self.client("logs")
        try:
            answer = logs.filter_log_events(logGroupName=f"/aws/lambda/{function}")
        except logs.exceptions.ResourceNotFoundException:
            return []
        return [event["message"] for event in answer["events"]]

    def last_decision(self) -> int:
        """Number of the latest authorization; 0 before the first."""
        return max((entry.number for entry in self.emulator.decisions()), default=0)

    until = staticmethod(eventually)


def policy(statements: Sequence[Mapping[str, Any]]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def archive(files: Mapping[str, str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as opened:
        for name, text in files.items():
            opened.writestr(name, text)
    return buffer.getvalue()


@pytest.fixture(scope="session")
def account(emulator: Emulator) -> Account:
    return Account(emulator)
