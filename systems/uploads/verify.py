"""What a user would try by hand after `up` or a deployment; `stackwright verify uploads` runs it, here and on AWS.

Two small files are uploaded and deleted again; everything else only looks.
"""

from __future__ import annotations

import base64
import hashlib
import json
import uuid
from typing import Any

from stackwright.verify import Response, Verification, alarms_notify, has_widgets, refuses_strangers

WORKFLOW_SECONDS = 60

WATCHED = {
    "error rate of file-processor": ("file-processor", "error-rate"),
    "throttles of file-processor": ("file-processor", "throttles"),
    "duration of file-processor": ("file-processor", "duration"),
    "dead-letter queue of file-processor": ("file-processor-dlq", "not-empty"),
    "failures queue of file-processor": ("file-processor-failures", "not-empty"),
    "failures of the rule": ("file-stored", "failed"),
    "losses of the rule": ("file-stored", "lost"),
    "dead-letter queue of the rule": ("file-stored-dlq", "not-empty"),
    "failed executions": ("file-workflow", "failed"),
    "executions that timed out": ("file-workflow", "timed-out"),
    "5XX answers": ("api", "5xx-rate"),
    "4XX answers": ("api", "4xx-rate"),
}


def check_api_answers(v: Verification) -> str:
    """The API answers: health, preflight, and errors in one shape"""
    health = v.api("GET", v.outputs["health_url"])
    assert (health.status, health.json()) == (200, {"status": "ok"}), f"GET /health: {health}"
    preflight = _call(v, "OPTIONS", "/upload")
    assert preflight.status == 200, f"OPTIONS /upload: {preflight}"
    assert preflight.headers.get("access-control-allow-origin") == "*", "the preflight does not allow every origin"
    missing = _call(v, "GET", f"/nothing-{uuid.uuid4().hex}")
    assert missing.status == 404, f"an unknown path: {missing}"
    empty = _call(v, "POST", "/upload")
    assert empty.status == 400, f"POST /upload without a body: {empty}"
    for error in (missing.json()["error"], empty.json()["error"]):
        assert {"code", "message", "correlationId"} <= error.keys(), f"not the common shape: {error}"
    return v.outputs["api_base_url"]


def check_api_key(v: Verification) -> str:
    """Callers without an API key are refused, where the system asks for keys"""
    requests = (("GET", "/files"), ("POST", "/upload"), ("DELETE", "/files/x"))
    return refuses_strangers(v, v.outputs["api_base_url"], requests)


def check_upload(v: Verification) -> str:
    """A file can be uploaded"""
    v.memory["content"] = f"stackwright verification {uuid.uuid4()}\n".encode()
    v.memory["file_id"] = _upload(v, "verification.txt", v.memory["content"], "text/plain")
    return v.memory["file_id"]


def check_processed(v: Verification) -> str:
    """The file becomes available and is announced"""
    file = _until(v, v.memory["file_id"], "announcement", "announced")
    assert file["status"] == "available", f"the status is {file['status']}"
    assert file["sha256"] == hashlib.sha256(v.memory["content"]).hexdigest(), "the checksum is another"
    v.memory["file"] = file
    return f"announced at {file['announced_at']}"


def check_download(v: Verification) -> None:
    """The file comes back byte for byte, and not without a signature"""
    url = _get(v, v.memory["file_id"])["download_url"]
    answer = v.http("GET", url)
    assert answer.status == 200, f"the download: {answer}"
    assert answer.body == v.memory["content"], "the bytes differ"
    unsigned = v.http("GET", url.partition("?")[0])
    assert unsigned.status == 403, f"without a signature: {unsigned.status}, expected 403"


def check_workflow_ran(v: Verification) -> str:
    """The workflow ran for the file and succeeded"""
    states = v.client("stepfunctions")
    listed = states.list_executions(stateMachineArn=v.outputs["file_workflow_arn"], maxResults=50)["executions"]
    for each in listed:
        execution = states.describe_execution(executionArn=each["executionArn"])
        if json.loads(execution["input"]).get("s3_key") == v.memory["file"]["s3_key"]:
            assert execution["status"] == "SUCCEEDED", f"{execution['status']}: {execution.get('error')}"
            return execution["name"]
    raise AssertionError("none of the last 50 executions was started for it")


def check_record(v: Verification) -> None:
    """The file is described in the metadata table"""
    answer = v.client("dynamodb").get_item(
        TableName=v.outputs["file_metadata_table_name"], Key={"file_id": {"S": v.memory["file_id"]}}
    )
    row = answer.get("Item", {})
    expected = {"file_name", "content_type", "s3_key", "file_size", "sha256", "status", "upload_time", "request_id"}
    missing = (expected | {"expires_at"}) - row.keys()
    assert not missing, f"the row lacks {', '.join(sorted(missing))}"


def check_encryption(v: Verification) -> str:
    """The stored object is encrypted with the system's own key, which rotates"""
    head = v.client("s3").head_object(Bucket=v.outputs["uploads_bucket_name"], Key=v.memory["file"]["s3_key"])
    key = v.outputs["s3_kms_key_arn"]
    found = (head.get("ServerSideEncryption"), head.get("SSEKMSKeyId"))
    assert found == ("aws:kms", key), f"it is encrypted with {found}, expected aws:kms with {key}"
    for service in ("s3", "dynamodb", "sqs", "sns"):
        rotation = v.client("kms").get_key_rotation_status(KeyId=v.outputs[f"{service}_kms_key_arn"])
        assert rotation["KeyRotationEnabled"], f"the key for {service} does not rotate"
    return key


def check_disguise(v: Verification) -> str:
    """A file that is not what it says is quarantined and cannot be downloaded"""
    v.memory["disguised_id"] = _upload(v, "picture.png", b"not a picture", "image/png")
    file = _until(v, v.memory["disguised_id"], "status", "quarantined")
    assert "download_url" not in file, "it has a download URL"
    assert "announcement" not in file, "it was announced"
    return file["reason"]


def check_list(v: Verification) -> None:
    """Both files are listed, newest first"""
    newest = [item["file_id"] for item in _call(v, "GET", "/files?limit=100").json()["items"]]
    places = [newest.index(v.memory[name]) for name in ("disguised_id", "file_id") if v.memory[name] in newest]
    assert len(places) == 2, "they are not among the newest 100"
    assert places == sorted(places), "the older one comes first"


def check_delete(v: Verification) -> None:
    """Files can be deleted, twice as well as once"""
    for name in ("file_id", "disguised_id", "file_id"):
        deleted = _call(v, "DELETE", f"/files/{v.memory[name]}")
        assert deleted.status == 204, str(deleted)
        gone = _call(v, "GET", f"/files/{v.memory[name]}")
        assert gone.status == 404, f"it is still there: {gone}"


def check_alarms(v: Verification) -> str:
    """Every alarm is there, and all notify the topic for alarms"""
    told = alarms_notify(v, WATCHED)
    assert v.outputs["alarm_topic_arn"] != v.outputs["sns_topic_arn"], "uploads and alarms are announced on one topic"
    return told


def check_queues(v: Verification) -> str:
    """Failed events are kept as long as the stack says, in encrypted queues that take no plain HTTP"""
    waiting: dict[str, int] = {}
    kept = int(v.outputs["dead_letter_retention_seconds"])
    for arn in _queues_of_failed_events(v):
        sqs, name = v.client("sqs"), arn.rpartition(":")[2]
        url = sqs.get_queue_url(QueueName=name)["QueueUrl"]
        found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        retention = int(found["MessageRetentionPeriod"])
        assert retention == kept, f"{name} keeps messages for {retention} s, not {kept} s"
        assert found["KmsMasterKeyId"] in (v.outputs["sqs_kms_key_arn"], v.outputs["sqs_kms_key_id"]), (
            f"{name} is not encrypted with the key for queues"
        )
        assert "aws:SecureTransport" in found.get("Policy", ""), f"{name} takes plain HTTP"
        waiting[name] = int(found["ApproximateNumberOfMessages"])
    return ", ".join(f"{name}: {count} waiting" for name, count in waiting.items())


def check_dashboard(v: Verification) -> str:
    """The dashboard is there"""
    return has_widgets(v)


def _call(v: Verification, method: str, path: str, body: Any = None) -> Response:
    return v.api(method, v.outputs["api_base_url"] + path, body)


def _upload(v: Verification, name: str, content: bytes, content_type: str) -> str:
    encoded = base64.b64encode(content).decode()
    body = {"file_name": name, "file_content": encoded, "content_type": content_type}
    answer = v.api("POST", v.outputs["api_endpoint_url"], body)
    assert answer.status == 200, f"POST /upload: {answer}"
    stored = answer.json()
    assert stored.keys() >= {"message", "file_id", "file_url"}, f"the answer lacks something: {stored}"
    return stored["file_id"]


def _get(v: Verification, file_id: str) -> dict[str, Any]:
    answer = _call(v, "GET", f"/files/{file_id}")
    assert answer.status == 200, f"GET /files/{file_id}: {answer}"
    return answer.json()


def _until(v: Verification, file_id: str, name: str, value: str) -> dict[str, Any]:
    def found() -> dict[str, Any] | None:
        file = _get(v, file_id)
        return file if file.get(name) == value else None

    return v.eventually(f"{name} of the file becomes {value}", found, seconds=WORKFLOW_SECONDS)


def _queues_of_failed_events(v: Verification) -> list[str]:
    function = v.outputs["file_processor_function_name"]
    configuration = v.client("lambda").get_function_configuration(FunctionName=function)
    events = v.client("lambda").get_function_event_invoke_config(FunctionName=function)
    rules = v.client("events").list_rule_names_by_target(TargetArn=v.outputs["file_workflow_arn"])["RuleNames"]
    assert len(rules) == 1, f"{len(rules)} rules start the workflow"
    (target,) = v.client("events").list_targets_by_rule(Rule=rules[0])["Targets"]
    return [
        configuration["DeadLetterConfig"]["TargetArn"],
        events["DestinationConfig"]["OnFailure"]["Destination"],
        target["DeadLetterConfig"]["Arn"],
    ]
