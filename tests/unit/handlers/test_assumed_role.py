"""Credentials of another account's role: asked for once, renewed in time, and anew when they are refused."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import botocore.client
import pytest
from botocore.exceptions import ClientError

from stackwright_handlers.assumed_role import AssumedRole
from stackwright_handlers.errors import RoleError, TableError
from stackwright_handlers.replication.dynamodb import CopyByRole, TableStream
from stackwright_handlers.replication.failures import SqsFailures
from stackwright_handlers.replication.ports import Failure

START = datetime(2026, 11, 28, tzinfo=UTC)


class Aws:
    """What AWS is asked, with which access key."""

    def __init__(self) -> None:
        self.now = START
        self.assumed: list[dict[str, Any]] = []
        self.calls: list[tuple[str, str, dict[str, Any]]] = []
        self.refusal = ""
        self.pages: list[dict[str, Any]] = []

    def call(self, client: Any, operation: str, arguments: dict[str, Any]) -> dict[str, Any]:
        if self.refusal and operation != "AssumeRole":
            raise ClientError({"Error": {"Code": self.refusal}}, operation)
        if operation == "AssumeRole":
            if self.refusal == "AccessDenied":
                raise ClientError({"Error": {"Code": self.refusal}}, operation)
            self.assumed.append(arguments)
            return {
                "Credentials": {
                    "AccessKeyId": f"key-{len(self.assumed)}",
                    "SecretAccessKey": "secret",
                    "SessionToken": "token",
                    "Expiration": self.now + timedelta(hours=1),
                }
            }
        key = client._request_signer._credentials.access_key
        self.calls.append((operation, key, arguments))
        if operation in ("GetRecords", "ReceiveMessage"):
            return self.pages.pop(0)
        return {"ShardIterator": "first"} if operation == "GetShardIterator" else {}


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Aws:
    found = Aws()
    monkeypatch.setattr(botocore.client.BaseClient, "_make_api_call", lambda *args: found.call(*args))
    for name, value in {"REGION": "us-east-1", "ACCESS_KEY_ID": "own", "SECRET_ACCESS_KEY": "own"}.items():
        monkeypatch.setenv(f"AWS_{name}" if name != "REGION" else "AWS_DEFAULT_REGION", value)
    return found


@pytest.fixture
def copy(aws: Aws) -> CopyByRole:
    role = AssumedRole(
        "arn:aws:iam::222222222222:role/writer",
        external_id="prod-to-staging",
        session_name="replicate",
        region="eu-west-1",
        clock=lambda: aws.now,
    )
    return CopyByRole("items", role)


def test_the_role_is_assumed_once_with_the_external_id(aws: Aws, copy: CopyByRole) -> None:
    copy.write({"id": {"S": "a"}}, {"id": {"S": "a"}})
    copy.write({"id": {"S": "a"}}, None)

    role = {"RoleArn": "arn:aws:iam::222222222222:role/writer", "RoleSessionName": "replicate"}
    assert aws.assumed == [{**role, "ExternalId": "prod-to-staging"}]
    assert aws.calls == [
        ("PutItem", "key-1", {"TableName": "items", "Item": {"id": {"S": "a"}}}),
        ("DeleteItem", "key-1", {"TableName": "items", "Key": {"id": {"S": "a"}}}),
    ]


def test_credentials_are_renewed_before_they_expire(aws: Aws, copy: CopyByRole) -> None:
    for minutes, key in ((0, "key-1"), (54, "key-1"), (55, "key-2"), (109, "key-2"), (200, "key-3")):
        aws.now = START + timedelta(minutes=minutes)
        copy.write({"id": {"S": "a"}}, None)
        assert aws.calls[-1][1] == key, minutes


@pytest.mark.parametrize(
    ("code", "keys"),
    [("ExpiredTokenException", 2), ("UnrecognizedClientException", 2), ("ProvisionedThroughputExceededException", 1)],
)
def test_refused_credentials_are_not_used_again(aws: Aws, copy: CopyByRole, code: str, keys: int) -> None:
    aws.refusal = code
    with pytest.raises(TableError, match=code):
        copy.write({"id": {"S": "a"}}, None)

    aws.refusal = ""
    copy.write({"id": {"S": "a"}}, None)
    assert len(aws.assumed) == keys


def test_a_role_that_cannot_be_assumed_is_asked_for_again(aws: Aws, copy: CopyByRole) -> None:
    aws.refusal = "AccessDenied"
    with pytest.raises(RoleError, match="sts AssumeRole failed: AccessDenied"):
        copy.write({"id": {"S": "a"}}, None)

    aws.refusal = ""
    copy.write({"id": {"S": "a"}}, None)
    assert len(aws.calls) == 1


def test_the_keys_of_what_was_given_up_are_read_from_the_stream(aws: Aws) -> None:
    def page(*numbers: int, after: str | None = "next") -> dict[str, Any]:
        records = [{"dynamodb": {"SequenceNumber": str(n), "Keys": {"id": {"S": str(n)}}}} for n in numbers]
        return {"Records": records, "NextShardIterator": after}

    aws.pages = [page(99, 100), page(), page(102, 103), page(104)]
    lost = Failure("receipt", "arn:stream", "shard-1", "99", "102")

    assert [key["id"]["S"] for key in TableStream().keys(lost)] == ["99", "100", "102"]
    where = {"StreamArn": "arn:stream", "ShardId": "shard-1", "SequenceNumber": "99"}
    assert aws.calls[0][2] == {**where, "ShardIteratorType": "AT_SEQUENCE_NUMBER"}
    assert len(aws.pages) == 1


def test_a_shard_that_has_ended_is_the_end(aws: Aws) -> None:
    aws.pages = [{"Records": []}]

    assert list(TableStream().keys(Failure("receipt", "arn:stream", "shard-1", "1", "2"))) == []


def test_failures_come_from_the_queue_and_leave_it(aws: Aws) -> None:
    told = {"streamArn": "a", "shardId": "s", "startSequenceNumber": "1", "endSequenceNumber": "2"}
    aws.pages = [{"Messages": [{"Body": json.dumps({"DDBStreamBatchInfo": told}), "ReceiptHandle": "r"}]}, {}]
    failures = SqsFailures("https://sqs.us-east-1.amazonaws.com/111122223333/failures")

    (found,) = failures.receive()
    failures.done(found)

    assert found == Failure("r", "a", "s", "1", "2")
    assert aws.calls[-1][0] == "DeleteMessage"
    assert failures.receive() == []
