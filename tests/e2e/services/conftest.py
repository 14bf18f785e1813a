"""What tests of several services share."""

from __future__ import annotations

import contextlib
import hashlib
import json
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from stackwright.graph import Archive, Asset, Resource

ANSWERS = "def handler(event, context):\n    return {'answer': 42, 'event': event}\n"
EVERYTHING = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}'


@pytest.fixture
def unique(request: pytest.FixtureRequest) -> str:
    """A name of this test's own."""
    return "t" + hashlib.sha256(request.node.nodeid.encode()).hexdigest()[:16]


@pytest.fixture
def role(aws: Any, unique: str) -> str:
    """ARN of a role that Lambda, Step Functions, EventBridge and Scheduler may assume and that may do everything."""
    services = ("lambda", "states", "events", "scheduler", "pipes")
    principals = {"Service": [f"{service}.amazonaws.com" for service in services]}
    statement = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": principals}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    iam = aws.client("iam")
    arn = iam.create_role(RoleName=unique, AssumeRolePolicyDocument=document)["Role"]["Arn"]
    iam.put_role_policy(RoleName=unique, PolicyName="all", PolicyDocument=EVERYTHING)
    return arn


def _archive(text: str) -> Archive:
    digest = hashlib.sha256(text.encode()).hexdigest()
    return Archive("assets", {"app.py": Asset("text", text, digest)}, digest)


@pytest.fixture
def code() -> Callable[[str], Archive]:
    """A package of one file, `app.py`."""
    return _archive


@pytest.fixture
def make(aws: Any, role: str) -> Callable[..., Resource]:
    """Makes Python functions whose code is given as text."""

    def create(logical: str = "fn", text: str = ANSWERS, **inputs: Any) -> Resource:
        given = {"runtime": "python3.11", "handler": "app.handler", "role": role, "code": _archive(text), **inputs}
        return aws.create("lambda/function:Function", logical, **given)

    return create


@pytest.fixture
def counted(aws: Any) -> Callable[[str], contextlib.AbstractContextManager[list[str]]]:
    """The operations that a service's client is asked for, by name."""

    @contextlib.contextmanager
    def count(service: str) -> Iterator[list[str]]:
        calls: list[str] = []
        events = aws.client(service).meta.events

        def note(model: Any, **_: Any) -> None:
            calls.append(model.name)

        events.register("before-call", note)
        try:
            yield calls
        finally:
            events.unregister("before-call", note)

    return count


@pytest.fixture
def ask(aws: Any) -> Callable[..., dict[str, Any]]:
    """Calls one of a module's lookup functions, as an invoke of the program does."""

    def call(functions: Any, function: str, /, **args: Any) -> dict[str, Any]:
        found = next(lookup for token, lookup in functions.items() if token.endswith(f":{function}"))
        return found(aws.provider._aws(None, aws.config), args)

    return call


@pytest.fixture
def queue(aws: Any, unique: str) -> tuple[str, str]:
    """URL and ARN of a queue that everybody may send to."""
    sqs = aws.client("sqs")
    url = sqs.create_queue(QueueName=unique)["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    statement = {"Effect": "Allow", "Principal": "*", "Action": "sqs:*", "Resource": arn}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    return url, arn


@pytest.fixture
def http() -> Callable[..., tuple[int, dict[str, str], str]]:
    """Calls a URL: status, headers and body of the answer, whatever the status. Redirects are not followed."""
    opener = urllib.request.build_opener(_NoRedirect)

    def call(
        url: str, method: str = "GET", body: bytes | None = None, **headers: str
    ) -> tuple[int, dict[str, str], str]:
        request = urllib.request.Request(url, data=body, method=method, headers=headers)
        try:
            with opener.open(request, timeout=30) as answer:
                return answer.status, dict(answer.headers), answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, dict(error.headers), error.read().decode()

    return call


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


@pytest.fixture
def unchanged_list(aws: Any) -> Callable[..., None]:
    """Says that an update with one more tag lists nothing as simulated that the creation did not."""

    def check(made: Resource) -> None:
        updated = aws.update(made, **{**made.inputs, "tags": {"added": "1"}})
        assert updated.simulated == made.simulated

    return check
