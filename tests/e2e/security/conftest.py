"""Requests as a stranger sends them: byte by byte, with any headers, and signed by hand."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import pytest
from botocore.auth import SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials as Signing

from stackwright.credentials import Credentials
from stackwright.emulator.process import Emulator
from tests.support import raw_http
from tests.support.raw_http import Answer


@dataclass(frozen=True)
class Stranger:
    """Somebody who reaches the port."""

    emulator: Emulator

    def send(self, method: str, path: str, body: str | bytes = b"", headers: Mapping[str, str] | None = None) -> Answer:
        return raw_http.send(self.emulator.port, method, path, body, headers)

    def signed(
        self, keys: Credentials, service: str, method: str, path: str, body: str = "", **headers: str
    ) -> dict[str, str]:
        """Headers of a request that is signed as it should be."""
        request = AWSRequest(method, f"{self.emulator.endpoint}{path}", data=body, headers=dict(headers))
        SigV4Auth(Signing(keys.access_key, keys.secret_key, keys.token or None), service, "us-east-1").add_auth(request)
        return {"Host": f"127.0.0.1:{self.emulator.port}", **dict(request.headers.items())}

    def presigned(self, keys: Credentials, service: str, method: str, path: str, seconds: int = 60) -> str:
        """Path and query of a presigned request."""
        request = AWSRequest(method, f"{self.emulator.endpoint}{path}")
        signing = Signing(keys.access_key, keys.secret_key, keys.token or None)
        SigV4QueryAuth(signing, service, "us-east-1", expires=seconds).add_auth(request)
        return str(request.url).removeprefix(self.emulator.endpoint)


def forged(key: str, service: str, **query: str) -> str:
    """A presigned query that names a key and has no signature worth the name."""
    now = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    signature = {
        "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
        "X-Amz-Credential": f"{key}/{now[:8]}/us-east-1/{service}/aws4_request",
        "X-Amz-Date": now,
        "X-Amz-Expires": "900",
        "X-Amz-SignedHeaders": "host",
        "X-Amz-Signature": "00",
    }
    return urlencode({**query, **signature})


@pytest.fixture
def unique(request: pytest.FixtureRequest) -> str:
    """A name of this test's own."""
    return "t" + hashlib.sha256(request.node.nodeid.encode()).hexdigest()[:16]


@pytest.fixture
def stranger(emulator: Emulator) -> Stranger:
    return Stranger(emulator)


@pytest.fixture
def forge() -> Callable[..., str]:
    return forged


@pytest.fixture
def nothing_happened(aws: Any) -> Callable[[], None]:
    """That there is no trace of what the attacks try to make."""

    def check() -> None:
        roles = [role["RoleName"] for role in aws.client("iam").list_roles()["Roles"]]
        functions = [each["FunctionName"] for each in aws.client("lambda").list_functions()["Functions"]]
        buckets = [each["Name"] for each in aws.client("s3").list_buckets()["Buckets"]]
        queues = aws.client("sqs").list_queues().get("QueueUrls", [])
        assert "evil" not in json.dumps([roles, functions, buckets, queues])

    return check
