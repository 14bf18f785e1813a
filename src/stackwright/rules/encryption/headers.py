"""Objects that are put with another encryption than the bucket's, or refused for want of a header."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from stackwright.iam.code.calls import Call
from stackwright.iam.code.values import Text
from stackwright.iam.document import Statement
from stackwright.rules.encryption.buckets import BUCKET, encryption_of
from stackwright.rules.finding import Problem
from stackwright.rules.rule import graph_rule
from stackwright.rules.triggers import FUNCTION
from stackwright.rules.view import Node, View

_WRITES: Final = ("put_object", "copy_object", "create_multipart_upload", "upload_file", "upload_fileobj")
_ALGORITHM: Final = "s3:x-amz-server-side-encryption"


@graph_rule("ENC131", "exposes", "wrong-key", rows=("S2-6",), each=FUNCTION)
def header_without_key(function: Node, graph: View) -> Iterator[Problem]:
    """A function that asks for KMS when it puts an object, and does not say the key.

    ## Why is this bad?
    `ServerSideEncryption="aws:kms"` alone overrules the bucket's default: S3 takes the key `aws/s3` in place of the
    bucket's. Name the key, or leave the header out.
    https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html

    ## Example
    ```python
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    role = aws.iam.Role("scans", assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [trust]}))
    key = aws.kms.Key("scans", enable_key_rotation=True)
    bucket = aws.s3.Bucket("scans")
    aws.s3.BucketServerSideEncryptionConfiguration(
        "scans",
        bucket=bucket.bucket,
        rules=[
            {"apply_server_side_encryption_by_default": {"sse_algorithm": "aws:kms", "kms_master_key_id": key.arn}}
        ],
    )
    aws.lambda_.Function(
        "scans",
        role=role.arn,
        runtime="python3.13",
        handler="scans.handler",
        code=pulumi.AssetArchive({"scans.py": pulumi.FileAsset("scans.py")}),
        environment={"variables": {"BUCKET": bucket.bucket}},
    )
    ```
    ```python
    # file: scans.py
    import os

    import boto3

    s3 = boto3.client("s3")


    def handler(event, context):
        s3.put_object(Bucket=os.environ["BUCKET"], Key="a", Body=b"", ServerSideEncryption="aws:kms")
    ```

    ## Use instead
    ```python
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    role = aws.iam.Role("scans", assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [trust]}))
    key = aws.kms.Key("scans", enable_key_rotation=True)
    bucket = aws.s3.Bucket("scans")
    aws.s3.BucketServerSideEncryptionConfiguration(
        "scans",
        bucket=bucket.bucket,
        rules=[
            {"apply_server_side_encryption_by_default": {"sse_algorithm": "aws:kms", "kms_master_key_id": key.arn}}
        ],
    )
    aws.lambda_.Function(
        "scans",
        role=role.arn,
        runtime="python3.13",
        handler="scans.handler",
        code=pulumi.AssetArchive({"scans.py": pulumi.FileAsset("scans.py")}),
        environment={"variables": {"BUCKET": bucket.bucket}},
    )
    ```
    ```python
    # file: scans.py
    import os

    import boto3

    s3 = boto3.client("s3")


    def handler(event, context):
        s3.put_object(Bucket=os.environ["BUCKET"], Key="a", Body=b"")
    ```
    """
    for call, bucket in _puts(function, graph):
        found = encryption_of(bucket, graph)
        key = found[2].get("kmsMasterKeyId") if found else None
        if not key or str(key).endswith("alias/aws/s3") or call.rest:
            continue
        if call.param("ServerSideEncryption") == Text("aws:kms") and call.param("SSEKMSKeyId") is None:
            yield function.problem(
                f"the function {function.name!r} puts objects into {bucket.name!r} with ServerSideEncryption='aws:kms' "
                f"at {call.place} and no SSEKMSKeyId, so S3 takes aws/s3, not the bucket's key",
                fix="Leave ServerSideEncryption out, or pass SSEKMSKeyId as well.",
                related=[bucket.here("the bucket")],
            )


@graph_rule("ENC132", "breaks", "wrong-key", rows=("S2-6",), each="s3/bucketPolicy:BucketPolicy")
def default_encryption_denied(policy: Node, graph: View) -> Iterator[Problem]:
    """A bucket policy that denies objects without a header, where the bucket encrypts them by itself.

    ## Why is this bad?
    `StringNotEquals` is true when the header is absent. A client that leaves encryption to the bucket's default gets
    AccessDenied, although the object would be encrypted as the policy wants. Asking with Null that the header be there
    lets it through. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html

    ## Example
    ```python
    bucket = aws.s3.Bucket("scans")
    aws.s3.BucketServerSideEncryptionConfiguration(
        "scans", bucket=bucket.bucket, rules=[{"apply_server_side_encryption_by_default": {"sse_algorithm": "aws:kms"}}]
    )
    statement = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:PutObject",
        "Resource": pulumi.Output.concat(bucket.arn, "/*"),
        "Condition": {"StringNotEquals": {"s3:x-amz-server-side-encryption": "aws:kms"}},
    }
    aws.s3.BucketPolicy(
        "scans",
        bucket=bucket.bucket,
        policy=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": [statement]}),
    )
    ```

    ## Use instead
    ```python
    bucket = aws.s3.Bucket("scans")
    aws.s3.BucketServerSideEncryptionConfiguration(
        "scans", bucket=bucket.bucket, rules=[{"apply_server_side_encryption_by_default": {"sse_algorithm": "aws:kms"}}]
    )
    statement = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:PutObject",
        "Resource": pulumi.Output.concat(bucket.arn, "/*"),
        "Condition": {
            "StringNotEquals": {"s3:x-amz-server-side-encryption": "aws:kms"},
            "Null": {"s3:x-amz-server-side-encryption": "false"},
        },
    }
    aws.s3.BucketPolicy(
        "scans",
        bucket=bucket.bucket,
        policy=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": [statement]}),
    )
    ```
    """
    bucket = policy.refers("bucket", BUCKET)
    if bucket is None or encryption_of(bucket, graph) is None:
        return
    puts = [call for f in graph.all(FUNCTION) for call, target in _puts(f, graph) if target is bucket]
    if puts and all(call.param("ServerSideEncryption") is not None for call in puts):
        return  # who writes sends the header
    for statement in policy.policy():
        if statement.effect == "Deny" and _asks_for_header(statement):
            yield policy.problem(
                f"{statement} of {policy.name!r} denies objects without the header x-amz-server-side-encryption, "
                f"although the bucket {bucket.name!r} encrypts them by default",
                fix=f'"Null": {{"{_ALGORITHM}": "false"}} beside the other condition',
                at="policy",
                related=[bucket.here("the bucket")],
            )


def _asks_for_header(statement: Statement) -> bool:
    differs = guarded = False
    for condition in statement.conditions:
        if condition.key.lower() != _ALGORITHM:
            continue
        operator = condition.operator.lower()
        differs = differs or operator.startswith("stringnot")
        guarded = guarded or operator == "null"
    return differs and not guarded


def _puts(function: Node, graph: View) -> Iterator[tuple[Call, Node]]:
    """Calls of a function that write objects, with the bucket."""
    for call in graph.code(function).found.calls:
        name = call.param("Bucket") if call.service == "s3" and call.operation in _WRITES else None
        bucket = graph.find(name.text, BUCKET) if isinstance(name, Text) else None
        if bucket is not None:
            yield call, bucket
