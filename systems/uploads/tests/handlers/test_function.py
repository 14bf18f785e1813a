"""The Lambda handler as its two callers see it, on ports in memory."""

from __future__ import annotations

import base64
import io
import json
import re
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import uploads
from aws_lambda_powertools import Logger
from uploads.errors import AnnouncementError, AnnouncementInProgressError
from uploads.function import Dependencies, Handler, create_handler
from uploads.records import Status
from uploads.settings import Settings
from uploads_memory import MemoryWorld

import stackwright_handlers
import stackwright_handlers.http
from stackwright_handlers.errors import InvalidTaskError, StorageError, TableError
from stackwright_handlers.settings import read
from stackwright_handlers.testing import Answer, Context, MemoryAnswers, proxy_event

SETTINGS = read(
    Settings,
    {
        "BUCKET_NAME": "bucket",
        "METADATA_TABLE": "metadata",
        "IDEMPOTENCY_TABLE": "idempotency",
        "SNS_TOPIC_ARN": "arn:aws:sns:us-east-1:123456789012:notifications",
        "CURSOR_SECRET_ARN": "arn:aws:secretsmanager:us-east-1:123456789012:secret:cursors",
        "KMS_KEY_ARN": "arn:aws:kms:us-east-1:123456789012:key/0",
        "MAX_BYTES": "1000",
        "MAX_UPLOAD_BYTES": str(512 * 2**20),
        "DOWNLOAD_URL_SECONDS": "900",
        "EXPIRATION_DAYS": "90",
    },
)
UPLOAD = {"file_name": "report.csv", "file_content": base64.b64encode(b"a,b\n1,2\n").decode()}
LARGE = {"file_name": "film.mp4", "content_type": "video/mp4", "size": 200 * 2**20}


NUMBERS = count()


@dataclass
class Service:
    """The function and everything around it."""

    world: MemoryWorld = field(default_factory=MemoryWorld)
    answers: MemoryAnswers = field(default_factory=MemoryAnswers)
    output: io.StringIO = field(default_factory=io.StringIO)
    context: Context = field(default_factory=Context)
    handler: Handler = field(init=False)

    def __post_init__(self) -> None:
        world = Dependencies(
            files=self.world.files,
            objects=self.world.objects,
            topic=self.world.topic,
            answers=lambda: self.answers,
            cursor_key=self.world.cursor_key,
            clock=self.world.clock,
        )
        # Loggers of one name share their first stream.
        logger = Logger(service=f"test-{next(NUMBERS)}", stream=self.output, level="INFO")
        self.handler = create_handler(SETTINGS, world, logger)

    def invoke(self, event: dict[str, Any]) -> dict[str, Any]:
        return self.handler(event, self.context)  # type: ignore[arg-type]

    def call(
        self,
        method: str,
        path: str,
        body: object = None,
        headers: dict[str, str] | None = None,
        query: dict[str, str] | None = None,
        **event: object,
    ) -> Answer:
        resource = "/files/{file_id}" if path.startswith("/files/") else path
        return Answer.of(self.invoke(proxy_event(method, path, resource, body, headers, query) | event))

    def process(self, file_id: str, execution: str = "execution-1") -> dict[str, Any]:
        key = str(self.world.files.rows[file_id]["s3_key"])
        return self.invoke({"task": "ProcessFile", "s3_key": key, "size": 8, "execution": execution})

    def log(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.output.getvalue().splitlines()]


@pytest.fixture
def service() -> Service:
    return Service()


class TestRoutes:
    def test_every_answer_allows_the_origin_that_the_api_told_the_function(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("CORS_ORIGIN", "https://www.example.com")
        stackwright_handlers.http.cors_headers.cache_clear()
        try:
            service = Service()
            answers = [service.call("GET", "/files"), service.call("GET", "/files/nothing"), service.call("GET", "/x")]
        finally:
            stackwright_handlers.http.cors_headers.cache_clear()

        assert [answer.status for answer in answers] == [200, 404, 404]
        assert {answer.headers["Access-Control-Allow-Origin"] for answer in answers} == {"https://www.example.com"}
        assert {answer.headers["Vary"] for answer in answers} == {"Origin"}

    def test_a_file_from_upload_to_download(self, service: Service) -> None:
        stored = service.call("POST", "/upload", UPLOAD)
        file_id = stored.body["file_id"]
        assert stored.status == 200
        assert stored.body == {
            "message": "File uploaded successfully",
            "file_id": file_id,
            "file_url": f"https://abc.execute-api.us-east-1.amazonaws.com/prod/files/{file_id}",
        }
        waiting = service.call("GET", f"/files/{file_id}")
        assert (waiting.status, waiting.body["status"]) == (200, "uploading")
        assert "download_url" not in waiting.body

        report = service.process(file_id)

        assert report == {"file_id": file_id, "status": "available", "announcement": "announced", "reason": None}
        ready = service.call("GET", f"/files/{file_id}")
        assert ready.body["download_url"].startswith("https://s3/")
        assert ready.body["download_url_expires_in"] == 900
        assert ready.body["file_size"] == 8
        assert ready.body["upload_time"] == "2025-03-04T05:06:07.000089Z"
        assert ready.body["expires_at"] == "2025-06-03T00:00:00Z"
        listed = service.call("GET", "/files", query={"limit": "1"})
        assert [item["file_id"] for item in listed.body["items"]] == [file_id]
        assert listed.body["nextCursor"] is None
        gone = service.call("DELETE", f"/files/{file_id}")
        assert (gone.status, gone.body) == (204, None)
        assert service.call("DELETE", f"/files/{file_id}").status == 204
        assert service.call("GET", f"/files/{file_id}").code == "file_not_found"

    def test_a_large_file_is_announced_in_parts(self, service: Service) -> None:
        answer = service.call("POST", "/uploads", LARGE)
        assert answer.status == 201
        upload = answer.body["upload"]
        assert (upload["type"], upload["expires_in"]) == ("multipart", 3600)
        assert sum(part["size"] for part in upload["parts"]) == LARGE["size"]
        assert [part["part_number"] for part in upload["parts"]] == list(range(1, 14))
        assert set(upload["parts"][0]) == {"part_number", "size", "method", "url", "headers"}
        assert upload["complete"]["method"] == "POST"

    def test_a_smaller_one_in_one_piece(self, service: Service) -> None:
        upload = service.call("POST", "/uploads", LARGE | {"size": 5}).body["upload"]
        assert set(upload) == {"type", "method", "url", "headers", "expires_in"}
        assert (upload["type"], upload["method"]) == ("put", "PUT")

    def test_without_a_domain_name_the_file_url_is_relative_to_the_request(self, service: Service) -> None:
        answer = service.call("POST", "/upload", UPLOAD, requestContext={"path": "/prod/upload", "requestId": "r"})
        assert answer.body["file_url"] == f"files/{answer.body['file_id']}"

    def test_a_body_may_come_in_base64(self, service: Service) -> None:
        body = base64.b64encode(json.dumps(UPLOAD).encode()).decode()
        assert service.call("POST", "/upload", body, isBase64Encoded=True).status == 200

    @pytest.mark.parametrize("body", ["!", "gA==", "e30", "größe"])
    def test_a_body_that_is_not_what_it_says_is_not_json(self, service: Service, body: str) -> None:
        assert service.call("POST", "/upload", body, isBase64Encoded=True).code == "invalid_json"

    @pytest.mark.parametrize("path", ["/upload", "/uploads"])
    @pytest.mark.parametrize("body", [None, ""])
    def test_a_missing_body(self, service: Service, path: str, body: str | None) -> None:
        assert service.call("POST", path, body, headers={"Content-Type": "text/plain"}).code == "missing_body"

    @pytest.mark.parametrize(
        "content_type", ["application/json", "Application/JSON; charset=UTF-8", "application/vnd.x+json"]
    )
    def test_json_by_any_name(self, service: Service, content_type: str) -> None:
        assert service.call("POST", "/upload", UPLOAD, headers={"Content-Type": content_type}).status == 200

    @pytest.mark.parametrize(
        "content_type",
        ["", "text/plain", "multipart/form-data; boundary=x", "json", "application/json; charset=latin-1"],
    )
    def test_other_bodies_are_415(self, service: Service, content_type: str) -> None:
        answer = service.call("POST", "/upload", UPLOAD, headers={"Content-Type": content_type})
        assert (answer.status, answer.code) == (415, "unsupported_media_type")

    def test_a_file_over_the_limit_is_413_with_a_pointer(self, service: Service) -> None:
        answer = service.call("POST", "/upload", UPLOAD | {"file_content": "A" * 2000})
        assert (answer.status, answer.body["error"]["details"]["use"]) == (413, "POST /uploads")

    @pytest.mark.parametrize("path", ["/", "/nothing", "/files/a/b", "/upload/", "/health"])
    def test_an_unknown_route_is_404(self, service: Service, path: str) -> None:
        answer = service.call("GET", path)
        assert (answer.status, answer.code) == (404, "route_not_found")

    def test_a_path_that_no_parameter_may_hold_is_no_route(self, service: Service) -> None:
        answer = service.call("GET", "/files/a\x00b")
        assert (answer.status, answer.code) == (404, "route_not_found")

    @pytest.mark.parametrize(
        ("method", "path", "allow"),
        [
            ("GET", "/upload", "OPTIONS, POST"),
            ("PUT", "/uploads", "OPTIONS, POST"),
            ("POST", "/files", "GET, OPTIONS"),
            ("PATCH", "/files/x", "DELETE, GET, OPTIONS"),
        ],
    )
    def test_another_method_is_405(self, service: Service, method: str, path: str, allow: str) -> None:
        answer = service.call(method, path)
        assert (answer.status, answer.code, answer.headers["Allow"]) == (405, "method_not_allowed", allow)

    @pytest.mark.parametrize(
        ("query", "code"), [({"limit": "0"}, "invalid_limit"), ({"cursor": "abc"}, "invalid_cursor")]
    )
    def test_a_page_that_is_none(self, service: Service, query: dict[str, str], code: str) -> None:
        assert service.call("GET", "/files", query=query).code == code

    def test_pages_follow_each_other(self, service: Service) -> None:
        ids: list[str] = []
        for _ in range(3):
            ids.insert(0, service.call("POST", "/upload", UPLOAD).body["file_id"])
            service.world.wait(1)
        first = service.call("GET", "/files", query={"limit": "2"})
        second = service.call("GET", "/files", query={"limit": "2", "cursor": first.body["nextCursor"]})
        assert [item["file_id"] for item in first.body["items"] + second.body["items"]] == ids

    def test_a_quarantined_file_says_why_and_cannot_be_downloaded(self, service: Service) -> None:
        file_id = service.call("POST", "/upload", UPLOAD | {"content_type": "image/png"}).body["file_id"]
        service.process(file_id)
        body = service.call("GET", f"/files/{file_id}").body
        assert body["status"] == "quarantined"
        assert body["reason"] == "declared image/png, but the content is plain text"
        assert "download_url" not in body


ANSWERS = [
    ("POST", "/upload", UPLOAD, 200),
    ("POST", "/upload", "{", 400),
    ("GET", "/files/x", None, 404),
    ("GET", "/nothing", None, 404),
    ("DELETE", "/upload", None, 405),
    ("DELETE", "/files/x", None, 204),
]


@pytest.mark.parametrize(("method", "path", "body", "status"), ANSWERS)
class TestEveryAnswer:
    def test_has_cors_headers_and_is_kept_by_no_cache(
        self, service: Service, method: str, path: str, body: object, status: int
    ) -> None:
        answer = service.call(method, path, body)
        assert answer.status == status
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert "X-Amz-Security-Token" in answer.headers["Access-Control-Allow-Headers"]
        assert answer.headers["Access-Control-Expose-Headers"] == "X-Correlation-Id"
        assert answer.headers["Cache-Control"] == "no-store"

    @pytest.mark.parametrize(
        ("given", "expected"),
        [
            ("client-1.a:b_c", "client-1.a:b_c"),
            ("x" * 64, "x" * 64),
            ("x" * 65, "gateway-request"),
            ("", "gateway-request"),
            ("a b", "gateway-request"),
            ("a\r\nb", "gateway-request"),
            ("<script>", "gateway-request"),
            ("ü", "gateway-request"),
        ],
    )
    def test_carries_the_correlation_id(
        self, service: Service, method: str, path: str, body: object, status: int, given: str, expected: str
    ) -> None:
        answer = service.call(method, path, body, headers={"x-correlation-id": given})
        assert answer.headers["X-Correlation-Id"] == expected
        if status >= 400:
            error = answer.body["error"]
            assert error["correlationId"] == expected
            assert {"code", "message", "correlationId"} <= set(error) <= {"code", "message", "details", "correlationId"}
        assert all(line["correlation_id"] == expected for line in service.log())
        assert all(line["api_request_id"] == "gateway-request" for line in service.log())


KEY = {"Idempotency-Key": "key-1"}


class TestIdempotency:
    @pytest.mark.parametrize(("path", "body"), [("/upload", UPLOAD), ("/uploads", LARGE)])
    def test_the_same_request_gets_the_first_answer(self, service: Service, path: str, body: object) -> None:
        first = service.call("POST", path, body, headers=KEY)
        second = service.call("POST", path, body, headers=KEY)
        assert (second.status, second.body) == (first.status, first.body)
        assert len(service.world.files.rows) == 1

    def test_another_body_is_409(self, service: Service) -> None:
        service.call("POST", "/upload", UPLOAD, headers=KEY)
        answer = service.call("POST", "/upload", UPLOAD | {"file_name": "other.csv"}, headers=KEY)
        assert (answer.status, answer.code) == (409, "idempotency_key_reused")
        assert len(service.world.files.rows) == 1

    def test_keys_of_different_routes_are_different(self, service: Service) -> None:
        service.call("POST", "/upload", UPLOAD, headers=KEY)
        assert service.call("POST", "/uploads", LARGE, headers=KEY).status == 201

    def test_while_the_first_request_runs_it_is_409(self, service: Service) -> None:
        inner: list[Answer] = []

        def meanwhile(step: str) -> None:
            if step == "put":
                service.world.steps.before = lambda _: None
                inner.append(service.call("POST", "/upload", UPLOAD, headers=KEY))

        service.world.steps.before = meanwhile
        assert service.call("POST", "/upload", UPLOAD, headers=KEY).status == 200
        assert (inner[0].status, inner[0].code) == (409, "idempotency_in_progress")
        assert inner[0].headers["Retry-After"] == "2"

    def test_after_a_client_error_the_key_is_free(self, service: Service) -> None:
        assert service.call("POST", "/upload", {}, headers=KEY).status == 400
        assert service.call("POST", "/upload", UPLOAD, headers=KEY).status == 200

    def test_after_a_failure_the_retry_continues_with_the_same_file(self, service: Service) -> None:
        service.world.steps.failures["put"] = StorageError("s3 PutObject failed: SlowDown", "SlowDown")
        with pytest.raises(StorageError):
            service.call("POST", "/upload", UPLOAD, headers=KEY)
        assert not service.answers.records
        service.world.steps.failures.clear()

        assert service.call("POST", "/upload", UPLOAD, headers=KEY).status == 200
        assert len(service.world.files.rows) == 1

    def test_after_a_crash_the_retry_continues_with_the_same_file(self, service: Service) -> None:
        class Crash(BaseException):
            pass

        def crash(step: str) -> None:
            if step == "put":
                raise Crash

        service.world.steps.after = crash
        service.context.remaining_ms = -1
        with pytest.raises(Crash):
            service.call("POST", "/upload", UPLOAD, headers=KEY)
        service.world.steps.after = lambda _: None
        service.context.remaining_ms = 29_000

        answer = service.call("POST", "/upload", UPLOAD, headers=KEY)

        assert answer.status == 200
        assert list(service.world.files.rows) == [answer.body["file_id"]]

    @pytest.mark.parametrize("key", ["", "a b", "x" * 256, "ü", "a\nb"])
    def test_a_key_that_is_none(self, service: Service, key: str) -> None:
        answer = service.call("POST", "/upload", UPLOAD, headers={"Idempotency-Key": key})
        assert (answer.status, answer.code) == (400, "invalid_idempotency_key")

    def test_a_table_that_cannot_be_used_raises(self, service: Service) -> None:
        service.answers.failure = RuntimeError("AccessDeniedException")
        with pytest.raises(TableError):
            service.call("POST", "/upload", UPLOAD, headers=KEY)
        assert not service.world.files.rows
        assert "AccessDeniedException" in service.output.getvalue()


class TestFailures:
    @pytest.mark.parametrize(
        ("step", "failure"),
        [
            ("create", TableError("dynamodb PutItem failed: AccessDeniedException")),
            ("put", StorageError("s3 PutObject failed: AccessDenied")),
        ],
    )
    def test_they_are_logged_and_raised(self, service: Service, step: str, failure: TableError) -> None:
        service.world.steps.failures[step] = failure
        with pytest.raises(type(failure)):
            service.call("POST", "/upload", UPLOAD)
        [line] = service.log()
        assert (line["level"], line["exception_name"]) == ("ERROR", type(failure).__name__)
        assert str(failure) in line["exception"]

    def test_so_are_bugs(self, service: Service) -> None:
        service.world.steps.before = lambda _: 1 // 0  # type: ignore[assignment, return-value]
        with pytest.raises(ZeroDivisionError):
            service.call("GET", "/files")
        assert service.log()[-1]["level"] == "ERROR"

    def test_a_failed_announcement_is_raised_to_the_workflow_and_then_recorded(self, service: Service) -> None:
        file_id = service.call("POST", "/upload", UPLOAD).body["file_id"]
        service.world.steps.failures["publish"] = AnnouncementError("sns Publish failed: AuthorizationError")
        with pytest.raises(AnnouncementError):
            service.process(file_id)

        key = str(service.world.files.rows[file_id]["s3_key"])
        failed = {"Error": "AnnouncementError", "Cause": '{"errorMessage": "internals"}'}
        report = service.invoke({"task": "RecordFailure", "s3_key": key, "execution": "execution-1", "error": failed})

        assert (report["status"], report["announcement"]) == ("available", "failed")
        body = service.call("GET", f"/files/{file_id}").body
        assert body["announcement_reason"] == "the message could not be published (AnnouncementError)"
        assert "download_url" in body
        assert "internals" not in json.dumps(body)


class TestTasks:
    @pytest.mark.parametrize(
        "event",
        [
            {},
            {"task": "Unknown", "s3_key": "k"},
            {"task": None},
            {"task": "ProcessFile"},
            {"task": "ProcessFile", "s3_key": ""},
            {"task": "ProcessFile", "s3_key": 5},
            {"task": "RecordFailure"},
            {"Records": []},
        ],
    )
    def test_an_input_that_is_no_task_raises(self, service: Service, event: dict[str, Any]) -> None:
        with pytest.raises(InvalidTaskError):
            service.invoke(event)
        assert service.log()[-1]["exception_name"] == "InvalidTaskError"

    @pytest.mark.parametrize("error", [None, "text", {}, {"Error": None}, {"Error": "x" * 1000}])
    def test_a_failure_is_recorded_whatever_catch_passes_on(self, service: Service, error: object) -> None:
        file_id = service.call("POST", "/upload", UPLOAD).body["file_id"]
        key = service.world.files.rows[file_id]["s3_key"]
        report = service.invoke({"task": "RecordFailure", "s3_key": key, "error": error})
        assert report["status"] is Status.FAILED
        assert len(str(report["reason"])) < 200

    def test_reports_are_json(self, service: Service) -> None:
        file_id = service.call("POST", "/upload", UPLOAD).body["file_id"]
        assert json.loads(json.dumps(service.process(file_id)))["status"] == "available"

    def test_an_attempt_of_the_same_execution_goes_on_where_the_last_one_crashed(self, service: Service) -> None:
        file_id = service.call("POST", "/upload", UPLOAD).body["file_id"]
        service.world.steps.failures["publish"] = AnnouncementError("down")
        service.world.steps.failures["release"] = TableError("down")
        with pytest.raises(TableError):
            service.process(file_id, "execution-1")
        service.world.steps.failures.clear()
        service.context.aws_request_id = "another-lambda-request"

        with pytest.raises(AnnouncementInProgressError):
            service.process(file_id, "execution-2")
        assert service.process(file_id, "execution-1")["announcement"] == "announced"

    def test_the_lease_lasts_longer_than_the_invocation(self, service: Service) -> None:
        file_id = service.call("POST", "/upload", UPLOAD).body["file_id"]
        service.context.remaining_ms = 120_000
        service.world.steps.failures["publish"] = AnnouncementError("down")
        service.world.steps.failures["release"] = TableError("down")
        with pytest.raises(TableError):
            service.process(file_id)
        until = int(service.world.files.rows[file_id]["claim_until"])
        assert until == int(service.world.now.timestamp()) + 125


class TestLog:
    def test_a_client_error_is_a_warning_without_personal_data(self, service: Service) -> None:
        service.call("POST", "/upload", UPLOAD | {"file_name": "jane-doe-diagnosis.pdf", "extra": "jane"})
        service.call("GET", "/files/jane")
        service.call("GET", "/jane")
        for line in service.log():
            assert line["level"] == "WARNING"
            assert line["message"] == "request rejected"
            assert "jane" not in json.dumps({k: v for k, v in line.items() if k != "resource"})
        assert service.log()[1]["resource"] == "/files/{file_id}"

    def test_a_success_names_the_file_by_its_id_only(self, service: Service) -> None:
        file_id = service.call("POST", "/upload", UPLOAD | {"file_name": "jane-doe.csv"}).body["file_id"]
        service.process(file_id)
        stored, done = service.log()
        assert (stored["message"], stored["file_id"], stored["correlation_id"]) == (
            "file stored",
            file_id,
            "gateway-request",
        )
        assert (done["message"], done["status"], done["correlation_id"]) == ("task done", "available", "execution-1")
        assert {stored["environment"], done["environment"]} == {"test"}
        assert "jane" not in service.output.getvalue()


HANDLERS = Path(uploads.__file__).parents[1]


def test_the_table_of_errors_is_complete() -> None:
    library = Path(stackwright_handlers.__file__).parent
    files = [*(HANDLERS / "uploads").glob("*.py"), *library.rglob("*.py")]
    source = "\n".join(path.read_text(encoding="utf-8") for path in files)
    raised = set(re.findall(r'RequestError\(\s*\d+,\s*"(\w+)"', source)) | {
        f"missing_{name}" for name in ("file_content", "file_name", "content_type", "size")
    }
    entry = (HANDLERS / "file_processor.py").read_text(encoding="utf-8")
    # Its own fields are named by the code, so it has no use for the general one.
    raised -= {"missing_field"}
    documented = set(re.findall(r"^    4\d\d (\w+)", entry, re.MULTILINE))
    assert documented == raised


def test_handlers_import_neither_pulumi_nor_stackwright() -> None:
    for path in HANDLERS.rglob("*.py"):
        assert not re.search(
            r"^\s*(?:from|import) (?:pulumi|stackwright)\b", path.read_text(encoding="utf-8"), re.MULTILINE
        )


def test_only_the_adapters_know_boto3_and_only_the_edges_know_lambda() -> None:
    adapters = {"aws.py"}
    edges = {"api.py", "function.py"}
    for path in (HANDLERS / "uploads").glob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert bool(re.search(r"^(?:from|import) boto", text, re.MULTILINE)) is (path.name in adapters), path.name
        assert bool(re.search(r"^from aws_lambda_powertools", text, re.MULTILINE)) is (path.name in edges), path.name
