"""The AWS adapters as far as they go without AWS: signing, expressions, the calls that need permission."""

from __future__ import annotations

import base64
import hashlib
import importlib.util
import io
import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import uploads
import urllib3
from botocore.awsrequest import AWSResponse, HeadersDict  # pyright: ignore[reportMissingTypeStubs]
from uploads import lifecycle
from uploads.dynamodb import update_of
from uploads.lifecycle import Transition
from uploads.s3 import S3ObjectStore

import stackwright_handlers
from stackwright_handlers.errors import SettingsError
from stackwright_handlers.table.expressions import condition_of
from stackwright_handlers.table.expressions import update_of as expressions_of
from stackwright_handlers.table.items import Guard
from stackwright_handlers.testing import holds

_TEXTS = ("BUCKET_NAME", "METADATA_TABLE", "IDEMPOTENCY_TABLE", "SNS_TOPIC_ARN", "CURSOR_SECRET_ARN", "KMS_KEY_ARN")
_NUMBERS = ("MAX_BYTES", "MAX_UPLOAD_BYTES", "DOWNLOAD_URL_SECONDS", "EXPIRATION_DAYS")
VARIABLES = {**dict.fromkeys(_TEXTS, "value"), **dict.fromkeys(_NUMBERS, "1")}
HANDLERS = Path(uploads.__file__).parents[1]
KEY = "0f8fad5b-d9cb-469f-a165-70867728950e/Grüße und mehr.csv"


@pytest.fixture(autouse=True)
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_PROFILE", "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "ASIAEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "example")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "example")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")


@pytest.fixture
def store() -> S3ObjectStore:
    return S3ObjectStore("uploads", "arn:aws:kms:us-east-1:123456789012:key/0")


def query(url: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


class TestSigning:
    def test_version_4_in_every_region(self, store: S3ObjectStore) -> None:
        url = store.sign_get(KEY, "attachment", "text/csv", 900)
        assert query(url)["X-Amz-Algorithm"] == "AWS4-HMAC-SHA256"
        assert query(url)["X-Amz-Expires"] == "900"

    def test_a_download_is_saved_under_its_name_and_type(self, store: S3ObjectStore) -> None:
        answer = query(store.sign_get(KEY, 'attachment; filename="x"', "text/csv", 900))
        assert answer["response-content-disposition"] == 'attachment; filename="x"'
        assert answer["response-content-type"] == "text/csv"

    @pytest.mark.parametrize("sha256", [None, "ab" * 32])
    def test_an_upload_is_bound_to_its_type_size_and_checksum_and_good_once(
        self, store: S3ObjectStore, sha256: str | None
    ) -> None:
        request = store.sign_put(KEY, "text/csv", 8, sha256, 3600)
        signed = set(query(request.url)["X-Amz-SignedHeaders"].split(";"))
        assert signed == {"host"} | {name.lower() for name in request.headers}
        assert request.headers["If-None-Match"] == "*"
        assert request.headers["Content-Length"] == "8"
        assert ("x-amz-checksum-sha256" in request.headers) is (sha256 is not None)

    def test_a_part_is_bound_to_its_size(self, store: S3ObjectStore) -> None:
        request = store.sign_part(KEY, "upload", 3, 16, 3600)
        assert query(request.url)["X-Amz-SignedHeaders"] == "content-length;host"
        assert query(request.url)["partNumber"] == "3"
        assert request.headers == {"Content-Length": "16"}

    def test_completing_is_good_once(self, store: S3ObjectStore) -> None:
        request = store.sign_complete(KEY, "upload", 3600)
        assert query(request.url)["X-Amz-SignedHeaders"] == "host;if-none-match"
        assert request.method == "POST"


class Wire:
    """Takes the requests that would go out and answers them."""

    def __init__(self, client: Any, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.requests: list[Any] = []
        self._body = body
        self._headers = headers or {}
        client.meta.events.register("before-send", self._answer)

    def _answer(self, request: Any, **_: Any) -> AWSResponse:
        self.requests.append(request)
        raw = urllib3.HTTPResponse(io.BytesIO(self._body), preload_content=False)
        return AWSResponse(request.url, 200, HeadersDict(self._headers), raw)

    def headers(self) -> dict[str, str]:
        [request] = self.requests
        return {
            name.lower(): value.decode() if isinstance(value, bytes) else value
            for name, value in request.headers.items()
        }


class TestWriting:
    def test_an_object_is_encrypted_with_the_systems_own_key_and_checked_by_s3(self, store: S3ObjectStore) -> None:
        wire = Wire(store._client, b"")  # pyright: ignore[reportPrivateUsage]

        store.put(KEY, b"hello", "text/csv", hashlib.sha256(b"hello").hexdigest())

        headers = wire.headers()
        assert headers["x-amz-server-side-encryption"] == "aws:kms"
        assert headers["x-amz-server-side-encryption-aws-kms-key-id"] == "arn:aws:kms:us-east-1:123456789012:key/0"
        assert headers["x-amz-checksum-sha256"] == base64.b64encode(hashlib.sha256(b"hello").digest()).decode()
        assert headers["content-type"] == "text/csv"

    def test_a_multipart_upload_does_not_prescribe_a_checksum_to_the_clients_parts(self, store: S3ObjectStore) -> None:
        started = b"<InitiateMultipartUploadResult><UploadId>upload</UploadId></InitiateMultipartUploadResult>"
        wire = Wire(store._client, started)  # pyright: ignore[reportPrivateUsage]

        assert store.start_multipart(KEY, "text/csv") == "upload"

        headers = wire.headers()
        assert headers["x-amz-server-side-encryption"] == "aws:kms"
        assert not [name for name in headers if "checksum" in name]


def test_an_object_is_read_piece_by_piece(store: S3ObjectStore) -> None:
    content = bytes(range(256)) * 10_000
    headers = {"Content-Length": str(len(content)), "Last-Modified": "Tue, 04 Mar 2025 05:06:07 GMT"}
    wire = Wire(store._client, content, headers)  # pyright: ignore[reportPrivateUsage]

    with store.open(KEY) as stored:
        chunks = list(stored.chunks())

    assert b"".join(chunks) == content
    assert len(chunks) == 3
    assert "x-amz-checksum-mode" not in wire.headers()
    assert (stored.size, stored.created) == (len(content), datetime(2025, 3, 4, 5, 6, 7, tzinfo=UTC))


TRANSITIONS = [
    lifecycle.verified(8, "ab" * 32, 1),
    lifecycle.rejected("reason", 1),
    lifecycle.gave_up("reason", 1),
    lifecycle.claim("owner", 1, 2),
    lifecycle.announced("owner", "now"),
    lifecycle.release("owner"),
    lifecycle.give_up_announcing("owner", 1, "reason"),
    lifecycle.begin_delete(),
]


class TestExpressions:
    @pytest.mark.parametrize("transition", TRANSITIONS, ids=lambda transition: transition.name)
    def test_every_placeholder_is_defined_and_used(self, transition: Transition) -> None:
        arguments = expressions_of(update_of(KEY, transition))
        text = arguments["ConditionExpression"] + arguments["UpdateExpression"]
        defined = {*arguments["ExpressionAttributeNames"], *arguments.get("ExpressionAttributeValues", {})}
        assert set(re.findall(r"[#:]\w+", text)) == defined

    def test_a_claim(self) -> None:
        arguments = expressions_of(update_of(KEY, lifecycle.claim("me", 5, 65)))
        names: dict[str, str] = arguments["ExpressionAttributeNames"]
        values: dict[str, dict[str, str]] = arguments["ExpressionAttributeValues"]

        def readable(text: str) -> str:
            text = re.sub(r"#\w+", lambda match: names[match[0]], text)
            return re.sub(r":\w+", lambda match: next(iter(values[match[0]].values())), text)

        assert readable(arguments["UpdateExpression"]) == (
            "SET announcement = claimed, claim_owner = me, claim_until = 65 REMOVE announcement_reason"
        )
        assert readable(arguments["ConditionExpression"]) == (
            "(status = available AND announcement = pending) OR (status = available AND announcement = failed) OR "
            "(status = available AND announcement = claimed AND claim_owner = me) OR "
            "(status = available AND announcement = claimed AND claim_until < 5)"
        )

    @pytest.mark.parametrize("guard", [lifecycle.NEW, lifecycle.MAY_BE_REMOVED])
    def test_a_condition_alone_has_no_update(self, guard: Guard) -> None:
        assert "UpdateExpression" not in condition_of(guard)

    def test_no_guard_holds_for_an_absent_row_but_the_one_of_a_new_row(self) -> None:
        assert holds(lifecycle.NEW, {})
        assert not any(holds(transition.guard, {}) for transition in TRANSITIONS)


def test_the_list_of_permissions_names_the_calls_that_are_made() -> None:
    library = Path(stackwright_handlers.__file__).parent
    files = [HANDLERS / "uploads" / f"{name}.py" for name in ("s3", "sns")]
    files += [library / "table" / "dynamodb.py", library / "secret.py"]
    methods = set(re.findall(r"self\._client\.(\w+)\(", "\n".join(file.read_text("utf-8") for file in files)))
    # One row at a time is written, and no whole index is read.
    methods -= {"transact_write_items", "scan"}
    made = {"".join(word.title() for word in method.split("_")) for method in methods - {"generate_presigned_url"}}
    permissions = json.loads((HANDLERS / "permissions.json").read_text("utf-8"))
    listed = {
        use["call"].split()[0]
        for permission in permissions
        for use in permission["used_by"]
        if not use.get("signed") and not use.get("through") and permission["resource"] != "idempotency-table"
    }
    assert listed == made


def test_the_entry_file_says_at_once_what_is_missing_in_its_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(SettingsError, match="BUCKET_NAME is not set"):
        load_entry_file()


def test_the_entry_file_calls_nobody_when_it_is_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in VARIABLES.items():
        monkeypatch.setenv(name, value)
    # Without a region no client can be made.
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    assert callable(load_entry_file())


def load_entry_file() -> object:
    spec = importlib.util.spec_from_file_location("file_processor_under_test", HANDLERS / "file_processor.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.handler
