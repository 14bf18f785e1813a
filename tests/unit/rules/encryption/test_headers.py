"""Headers of encryption in policies and in code."""

from __future__ import annotations

import pytest
from checked_programs import Programs

PROGRAM = """
bucket = aws.s3.Bucket("scans")
aws.s3.BucketServerSideEncryptionConfiguration("scans", bucket=bucket.id, rules=[
    {"apply_server_side_encryption_by_default": {"sse_algorithm": "aws:kms", "kms_master_key_id": KEY}}])
statement = {"Effect": "Deny", "Principal": "*", "Action": "s3:PutObject",
    "Resource": pulumi.Output.concat(bucket.arn, "/*"), "Condition": CONDITION}
aws.s3.BucketPolicy("scans", bucket=bucket.id,
    policy=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": [statement]}))
role = aws.iam.Role("scans", assume_role_policy="{}")
TEXT = "import boto3, os\\ndef handler(event, context):\\n"
TEXT += f"    boto3.client('s3').put_object(Bucket=os.environ['BUCKET'], Key='a', Body=b''{HEADERS})\\n"
aws.lambda_.Function("scans", role=role.arn, runtime="python3.13", handler="scans.handler",
    code=pulumi.AssetArchive({"scans.py": pulumi.StringAsset(TEXT)}), environment={"variables": {"BUCKET": bucket.id}})
"""
OWN = "arn:aws:kms:us-east-1:123456789012:key/1"
HEADER = "s3:x-amz-server-side-encryption"
DIFFERS = {"StringNotEquals": {HEADER: "aws:kms"}}
GUARDED = {**DIFFERS, "Null": {HEADER: "false"}}
ASKS = ", ServerSideEncryption='aws:kms'"
NAMES = f"{ASKS}, SSEKMSKeyId='{OWN}'"


@pytest.mark.parametrize(
    ("key", "condition", "headers", "expected"),
    [
        (OWN, GUARDED, "", []),
        (OWN, DIFFERS, "", ["ENC132"]),
        (OWN, {"StringNotEqualsIfExists": {HEADER: "aws:kms"}}, "", ["ENC132"]),
        (OWN, DIFFERS, NAMES, []),
        (OWN, GUARDED, ASKS, ["ENC131"]),
        (OWN, GUARDED, NAMES, []),
        (None, GUARDED, ASKS, []),
    ],
)
def test_headers_go_with_the_buckets_encryption(
    key: str | None, condition: dict[str, object], headers: str, expected: list[str], programs: Programs
) -> None:
    before = f"KEY = {key!r}\nCONDITION = {condition!r}\nHEADERS = {headers!r}\n"

    report = programs.check(before + PROGRAM, "ENC13")

    assert [f.code for f in report.findings] == expected
    assert report.not_checked == ()
