"""Patch ``s3_absent_keys``: only who may list a bucket is told that an object is not there."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

pytestmark = pytest.mark.e2e


@pytest.mark.parametrize("call", ["get_object", "head_object"])
def test_an_absent_object_is_forbidden_to_who_may_not_list(account: Any, call: str) -> None:
    bucket = account.name("bucket")
    account.client("s3").create_bucket(Bucket=bucket)
    account.client("s3").put_object(Bucket=bucket, Key="there", Body=b"x")
    read = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{bucket}/*"}
    listing = {"Effect": "Allow", "Action": "s3:ListBucket", "Resource": f"arn:aws:s3:::{bucket}"}
    for statements, status in (([read], 403), ([read, listing], 404)):
        client = account.as_role("s3", statements)
        getattr(client, call)(Bucket=bucket, Key="there")
        with pytest.raises(ClientError) as absent:
            getattr(client, call)(Bucket=bucket, Key="absent")
        assert absent.value.response["ResponseMetadata"]["HTTPStatusCode"] == status
