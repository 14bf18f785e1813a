"""Every permission of file-processor is needed, and its absence is seen, leaves a trace, and is healed.

One test per granted action and resource takes it out of the deployed role, makes the request that needs it, sees
AccessDenied name the action in the function's log and the error metric rise, looks at what was left behind, puts the
action back and makes the same request again. The last test reads the deployed policy, so that a new grant without a
test is a failure.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from uploads_stack import Stack, sha256, unique

from stackwright.testing.roles import Grant, Role

pytestmark = pytest.mark.e2e

NOT_EXERCISED = {
    ("xray:PutTraceSegments", "*"): "the emulator has no X-Ray",
    ("xray:PutTelemetryRecords", "*"): "the emulator has no X-Ray",
}
OVER_100_MB = {"content_type": "application/octet-stream", "size": 101 * 1024 * 1024}

covered: set[Grant] = set()


def needs(*grants: Grant) -> Callable[[Any], Any]:
    """Parametrize a test by the grants it takes out, and count them as covered."""
    covered.update(grants)
    return pytest.mark.parametrize("grant", grants, ids=[f"{action} on {resource}" for action, resource in grants])


@contextmanager
def refused(stack: Stack, function: Role, *taken: Grant) -> Iterator[None]:
    """Take permissions away; inside, the function must fail for want of each, and say so."""
    since, errors = time.time(), stack.errors()
    with function.without(*taken):
        yield
        log = "\n".join(stack.log(since))
        for action, _ in taken:
            # SNS calls it AuthorizationError, all others AccessDenied in one form or another.
            refusal = rf"(AccessDenied|AuthorizationError).*is not authorized to perform: {action}\b"
            assert re.search(refusal, log), f"no {action} in:\n{log}"
        assert stack.errors() > errors


def assert_failed(answer: Any) -> None:
    """A failure of the infrastructure: no word of what has failed, and not the client's fault."""
    assert answer.status == 502, answer.body
    assert answer.json()["error"].keys() == {"code", "message", "correlationId"}
    assert answer.json()["error"]["code"] == "internal_error"


def newest(stack: Stack, name: str) -> dict[str, Any]:
    """What the list says of the newest file of this name; empty if there is none."""
    items = stack.call("GET", "/files?limit=100").json()["items"]
    return next((item for item in items if item["file_name"] == name), {})


# ---- POST /upload ----------------------------------------------------------------------------------------------------


@needs(("s3:PutObject", "objects"), ("kms:GenerateDataKey", "s3-key through s3"))
def test_storing_needs(stack: Stack, function: Role, grant: Grant) -> None:
    name = unique("put.txt")
    with refused(stack, function, grant):
        assert_failed(stack.post_file(b"put", name))
        left = newest(stack, name)
        # The row says that the upload was begun, and is gone after a day.
        assert left["status"] == "uploading"
        assert int(stack.row(left["file_id"])["expires_at"]) < time.time() + 86_400 + 60
        assert not stack.object_exists(left["s3_key"])
        assert_failed(stack.call("POST", "/uploads", {"file_name": name, **OVER_100_MB}))

    assert len(stack.announcements(stack.upload_and_settle(b"put", name)["file_id"])) == 1


@needs(("dynamodb:PutItem", "metadata"), ("kms:Decrypt", "dynamodb-key through dynamodb"))
def test_describing_needs(stack: Stack, function: Role, grant: Grant) -> None:
    name = unique("row.txt")
    objects = stack.client("s3").list_objects_v2(Bucket=stack.outputs["uploads_bucket_name"])["KeyCount"]
    with refused(stack, function, grant):
        assert_failed(stack.post_file(b"row", name))
    assert newest(stack, name) == {}
    # Nothing is stored that is not described.
    assert stack.client("s3").list_objects_v2(Bucket=stack.outputs["uploads_bucket_name"])["KeyCount"] == objects

    assert len(stack.announcements(stack.upload_and_settle(b"row", name)["file_id"])) == 1


@needs(("dynamodb:PutItem", "idempotency"))
def test_repeatable_requests_need_to_begin(stack: Stack, function: Role, grant: Grant) -> None:
    name, key = unique("key.txt"), unique("key")
    with refused(stack, function, grant):
        assert_failed(stack.post_file(b"key", name, Idempotency_Key=key))
        assert newest(stack, name) == {}

    stack.settled(stack.upload(b"key", name, Idempotency_Key=key))


@needs(("dynamodb:UpdateItem", "idempotency"))
def test_repeatable_requests_need_to_end(stack: Stack, function: Role, grant: Grant) -> None:
    name, key = unique("key.txt"), unique("key")
    # A request counts as under way until the function must have ended.
    with stack.reconfigured(Timeout=5), refused(stack, function, grant):
        assert_failed(stack.post_file(b"key", name, Idempotency_Key=key))
        file_id = newest(stack, name)["file_id"]
    # The file is not lost: its event came. The client may repeat the request once the first one must have ended.
    stack.settled(file_id)
    assert stack.post_file(b"key", name, Idempotency_Key=key).status in (200, 409)

    def repeated() -> Any:
        answer = stack.post_file(b"key", name, Idempotency_Key=key)
        return answer.json() if answer.status == 200 else None

    assert stack.eventually("the key is free again", repeated, 40)["file_id"] == file_id
    assert len(stack.announcements(file_id)) == 1


@needs(("dynamodb:DeleteItem", "idempotency"))
def test_repeatable_requests_need_to_fail(stack: Stack, function: Role, grant: Grant) -> None:
    name, key = unique("key.txt"), unique("key")
    with stack.reconfigured(Timeout=5), refused(stack, function, ("s3:PutObject", "objects"), grant):
        assert_failed(stack.post_file(b"key", name, Idempotency_Key=key))
        file_id = newest(stack, name)["file_id"]
        assert stack.row(file_id)["status"] == "uploading"

    def repeated() -> Any:
        answer = stack.post_file(b"key", name, Idempotency_Key=key)
        return answer.json() if answer.status == 200 else None

    # The repetition goes on with the row that the first attempt left.
    assert stack.eventually("the key is free again", repeated, 40)["file_id"] == file_id
    stack.settled(file_id)
    assert len(stack.announcements(file_id)) == 1


# ---- reading and deleting --------------------------------------------------------------------------------------------


@needs(("dynamodb:GetItem", "metadata"))
def test_showing_needs(stack: Stack, function: Role, grant: Grant) -> None:
    row = stack.upload_and_settle(b"shown")
    with refused(stack, function, grant):
        assert_failed(stack.call("GET", f"/files/{row['file_id']}"))

    assert stack.shown(row["file_id"])["status"] == "available"


@needs(("dynamodb:Query", "index"))
def test_listing_needs(stack: Stack, function: Role, grant: Grant) -> None:
    with refused(stack, function, grant):
        assert_failed(stack.call("GET", "/files"))

    assert stack.call("GET", "/files").status == 200


@needs(("secretsmanager:GetSecretValue", "cursor-secret"))
def test_going_on_in_a_list_needs(stack: Stack, function: Role, grant: Grant) -> None:
    for _ in range(2):
        stack.upload_and_settle(b"listed")
    # The key is kept for a while, so a new execution environment is wanted.
    with refused(stack, function, grant), stack.reconfigured():
        assert_failed(stack.call("GET", "/files?limit=1"))

    assert stack.call("GET", "/files?limit=1").json()["nextCursor"]


@needs(("dynamodb:UpdateItem", "metadata"), ("s3:DeleteObject", "objects"), ("dynamodb:DeleteItem", "metadata"))
def test_deleting_needs(stack: Stack, function: Role, grant: Grant) -> None:
    row = stack.upload_and_settle(b"deleted")
    expected = {
        "dynamodb:UpdateItem": ("available", True),
        "s3:DeleteObject": ("deleting", True),
        "dynamodb:DeleteItem": ("deleting", False),
    }
    with refused(stack, function, grant):
        assert_failed(stack.call("DELETE", f"/files/{row['file_id']}"))
        assert (stack.row(row["file_id"])["status"], stack.object_exists(row["s3_key"])) == expected[grant[0]]
        assert ("download_url" in stack.shown(row["file_id"])) == (grant[0] == "dynamodb:UpdateItem")

    assert stack.call("DELETE", f"/files/{row['file_id']}").status == 204
    assert (stack.row(row["file_id"]), stack.object_exists(row["s3_key"])) == ({}, False)


@needs(("s3:AbortMultipartUpload", "objects"))
def test_giving_up_a_large_upload_needs(stack: Stack, function: Role, grant: Grant) -> None:
    body = {"file_name": unique("large.bin"), **OVER_100_MB}
    file_id = stack.call("POST", "/uploads", body).json()["file_id"]
    with refused(stack, function, grant):
        assert_failed(stack.call("DELETE", f"/files/{file_id}"))
        assert stack.row(file_id)["status"] == "deleting"
        assert uploads_in_parts(stack, file_id)

    assert stack.call("DELETE", f"/files/{file_id}").status == 204
    assert stack.row(file_id) == {}
    assert not uploads_in_parts(stack, file_id)


def uploads_in_parts(stack: Stack, file_id: str) -> list[str]:
    listed = stack.client("s3").list_multipart_uploads(Bucket=stack.outputs["uploads_bucket_name"])
    return [upload["Key"] for upload in listed.get("Uploads", []) if upload["Key"].startswith(f"{file_id}/")]


# ---- the workflow ----------------------------------------------------------------------------------------------------


@needs(("s3:GetObject", "objects"), ("kms:Decrypt", "s3-key through s3"))
def test_checking_needs(stack: Stack, function: Role, grant: Grant) -> None:
    row = stack.upload_and_settle(b"before")
    with refused(stack, function, grant):
        file_id = stack.upload(b"checked")
        failed = stack.settled(file_id, status="failed")
        assert failed["reason"] == "the file could not be checked (ObjectUnreadableError)"
        (execution,) = stack.finished(failed["s3_key"])
        assert (execution["status"], execution["error"]) == ("FAILED", "FileProcessingFailed")
        assert "download_url" not in stack.shown(file_id)
        assert stack.announcements(file_id) == []
        # A download is a GetObject in the function's name.
        assert stack.http("GET", stack.shown(row["file_id"])["download_url"]).status == 403

    assert stack.http("GET", stack.shown(row["file_id"])["download_url"]).body == b"before"
    stack.settled(stack.upload(b"checked"))
    # The file of the outage is not lost either: its event can be sent again.
    stack.repeat_event(failed["s3_key"])
    assert stack.settled(file_id)["sha256"] == sha256(b"checked")
    assert len(stack.announcements(file_id)) == 1


@needs(
    ("sns:Publish", "notifications"),
    ("kms:GenerateDataKey", "sns-key through sns"),
    ("kms:Decrypt", "sns-key through sns"),
)
def test_announcing_needs(stack: Stack, function: Role, grant: Grant) -> None:
    with refused(stack, function, grant):
        file_id = stack.upload(b"announced")
        left = stack.settled(file_id, announcement="failed")
        assert left["status"] == "available"
        assert left["announcement_reason"] == "the message could not be published (AnnouncementError)"
        (execution,) = stack.finished(left["s3_key"])
        assert (execution["status"], execution["error"]) == ("FAILED", "FileProcessingFailed")
        assert stack.http("GET", stack.shown(file_id)["download_url"]).body == b"announced"
        assert stack.announcements(file_id) == []

    assert len(stack.announcements(stack.upload_and_settle(b"announced")["file_id"])) == 1
    stack.repeat_event(left["s3_key"])
    stack.settled(file_id)
    assert len(stack.announcements(file_id)) == 1


# ---- what Lambda does in the function's name -------------------------------------------------------------------------


@needs(
    ("sqs:SendMessage", "dlq"),
    ("sqs:SendMessage", "failures"),
    ("kms:GenerateDataKey", "sqs-key through sqs"),
    ("kms:Decrypt", "sqs-key through sqs"),
)
def test_keeping_failed_events_needs(stack: Stack, function: Role, grant: Grant) -> None:
    queues = {"dlq": stack.outputs["file_processor_dlq_url"], "failures": stack.failures_queue()}
    metrics = {"dlq": "DeadLetterErrors", "failures": "DestinationDeliveryFailures"}
    lost = [grant[1]] if grant[1] in queues else list(queues)
    before = {queue: stack.metric(metric) for queue, metric in metrics.items()}
    marker, errors, since = unique("event"), stack.errors(), stack.last_decision()

    with function.without(grant):
        stack.invoke_asynchronously({"marker": marker})
        # Lambda has no log to say it in; its metrics do.
        for queue in lost:
            stack.eventually(f"{metrics[queue]} rises", lambda q=queue: stack.metric(metrics[q]) > before[q])
        for queue in queues.keys() - set(lost):
            assert stack.eventually(f"{queue} has it", lambda q=queue: stack.take_message(queues[q], marker))
        denied = [d for d in stack.decisions(since) if d.decision != "Allow" and d.via == "lambda"]
        assert {decision.action for decision in denied} == {grant[0]}
        assert all(function.name in decision.principal for decision in denied)
        for queue in lost:
            assert stack.take_message(queues[queue], marker) == []
    assert stack.errors() == errors + 3

    stack.invoke_asynchronously({"marker": marker})
    for queue, url in queues.items():
        assert len(stack.eventually(f"{queue} has it", lambda u=url: stack.take_message(u, marker))) == 1


@needs(("logs:PutLogEvents", "log"), ("logs:CreateLogStream", "log"))
def test_logging_needs(stack: Stack, function: Role, grant: Grant) -> None:
    """The function itself does not fail: AWS loses the lines of an environment that may not write them."""
    given, since = unique("correlation"), time.time()
    # A new execution environment needs a new log stream.
    with function.without(grant), stack.reconfigured():
        denied = stack.last_decision()
        assert stack.call("GET", "/files/unknown", headers={"X-Correlation-Id": given}).status == 404
        assert not any(given in line for line in stack.log(since))
        assert {d.action for d in stack.decisions(denied) if d.decision != "Allow"} == {grant[0]}

    assert stack.call("GET", "/files/unknown", headers={"X-Correlation-Id": given}).status == 404
    assert any(given in line for line in stack.log(since))


def test_a_failure_can_be_found_by_what_the_client_was_told(stack: Stack, function: Role) -> None:
    since = time.time()
    with function.without(("dynamodb:Query", "index")):
        answer = stack.call("GET", "/files", headers={"X-Correlation-Id": "my-own-id"})

    (line,) = [line for line in stack.log(since) if '"invocation failed"' in line]
    assert answer.json()["error"]["correlationId"] in line
    assert '"correlation_id":"my-own-id"' in line


def test_every_deployed_grant_is_exercised(function: Role) -> None:
    assert function.grants() == covered | NOT_EXERCISED.keys()
