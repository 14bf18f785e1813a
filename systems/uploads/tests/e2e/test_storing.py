"""Large files, wrong files, and a bucket that takes nothing unencrypted and shows nothing to strangers."""

from __future__ import annotations

import os
import re
import urllib.parse
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest
from botocore.exceptions import ClientError
from uploads_stack import Stack, sha256, unique

pytestmark = pytest.mark.e2e

MB = 1024 * 1024
PNG = b"\x89PNG\r\n\x1a\n" + bytes(100)


def large(size: int) -> bytes:
    block = os.urandom(MB)
    return (block * (size // MB + 1))[:size]


def denied(call: Callable[[], Any]) -> str:
    """The message of a call that must be refused."""
    with pytest.raises(ClientError) as caught:
        call()
    error: Mapping[str, Any] = caught.value.response["Error"]
    assert error["Code"] in (
        "AccessDenied",
        "AccessDeniedException",
        "AuthorizationError",
        "AuthorizationErrorException",
    )
    return str(error["Message"])


def test_a_90_mb_file_is_stored_checked_and_announced_once(stack: Stack) -> None:
    content, name = large(90_000_000), unique("large.bin")
    reserved = stack.reserve(content, name, "application/octet-stream", sha256=sha256(content))
    assert stack.row(reserved["file_id"])["status"] == "uploading"
    assert "download_url" not in stack.shown(reserved["file_id"])

    sent = stack.send(reserved["upload"], content)

    assert (reserved["upload"]["type"], sent.status) == ("put", 200), sent.body
    row = stack.settled(reserved["file_id"])
    assert (row["file_size"], row["sha256"]) == (str(len(content)), sha256(content))
    assert len(stack.announcements(reserved["file_id"])) == 1
    assert len(stack.finished(row["s3_key"])) == 1
    downloaded = stack.http("GET", stack.shown(reserved["file_id"])["download_url"]).body
    assert sha256(downloaded) == sha256(content)
    assert stack.call("DELETE", f"/files/{reserved['file_id']}").status == 204
    assert not stack.object_exists(row["s3_key"])


def test_a_file_that_has_been_checked_cannot_be_replaced(stack: Stack) -> None:
    content = b"checked"
    reserved = stack.reserve(content, unique("checked.txt"), "text/plain")
    assert stack.send(reserved["upload"], content).status == 200
    stack.settled(reserved["file_id"])

    assert stack.send(reserved["upload"], b"swapped").status == 412

    assert stack.http("GET", stack.shown(reserved["file_id"])["download_url"]).body == content


def test_a_file_over_100_mb_comes_in_parts(stack: Stack) -> None:
    content, name = large(100 * MB + 5), unique("parts.bin")
    reserved = stack.reserve(content, name, "application/octet-stream", sha256=sha256(content))
    upload = reserved["upload"]
    assert upload["type"] == "multipart"
    assert sum(part["size"] for part in upload["parts"]) == len(content)

    parts, start = "", 0
    for part in upload["parts"]:
        answer = stack.send(part, content[start : start + part["size"]])
        assert answer.status == 200, answer.body
        start += part["size"]
        parts += f"<Part><PartNumber>{part['part_number']}</PartNumber><ETag>{answer.headers['etag']}</ETag></Part>"
    body = f"<CompleteMultipartUpload>{parts}</CompleteMultipartUpload>".encode()
    completed = stack.send(upload["complete"], body)

    assert completed.status == 200, completed.body
    row = stack.settled(reserved["file_id"])
    assert (row["file_size"], row["sha256"]) == (str(len(content)), sha256(content))
    assert "upload_id" not in row
    assert len(stack.announcements(reserved["file_id"])) == 1
    assert_encrypted_with_our_key(stack, row["s3_key"])
    assert stack.call("DELETE", f"/files/{reserved['file_id']}").status == 204


def assert_quarantined(stack: Stack, file_id: str, reason: str) -> None:
    row = stack.settled(file_id, status="quarantined")
    assert re.search(reason, row["reason"])
    shown = stack.shown(file_id)
    assert (shown["status"], shown["reason"]) == ("quarantined", row["reason"])
    assert "download_url" not in shown
    assert [execution["status"] for execution in stack.finished(row["s3_key"])] == ["SUCCEEDED"]
    assert stack.announcements(file_id) == []
    assert "announcement" not in row


@pytest.mark.parametrize(
    ("content", "name", "content_type", "reason"),
    [
        (b"just text", "picture.png", "image/png", "declared image/png, but the content is plain text"),
        (PNG, "notes.txt", "text/plain", "declared text/plain, but the content is image/png"),
        (b"MZ\x90\0" + bytes(60), "report.pdf", "application/pdf", "declared application/pdf"),
        (b"<html><script>alert(1)</script>", "data.csv", "text/csv", "declared text/csv, but the content is text/html"),
        (b"{'not': json}", "data.json", None, "declared application/json"),
    ],
)
def test_bytes_that_contradict_their_type_are_quarantined(
    stack: Stack, content: bytes, name: str, content_type: str | None, reason: str
) -> None:
    file_id = stack.upload(content, unique(name), content_type)

    assert_quarantined(stack, file_id, reason)
    assert stack.call("DELETE", f"/files/{file_id}").status == 204


def test_s3_refuses_bytes_that_do_not_match_the_declared_checksum(stack: Stack) -> None:
    content = b"the real content"
    reserved = stack.reserve(content, unique("sum.txt"), "text/plain", sha256=sha256(content))

    sent = stack.send(reserved["upload"], b"the fake content")

    assert sent.status == 400, sent.body
    assert stack.row(reserved["file_id"])["status"] == "uploading"
    assert not stack.object_exists(f"{reserved['file_id']}/")


def test_a_wrong_checksum_in_the_bucket_is_quarantined(stack: Stack) -> None:
    content = b"the real content"
    reserved = stack.reserve(content, unique("sum.txt"), "text/plain", sha256=sha256(content))

    stack.put_object(stack.row(reserved["file_id"])["s3_key"], b"the fake content")

    assert_quarantined(stack, reserved["file_id"], "the content does not match the declared sha256")


def test_another_size_than_declared_is_refused_or_quarantined(stack: Stack) -> None:
    reserved = stack.reserve(b"12345678", unique("size.txt"), "text/plain")
    longer = {**reserved["upload"], "headers": {**reserved["upload"]["headers"], "Content-Length": "9"}}

    assert stack.send(longer, b"123456789").status == 403
    stack.put_object(stack.row(reserved["file_id"])["s3_key"], b"123456789")

    assert_quarantined(stack, reserved["file_id"], "declared 8 bytes, but the content is 9")


@pytest.mark.parametrize("change", ["type", "signature", "key"])
def test_a_signed_request_allows_nothing_else(stack: Stack, change: str) -> None:
    content = b"exactly this"
    upload = stack.reserve(content, unique("signed.txt"), "text/plain")["upload"]
    headers, url = dict(upload["headers"]), upload["url"]
    if change == "type":
        headers["Content-Type"] = "text/html"
    elif change == "signature":
        url = re.sub("X-Amz-Signature=..", "X-Amz-Signature=00", url)
    else:
        url = url.replace(".txt?", ".exe?")

    assert stack.send({"method": "PUT", "url": url, "headers": headers}, content).status == 403
    assert stack.send(upload, content).status == 200


def test_strangers_read_nothing(stack: Stack) -> None:
    row = stack.upload_and_settle(b"private")
    url = f"{stack.endpoint.url}/{stack.outputs['uploads_bucket_name']}/{urllib.parse.quote(row['s3_key'])}"

    for method in ("GET", "PUT", "DELETE"):
        answer = stack.http(method, url, b"x" if method == "PUT" else None)
        assert answer.status == 403
        assert b"private" not in answer.body
    assert stack.http("GET", f"{stack.endpoint.url}/{stack.outputs['uploads_bucket_name']}").status == 403
    signed = stack.shown(row["file_id"])["download_url"]
    assert stack.http("GET", re.sub("X-Amz-Signature=..", "X-Amz-Signature=00", signed)).status == 403


def assert_encrypted_with_our_key(stack: Stack, key: str) -> None:
    head = stack.client("s3").head_object(Bucket=stack.outputs["uploads_bucket_name"], Key=key)
    assert (head["ServerSideEncryption"], head["SSEKMSKeyId"]) == ("aws:kms", stack.outputs["s3_kms_key_arn"])


def test_every_way_in_ends_with_our_key(stack: Stack) -> None:
    inline = stack.upload_and_settle(b"inline")
    reserved = stack.reserve(b"reserved", unique("r.txt"), "text/plain")
    assert stack.send(reserved["upload"], b"reserved").status == 200
    stray = unique("stray")
    stack.put_object(stray, b"no header")
    explicit = unique("explicit")
    ours = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": stack.outputs["s3_kms_key_arn"]}
    stack.put_object(explicit, b"our key", **ours)

    for key in (inline["s3_key"], stack.row(reserved["file_id"])["s3_key"], stray, explicit):
        assert_encrypted_with_our_key(stack, key)


def test_another_encryption_is_refused(stack: Stack) -> None:
    kms = stack.client("kms")
    foreign = kms.create_key(Description="not ours")["KeyMetadata"]["Arn"]
    try:
        for encryption in (
            {"ServerSideEncryption": "AES256"},
            {"ServerSideEncryption": "aws:kms"},
            {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": foreign},
            {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": "k" * 32},
        ):
            key = unique("refused")
            denied(lambda key=key, encryption=encryption: stack.put_object(key, b"x", **encryption))
            assert not stack.object_exists(key)
    finally:
        kms.schedule_key_deletion(KeyId=foreign, PendingWindowInDays=7)


@contextmanager
def plain_http(client: Any) -> Iterator[None]:
    """Send a client's requests as if they came without TLS."""

    def mark(request: Any, **_: Any) -> None:
        request.headers["X-Forwarded-Proto"] = "http"

    client.meta.events.register("before-sign.*.*", mark, unique_id="plain-http")
    try:
        yield
    finally:
        client.meta.events.unregister("before-sign.*.*", unique_id="plain-http")


def test_nothing_takes_plain_http(stack: Stack) -> None:
    outputs = stack.outputs
    calls: list[tuple[str, Callable[[Any], Any]]] = [
        ("s3", lambda s3: s3.put_object(Bucket=outputs["uploads_bucket_name"], Key=unique("plain"), Body=b"x")),
        ("s3", lambda s3: s3.list_objects_v2(Bucket=outputs["uploads_bucket_name"])),
        ("sns", lambda sns: sns.publish(TopicArn=outputs["sns_topic_arn"], Message="{}")),
        ("sns", lambda sns: sns.publish(TopicArn=outputs["alarm_topic_arn"], Message="{}")),
        ("sqs", lambda sqs: sqs.send_message(QueueUrl=outputs["file_processor_dlq_url"], MessageBody="x")),
        ("sqs", lambda sqs: sqs.send_message(QueueUrl=stack.failures_queue(), MessageBody="x")),
        ("sqs", lambda sqs: sqs.send_message(QueueUrl=stack.rule_dead_letters(), MessageBody="x")),
    ]
    for service, call in calls:
        client = stack.client(service)
        with plain_http(client):
            assert "explicit deny" in denied(lambda call=call, client=client: call(client))


def test_downloads_are_for_saving_not_for_rendering(stack: Stack) -> None:
    row = stack.upload_and_settle(b"<p>hello</p>", unique("page.html"))

    download = stack.http("GET", stack.shown(row["file_id"])["download_url"])

    assert download.headers["content-disposition"].startswith("attachment; ")
    assert download.headers["content-type"] == "text/html"
