"""Functions that write into the bucket of the event."""

from __future__ import annotations

import pytest

_LOOP = '''\
role = aws.iam.Role("role", assume_role_policy="{}")
code = """
import boto3, urllib.parse
s3 = boto3.client("s3")
def handler(event, context):
    for record in event["Records"]:
        bucket = record["s3"]["bucket"]["name"]
        key = urllib.parse.unquote_plus(record["s3"]["object"]["key"])
        s3.put_object(Bucket=bucket, Key=KEY)
"""
bucket = aws.s3.Bucket("scans")
function = aws.lambda_.Function(
    "scans", role=role.arn, runtime="python3.13", handler="app.handler",
    code=pulumi.AssetArchive({"app.py": pulumi.StringAsset(code)}),
)
aws.s3.BucketNotification(
    "scans",
    bucket=bucket.id,
    lambda_functions=[{"lambda_function_arn": function.arn, "events": ["s3:ObjectCreated:*"], "filter_prefix": "in/"}],
)
'''


@pytest.mark.parametrize(
    ("key", "is_loop"),
    [
        ('key + ".txt"', True),
        ('key.replace("in/", "in/done/")', True),
        ('key.replace("in/", "out/")', False),
        ('key.removeprefix("in/")', False),
        ('"out/" + key', False),
    ],
)
def test_where_a_function_writes_is_read_off_the_event(programs, key, is_loop):
    assert bool(programs.check(_LOOP.replace("KEY", key), "EVT107").findings) is is_loop
