"""Patch ``decision_log``: every authorization is on record, with the role that asked."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

pytestmark = pytest.mark.e2e


def test_allowed_and_denied_calls_are_recorded(account: Any) -> None:
    url, arn = account.queue()
    role = account.role("ec2", [{"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": arn}])
    sqs = account.client("sqs", account.credentials(role))
    before = account.last_decision()
    sqs.send_message(QueueUrl=url, MessageBody="x")
    with pytest.raises(ClientError, match="AccessDenied"):
        sqs.receive_message(QueueUrl=url)
    ours = [
        entry for entry in account.emulator.decisions(since=before) if f"/{role.rpartition('/')[2]}/" in entry.principal
    ]
    assert [(entry.action, entry.resource, entry.decision) for entry in ours] == [
        ("sqs:SendMessage", arn, "Allow"),
        ("sqs:ReceiveMessage", arn, "ImplicitDeny"),
    ]
    assert all(entry.number > before for entry in ours)


def test_bad_credentials_are_recorded(account: Any) -> None:
    forged = {"AccessKeyId": "AKIAIOSFODNN7EXAMPLE", "SecretAccessKey": "x", "SessionToken": None}
    before = account.last_decision()
    with pytest.raises(ClientError):
        account.client("sqs", forged).list_queues()
    assert any(
        (entry.action, entry.decision) == ("sqs:ListQueues", "AuthError")
        for entry in account.emulator.decisions(since=before)
    )
