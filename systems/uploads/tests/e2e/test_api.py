"""The API: answers, errors in one shape, preflight, health, pages, repeated requests."""

from __future__ import annotations

import base64
import json
import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from uploads_stack import Stack, sha256, unique

from stackwright.verify import Response

pytestmark = pytest.mark.e2e

MAX_INLINE = 4_500_000
HELLO = base64.b64encode(b"hello").decode()


def assert_error(answer: Response, status: int, code: str) -> dict[str, Any]:
    """An error in the common shape; returns what is inside `error`."""
    assert answer.status == status, answer.body
    body = answer.json()
    assert body.keys() == {"error"}
    error = body["error"]
    assert {"code", "message", "correlationId"} <= error.keys() <= {"code", "message", "details", "correlationId"}
    assert error["code"] == code
    assert error["correlationId"] == answer.headers["x-correlation-id"] != ""
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["access-control-expose-headers"] == "X-Correlation-Id"
    assert answer.headers["content-type"] == "application/json"
    for internal in ("Traceback", "arn:aws", "botocore", "uploads-dev"):
        assert internal not in answer.body.decode()
    return error


def test_a_file_goes_all_the_way(stack: Stack) -> None:
    content = bytes(range(256)) * 40
    name = unique("report.bin")

    answer = stack.post_file(content, name)

    assert answer.status == 200
    body = answer.json()
    assert body.keys() == {"message", "file_id", "file_url"}
    assert body["file_url"] == f"{stack.outputs['api_base_url']}/files/{body['file_id']}"
    row = stack.settled(body["file_id"])
    shown = stack.http("GET", body["file_url"]).json()
    assert (shown["file_name"], shown["file_size"], shown["sha256"]) == (name, len(content), sha256(content))
    assert (shown["status"], shown["announcement"]) == ("available", "announced")
    assert row["s3_key"] == shown["s3_key"] == f"{body['file_id']}/{name}"
    download = stack.http("GET", shown["download_url"])
    assert (download.status, download.body) == (200, content)
    assert download.headers["content-disposition"].startswith("attachment; ")
    (message,) = stack.announcements(body["file_id"])
    assert message == {
        "event": "file_uploaded",
        "file_id": body["file_id"],
        "file_name": name,
        "s3_key": row["s3_key"],
        "upload_time": row["upload_time"],
    }
    (execution,) = stack.finished(row["s3_key"])
    assert execution["status"] == "SUCCEEDED"
    assert stack.call("DELETE", f"/files/{body['file_id']}").status == 204
    assert_error(stack.call("GET", f"/files/{body['file_id']}"), 404, "file_not_found")
    assert not stack.object_exists(row["s3_key"])
    # The function may not list the bucket, so S3 does not tell it that the object is gone.
    assert stack.http("GET", shown["download_url"]).status == 403


BAD_BODIES = {
    "no body": (None, "missing_body", "The request has no body; send a JSON object."),
    "blanks": (b"  \n", "missing_body", "The request has no body; send a JSON object."),
    "not JSON": (b"{file_name", "invalid_json", "The body is not valid JSON."),
    "a list": ([1], "not_an_object", "The body is valid JSON, but not an object."),
    "null": (b"null", "not_an_object", "The body is valid JSON, but not an object."),
    "no file_content": ({"file_name": "a.txt"}, "missing_file_content", "The field file_content is missing."),
    "no file_name": ({"file_content": HELLO}, "missing_file_name", "The field file_name is missing."),
    "empty file_name": (
        {"file_name": "", "file_content": HELLO},
        "missing_file_name",
        "The field file_name is missing.",
    ),
    "invalid base64": (
        {"file_name": "a.txt", "file_content": "a*b="},
        "invalid_base64",
        "file_content is not valid base64 (standard alphabet, padded, no line breaks).",
    ),
    "unpadded base64": (
        {"file_name": "a.txt", "file_content": "aGVsbG8"},
        "invalid_base64",
        "file_content is not valid base64 (standard alphabet, padded, no line breaks).",
    ),
    "empty file": (
        {"file_name": "a.txt", "file_content": ""},
        "empty_file",
        "The file is empty: file_content holds no bytes.",
    ),
    "only a path": (
        {"file_name": "../..", "file_content": HELLO},
        "invalid_file_name",
        "Nothing is left of file_name without path, control characters and outer dots.",
    ),
    "no media type": (
        {"file_name": "a.txt", "file_content": HELLO, "content_type": "text"},
        "invalid_content_type",
        "content_type is not a media type such as text/plain.",
    ),
    "wrong type": (
        {"file_name": 7, "file_content": HELLO},
        "invalid_field",
        "The body does not match the schema of this request.",
    ),
    "unknown field": (
        {"file_name": "a.txt", "file_content": HELLO, "acl": "public-read"},
        "invalid_field",
        "The body does not match the schema of this request.",
    ),
}


@pytest.mark.parametrize("kind", BAD_BODIES)
def test_each_bad_upload_has_its_own_answer(stack: Stack, kind: str) -> None:
    body, code, message = BAD_BODIES[kind]

    answer = stack.call("POST", "/upload", body, {"Content-Type": "application/json"})

    assert assert_error(answer, 400, code)["message"] == message


@pytest.mark.parametrize(
    "changes",
    [{"size": None}, {"size": 0}, {"size": 1.5}, {"size": "7"}, {"file_name": None}, {"sha256": "abc"}, {"more": 1}],
    ids=str,
)
def test_the_gateway_refuses_a_bad_reservation(stack: Stack, changes: dict[str, Any]) -> None:
    good = {"file_name": "a.txt", "content_type": "text/plain", "size": 7}
    body = {name: value for name, value in (good | changes).items() if value is not None}

    assert_error(stack.call("POST", "/uploads", body), 400, "invalid_body")


def test_what_is_too_large_is_sent_to_the_other_route(stack: Stack) -> None:
    over_limit = stack.post_file(b"\0" * (MAX_INLINE + 1))
    over_gateway = stack.post_file(b"\0" * 8_000_000)

    assert assert_error(over_limit, 413, "file_too_large")["details"] == {
        "max_bytes": MAX_INLINE,
        "use": "POST /uploads",
    }
    assert "POST /uploads" in assert_error(over_gateway, 413, "too_large")["message"]
    most = {"file_name": "a.bin", "content_type": "application/octet-stream", "size": 2**29 + 1}
    assert assert_error(stack.call("POST", "/uploads", most), 413, "file_too_large")["details"] == {"max_bytes": 2**29}


def test_the_largest_inline_file_is_taken(stack: Stack) -> None:
    content = b"\xa5" * MAX_INLINE

    file_id = stack.upload(content, unique("largest.bin"))

    assert stack.settled(file_id)["sha256"] == sha256(content)


@pytest.mark.parametrize("path", ["/upload", "/uploads"])
def test_another_media_type_is_415(stack: Stack, path: str) -> None:
    answer = stack.call("POST", path, b"<file/>", {"Content-Type": "application/xml"})

    assert_error(answer, 415, "unsupported_media_type")


def routes(stack: Stack) -> dict[str, set[str]]:
    """The methods of each path, as deployed; without OPTIONS and the catch-all."""
    items = stack.client("apigateway").get_resources(restApiId=stack.outputs["api_gateway_id"], limit=500)["items"]
    found = {item["path"]: set(item.get("resourceMethods", {})) - {"OPTIONS", "ANY"} for item in items}
    return {path: methods for path, methods in found.items() if methods}


def test_every_path_answers_preflight_and_refuses_other_methods(stack: Stack) -> None:
    found = routes(stack)
    assert found.keys() == {"/upload", "/uploads", "/files", "/files/{file_id}", "/health"}
    for path, methods in found.items():
        called = path.replace("{file_id}", "abc")
        preflight = stack.call("OPTIONS", called, headers={"Origin": "https://example.com"})
        assert preflight.status == 200, path
        assert preflight.headers["access-control-allow-origin"] == "*"
        assert preflight.headers["access-control-allow-methods"] == "GET,POST,PUT,DELETE,OPTIONS"
        assert set(preflight.headers["access-control-allow-headers"].split(",")) == {
            "Content-Type",
            "X-Amz-Date",
            "Authorization",
            "X-Api-Key",
            "X-Amz-Security-Token",
            "Idempotency-Key",
            "X-Correlation-Id",
        }
        for method in {"GET", "POST", "PUT", "DELETE", "PATCH"} - methods:
            refused = stack.call(method, called)
            assert_error(refused, 405, "method_not_allowed")
            assert refused.headers["allow"] == ", ".join(sorted({*methods, "OPTIONS"}))


def test_health_answers_without_the_function(stack: Stack) -> None:
    before = stack.metric("Invocations")

    answer = stack.call("GET", "/health")

    assert (answer.status, answer.json()) == (200, {"status": "ok"})
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["x-correlation-id"]
    assert stack.metric("Invocations") == before


@pytest.mark.parametrize("path", ["/", "/nothing", "/files/a/b"])
def test_an_unknown_path_is_404(stack: Stack, path: str) -> None:
    assert_error(stack.call("GET", path), 404, "route_not_found")


@pytest.mark.parametrize(
    "file_id",
    ["unknown", "00000000-0000-0000-0000-000000000000", "a" * 300, "a%20b", "%2e%2e", "%00", "..%2F..", "%0d%0a"],
)
def test_an_unknown_file_is_404(stack: Stack, file_id: str) -> None:
    assert_error(stack.call("GET", f"/files/{file_id}"), 404, "file_not_found")


@pytest.mark.parametrize("given", ["abc-123", "x" * 64])
def test_a_safe_correlation_id_is_kept(stack: Stack, given: str) -> None:
    for answer in (
        stack.call("GET", "/files", headers={"X-Correlation-Id": given}),
        stack.call("GET", "/files/unknown", headers={"X-Correlation-Id": given}),
    ):
        assert answer.headers["x-correlation-id"] == given


@pytest.mark.parametrize("given", ["x" * 65, "a b", "<script>", 'a"b', ""])
def test_another_correlation_id_is_replaced(stack: Stack, given: str) -> None:
    answer = stack.call("GET", "/files/unknown", headers={"X-Correlation-Id": given})

    assert re.fullmatch(r"[0-9a-f-]{36}", assert_error(answer, 404, "file_not_found")["correlationId"])


def test_pages_hold_every_file_once_newest_first(stack: Stack) -> None:
    def reserve(number: int) -> str:
        body = {"file_name": f"page-{number}.txt", "content_type": "text/plain", "size": 1}
        return stack.call("POST", "/uploads", body).json()["file_id"]

    with ThreadPoolExecutor(4) as pool:
        made = set(pool.map(reserve, range(105)))
    items, cursor, pages = [], "", 0
    while cursor is not None:
        answer = stack.call("GET", f"/files?limit=50{cursor and '&cursor='}{cursor}")
        assert answer.status == 200, answer.body
        page = answer.json()
        assert page.keys() == {"items", "nextCursor"}
        assert len(page["items"]) == 50 or page["nextCursor"] is None
        items += page["items"]
        cursor, pages = page["nextCursor"], pages + 1
    ids = [item["file_id"] for item in items]
    assert pages >= 3
    assert len(ids) == len(set(ids))
    assert made <= set(ids)
    times = [item["upload_time"] for item in items]
    assert times == sorted(times, reverse=True)
    assert len(stack.call("GET", "/files").json()["items"]) == 20
    cursor = stack.call("GET", "/files?limit=1").json()["nextCursor"]
    for tampered in (
        moved(cursor),
        f"{cursor[:-1]}{'A' if cursor[-1] != 'A' else 'B'}",
        cursor[1:],
        "e30",
        "",
        "%00",
        "x" * 600,
    ):
        assert_error(stack.call("GET", f"/files?cursor={tampered}"), 400, "invalid_cursor")
    for limit in ("0", "101", "-1", "1.5", "ten", ""):
        assert_error(stack.call("GET", f"/files?limit={limit}"), 400, "invalid_limit")
    for file_id in sorted(made)[:2]:
        assert stack.call("DELETE", f"/files/{file_id}").status == 204


def moved(cursor: str) -> str:
    """A cursor that is well-formed, but points elsewhere than it was made for."""
    payload, dot, signature = cursor.partition(".")
    item_id, time = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    position = json.dumps([item_id, time.replace("20", "19", 1)], separators=(",", ":"))
    return base64.urlsafe_b64encode(position.encode()).decode().rstrip("=") + dot + signature


def test_the_same_key_and_body_get_the_same_answer(stack: Stack) -> None:
    name, key = unique("once.txt"), unique("key")
    first = stack.post_file(b"once", name, Idempotency_Key=key)
    second = stack.post_file(b"once", name, Idempotency_Key=key)
    other = stack.post_file(b"twice", name, Idempotency_Key=key)

    assert (first.status, second.status) == (200, 200)
    assert first.json() == second.json()
    assert_error(other, 409, "idempotency_key_reused")
    file_id = first.json()["file_id"]
    stack.settled(file_id)
    assert len(stack.announcements(file_id)) == 1
    assert len(stack.finished(f"{file_id}/{name}")) == 1
    body = {"file_name": name, "content_type": "text/plain", "size": 4}
    reserved = [stack.call("POST", "/uploads", body, {"Idempotency-Key": key}) for _ in range(2)]
    assert reserved[0].json() == reserved[1].json()
    assert reserved[0].json()["file_id"] != file_id
    assert_error(
        stack.call("POST", "/uploads", body | {"size": 5}, {"Idempotency-Key": key}), 409, "idempotency_key_reused"
    )
    assert_error(stack.post_file(b"x", Idempotency_Key="a b"), 400, "invalid_idempotency_key")


def test_simultaneous_requests_with_one_key_store_one_file(stack: Stack) -> None:
    name, key = unique("racing.txt"), unique("key")

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: stack.post_file(b"race", name, Idempotency_Key=key), range(4)))

    assert {answer.status for answer in answers} <= {200, 409}
    stored = {answer.json()["file_id"] for answer in answers if answer.status == 200}
    assert len(stored) == 1
    for answer in answers:
        if answer.status == 409:
            assert_error(answer, 409, "idempotency_in_progress")
            assert answer.headers["retry-after"]
    (file_id,) = stored
    stack.settled(file_id)
    assert len(stack.announcements(file_id)) == 1


def test_deleting_twice_is_deleting_once(stack: Stack) -> None:
    row = stack.upload_and_settle(b"gone soon")

    for _ in range(2):
        answer = stack.call("DELETE", f"/files/{row['file_id']}")
        assert (answer.status, answer.body) == (204, b"")
        assert answer.headers["access-control-allow-origin"] == "*"
    assert stack.call("DELETE", "/files/unknown").status == 204
    assert stack.row(row["file_id"]) == {}


NAMES = {
    "150 characters": ("n" * 146 + ".txt", "n" * 146 + ".txt"),
    "over 255 bytes": ("ü" * 300 + ".txt", "ü" * 125 + ".txt"),
    "several lines": ("one\ntwo\r\nthree\u2028four.txt", "onetwothreefour.txt"),
    "unicode": ("résumé 履歴書 📄.txt", "résumé 履歴書 📄.txt"),
    "a path": ("../../etc/passwd.txt", "passwd.txt"),
    "a Windows path": ("C:\\Users\\me\\notes.txt", "notes.txt"),
    "quotes": ('say "hi" & <b>.txt', 'say "hi" & <b>.txt'),
    "a percent sign and a plus": ("50%25+1 .txt", "50%25+1 .txt"),
}


@pytest.mark.parametrize("kind", NAMES)
def test_no_name_breaks_storing_announcing_or_downloading(stack: Stack, kind: str) -> None:
    given, kept = NAMES[kind]
    content = unique("content").encode()

    file_id = stack.upload(content, given)

    stack.settled(file_id)
    shown = stack.shown(file_id)
    assert shown["file_name"] == kept
    assert len(shown["file_name"].encode()) <= 255
    assert shown["s3_key"].startswith(f"{file_id}/")
    assert shown["s3_key"].count("/") == 1
    assert [message["file_name"] for message in stack.announcements(file_id)] == [kept]
    assert stack.http("GET", shown["download_url"]).body == content


def test_sizes_are_whole_numbers_everywhere(stack: Stack) -> None:
    size = 2**29 - 1
    raw = json.dumps({"file_name": "n.bin", "content_type": "application/octet-stream", "size": size})

    file_id = stack.call("POST", "/uploads", raw.encode(), {"Content-Type": "application/json"}).json()["file_id"]

    assert f'"file_size": {size},'.encode() in stack.call("GET", f"/files/{file_id}").body
    assert stack.row(file_id)["file_size"] == str(size)
    assert stack.call("DELETE", f"/files/{file_id}").status == 204
