"""Patch ``log_keys``: a log group's key must let CloudWatch Logs use it for this group."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

pytestmark = pytest.mark.e2e


def let_in(account: Any, key: str, group: str) -> None:
    region, number = account.emulator.region, account.emulator.account
    kms = account.client("kms")
    policy = json.loads(kms.get_key_policy(KeyId=key, PolicyName="default")["Policy"])
    arn = f"arn:aws:logs:{region}:{number}:log-group:{group}"
    policy["Statement"].append(
        {
            "Effect": "Allow",
            "Principal": {"Service": f"logs.{region}.amazonaws.com"},
            "Action": ["kms:GenerateDataKey", "kms:Decrypt"],
            "Resource": "*",
            "Condition": {"ArnEquals": {"kms:EncryptionContext:aws:logs:arn": arn}},
        }
    )
    kms.put_key_policy(KeyId=key, PolicyName="default", Policy=json.dumps(policy))


def test_a_group_needs_the_policy_of_its_key(account: Any) -> None:
    key, group = account.client("kms").create_key()["KeyMetadata"]["Arn"], account.name("/group")
    logs = account.client("logs")
    with pytest.raises(ClientError, match="is not allowed to be used"):
        logs.create_log_group(logGroupName=group, kmsKeyId=key)
    let_in(account, key, f"{group}-other")
    with pytest.raises(ClientError, match="is not allowed to be used"):
        logs.create_log_group(logGroupName=group, kmsKeyId=key)
    let_in(account, key, group)
    logs.create_log_group(logGroupName=group, kmsKeyId=key)


def test_the_key_of_a_group_can_be_changed(account: Any) -> None:
    key, group = account.client("kms").create_key()["KeyMetadata"]["Arn"], account.name("/group")
    logs = account.client("logs")
    logs.create_log_group(logGroupName=group)
    with pytest.raises(ClientError, match="is not allowed to be used"):
        logs.associate_kms_key(logGroupName=group, kmsKeyId=key)
    let_in(account, key, group)
    logs.associate_kms_key(logGroupName=group, kmsKeyId=key)
    (found,) = logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"]
    assert found["kmsKeyId"] == key
    let_in(account, key, f"{group}-absent")
    with pytest.raises(ClientError, match="ResourceNotFound"):
        logs.associate_kms_key(logGroupName=f"{group}-absent", kmsKeyId=key)
