"""Events that come twice, parts that fail, notifications that are down: nothing lost, announced twice, unexplained."""

from __future__ import annotations

import json
import os
import signal
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from uploads_stack import DEADLINE, Stack, sha256, unique

from stackwright.testing.roles import Role

pytestmark = pytest.mark.e2e


# ---- events that come more than once ---------------------------------------------------------------------------------


def test_simultaneous_events_announce_each_file_once(stack: Stack, function: Role) -> None:
    with function.without(("sns:Publish", "notifications")):
        file_ids = [stack.upload(b"one of many events") for _ in range(4)]
        rows = [stack.settled(file_id, announcement="failed") for file_id in file_ids]
        for row in rows:
            stack.finished(row["s3_key"])
    with ThreadPoolExecutor(8) as pool:
        # As many warm execution environments, so that none comes late.
        assert {answer.status for answer in pool.map(lambda _: stack.call("GET", "/files"), range(16))} == {200}
        for row in rows:
            list(pool.map(lambda _, key=row["s3_key"]: stack.repeat_event(key), range(8)))

    for row in rows:
        # Those that lost the claim waited for the winner, and found the file announced.
        executions = stack.finished(row["s3_key"], count=9)
        assert [execution["status"] for execution in executions] == ["SUCCEEDED"] * 8 + ["FAILED"]
        stack.settled(row["file_id"])
        assert len(stack.announcements(row["file_id"])) == 1


def test_events_during_the_check_announce_a_file_once(stack: Stack) -> None:
    content = b"checked more than once"
    reserved = stack.reserve(content, unique("many.txt"), "text/plain")
    key = stack.row(reserved["file_id"])["s3_key"]

    assert stack.send(reserved["upload"], content).status == 200
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: stack.repeat_event(key), range(4)))

    assert [execution["status"] for execution in stack.finished(key, count=5)] == ["SUCCEEDED"] * 5
    stack.settled(reserved["file_id"])
    assert len(stack.announcements(reserved["file_id"])) == 1


def test_a_late_event_changes_nothing(stack: Stack) -> None:
    row = stack.upload_and_settle(b"late")

    # The same bytes once more are a second event of S3's own.
    stack.put_object(row["s3_key"], b"late", ContentType="text/plain")
    stack.finished(row["s3_key"], count=2)
    stack.repeat_event(row["s3_key"])
    stack.finished(row["s3_key"], count=3)

    assert stack.row(row["file_id"]) == row
    assert len(stack.announcements(row["file_id"])) == 1


def test_an_event_after_the_deletion_brings_nothing_back(stack: Stack) -> None:
    row = stack.upload_and_settle(b"deleted")
    assert stack.call("DELETE", f"/files/{row['file_id']}").status == 204

    stack.repeat_event(row["s3_key"])
    executions = stack.finished(row["s3_key"], count=2)

    assert [execution["status"] for execution in executions] == ["SUCCEEDED"] * 2
    assert json.loads(executions[0]["output"])["processResult"]["answer"]["status"] == "deleted"
    assert stack.call("GET", f"/files/{row['file_id']}").status == 404
    assert len(stack.announcements(row["file_id"])) == 1


# ---- a crash between S3 and DynamoDB ---------------------------------------------------------------------------------


def test_a_file_whose_check_cannot_be_written_down_is_found_and_finished(stack: Stack, function: Role) -> None:
    with function.without(("dynamodb:UpdateItem", "metadata")):
        file_id = stack.upload(b"between")
        key = stack.row(file_id)["s3_key"]
        (execution,) = stack.finished(key)
        left = stack.shown(file_id)

    # The object is there, the row says that it has not been checked, and the execution says why.
    assert stack.object_exists(key)
    assert (left["status"], "download_url" in left) == ("uploading", False)
    assert (execution["status"], execution["error"]) == ("FAILED", "FileProcessingFailed")
    assert "TableError" in history(stack, execution)
    assert stack.announcements(file_id) == []
    # Starting the failed execution again is all it takes.
    stack.client("stepfunctions").start_execution(
        stateMachineArn=stack.outputs["file_workflow_arn"], input=execution["input"]
    )
    assert stack.settled(file_id)["sha256"] == sha256(b"between")
    assert len(stack.announcements(file_id)) == 1


def test_an_object_without_a_row_is_recorded_as_an_orphan(stack: Stack) -> None:
    keys = [unique("stray/object with spaces+plus.txt"), f"00000000-0000-0000-0000-000000000000/{unique('x.txt')}"]
    for key in keys:
        stack.put_object(key, b"who put me here?")
        for _ in range(2):
            stack.repeat_event(key)
        executions = stack.finished(key, count=3)

        assert [execution["status"] for execution in executions] == ["SUCCEEDED"] * 3
        result = json.loads(executions[0]["output"])["processResult"]["answer"]
        row = stack.row(result["file_id"])
        assert (row["status"], row["s3_key"], row["file_size"]) == ("orphaned", key, "16")
        assert row["reason"] == "the object was not uploaded through this service"
        shown = stack.shown(result["file_id"])
        assert (shown["status"], "download_url" in shown) == ("orphaned", False)
        assert result["file_id"] in [i["file_id"] for i in stack.call("GET", "/files?limit=100").json()["items"]]
        assert stack.announcements(result["file_id"]) == []
        assert stack.call("DELETE", f"/files/{result['file_id']}").status == 204
        assert not stack.object_exists(key)


def test_an_orphan_that_cannot_be_recorded_is_not_lost(stack: Stack, function: Role) -> None:
    key = unique("orphan.txt")
    with function.without(("dynamodb:PutItem", "metadata")):
        stack.put_object(key, b"orphan")
        (execution,) = stack.finished(key)

    assert (execution["status"], execution["error"]) == ("FAILED", "FileProcessingFailed")
    assert "TableError" in history(stack, execution)
    stack.repeat_event(key)
    assert [execution["status"] for execution in stack.finished(key, count=2)] == ["SUCCEEDED", "FAILED"]


def test_a_function_that_cannot_run_catches_up(stack: Stack) -> None:
    content = b"nobody is there to check"
    reserved = stack.reserve(content, unique("later.txt"), "text/plain", sha256=sha256(content))
    key = stack.row(reserved["file_id"])["s3_key"]
    functions, name = stack.client("lambda"), stack.outputs["file_processor_function_name"]

    functions.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=0)
    try:
        assert stack.send(reserved["upload"], content).status == 200
        (execution,) = stack.finished(key)
    finally:
        functions.delete_function_concurrency(FunctionName=name)

    assert (execution["status"], execution["error"]) == ("FAILED", "FileProcessingFailed")
    assert "Lambda.TooManyRequestsException" in history(stack, execution)
    assert stack.row(reserved["file_id"])["status"] == "uploading"
    stack.repeat_event(key)
    stack.settled(reserved["file_id"])
    assert len(stack.announcements(reserved["file_id"])) == 1


def test_a_function_that_is_killed_while_it_reads_is_retried(stack: Stack) -> None:
    content = bytes(90_000_000)
    reserved = stack.reserve(content, unique("killed.bin"), "application/octet-stream", sha256=sha256(content))
    key = stack.row(reserved["file_id"])["s3_key"]
    since, errors = stack.last_decision(), stack.errors()

    def reads() -> bool:
        return any(
            d.action == "s3:GetObject" and d.resource.endswith(key) and "file-processor" in d.principal
            for d in stack.decisions(since)
        )

    assert stack.send(reserved["upload"], content).status == 200
    stack.eventually("the function reads the object", reads, DEADLINE, pause=0.01)
    kill_functions(stack)

    stack.settled(reserved["file_id"])
    assert stack.errors() > errors
    assert [execution["status"] for execution in stack.finished(key)] == ["SUCCEEDED"]
    assert len(stack.announcements(reserved["file_id"])) == 1


def kill_functions(stack: Stack) -> None:
    """Kill every process in which the function runs: the emulator's children."""
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            is_ours = f"PPid:\t{stack.emulator.pid}\n" in status.read_text()
        except OSError:
            continue  # it ended while we looked
        if is_ours:
            os.kill(int(status.parent.name), signal.SIGKILL)


# ---- notifications are down ------------------------------------------------------------------------------------------


def test_a_short_outage_of_notifications_heals_by_itself(stack: Stack, function: Role) -> None:
    since = stack.last_decision()

    def was_refused() -> bool:
        return any(d.action == "sns:Publish" and d.decision != "Allow" for d in stack.decisions(since))

    with function.without(("sns:Publish", "notifications")):
        file_id = stack.upload(b"short outage")
        stack.eventually("a publish is refused", was_refused, DEADLINE)

    row = stack.settled(file_id)
    assert [execution["status"] for execution in stack.finished(row["s3_key"])] == ["SUCCEEDED"]
    assert len(stack.announcements(file_id)) == 1


def test_a_long_outage_of_notifications_loses_no_file_and_no_message(stack: Stack, function: Role) -> None:
    with function.without(("sns:Publish", "notifications")):
        with ThreadPoolExecutor(3) as pool:
            file_ids = list(pool.map(lambda n: stack.upload(b"long outage %d" % n), range(3)))
        rows = [stack.settled(file_id, announcement="failed") for file_id in file_ids]
        for row in rows:
            assert row["status"] == "available"
            assert row["announcement_reason"] == "the message could not be published (AnnouncementError)"
            assert stack.http("GET", stack.shown(row["file_id"])["download_url"]).status == 200
            (execution,) = stack.finished(row["s3_key"])
            assert (execution["status"], execution["error"]) == ("FAILED", "FileProcessingFailed")

    for row in rows:
        for _ in range(2):
            stack.repeat_event(row["s3_key"])
        stack.settled(row["file_id"])
        stack.finished(row["s3_key"], count=3)
        assert len(stack.announcements(row["file_id"])) == 1


# ---- asynchronous events ---------------------------------------------------------------------------------------------


def test_a_failed_asynchronous_event_is_kept_once_in_each_queue(stack: Stack) -> None:
    event = {"task": "Nonsense", "marker": unique("event")}

    stack.invoke_asynchronously(event)

    raw = stack.eventually(
        "the dead-letter queue has it",
        lambda: stack.take_message(stack.outputs["file_processor_dlq_url"], event["marker"]),
    )
    record = stack.eventually(
        "the failures queue has it", lambda: stack.take_message(stack.failures_queue(), event["marker"])
    )
    assert (len(raw), len(record)) == (1, 1)
    assert json.loads(raw[0]["Body"]) == event
    assert "`task` is unknown" in raw[0]["MessageAttributes"]["ErrorMessage"]["StringValue"]
    envelope = json.loads(record[0]["Body"])
    assert envelope["requestPayload"] == event
    assert envelope["requestContext"]["condition"] == "RetriesExhausted"
    assert envelope["requestContext"]["approximateInvokeCount"] == 3
    assert envelope["responsePayload"]["errorType"] == "InvalidTaskError"


def history(stack: Stack, execution: dict[str, Any]) -> str:
    events = stack.client("stepfunctions").get_execution_history(executionArn=execution["executionArn"])["events"]
    return json.dumps(events, default=str)
