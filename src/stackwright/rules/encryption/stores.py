"""What is stored in plain, or not with a key of one's own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

from stackwright.editing.edits import Edit
from stackwright.rules.encryption.buckets import BUCKET, SETTINGS, encryption_of
from stackwright.rules.finding import Finding, Problem
from stackwright.rules.lines import snake
from stackwright.rules.places import described
from stackwright.rules.rule import graph_rule
from stackwright.rules.view import Node, View

if TYPE_CHECKING:
    from stackwright.editing.code import Code

# Types that are not encrypted unless one says so -> the input that says it.
_PLAIN: Final = {
    "rds/instance:Instance": "storageEncrypted",
    "rds/cluster:Cluster": "storageEncrypted",
    "docdb/cluster:Cluster": "storageEncrypted",
    "neptune/cluster:Cluster": "storageEncrypted",
    "efs/fileSystem:FileSystem": "encrypted",
    "ebs/volume:Volume": "encrypted",
    "elasticache/replicationGroup:ReplicationGroup": "atRestEncryptionEnabled",
    "dax/cluster:Cluster": "serverSideEncryption.enabled",
}
# Types with a key of AWS, or none -> where a key is named.
_KEYED: Final = {
    "dynamodb/table:Table": "serverSideEncryption.kmsKeyArn",
    "sqs/queue:Queue": "kmsMasterKeyId",
    "sns/topic:Topic": "kmsMasterKeyId",
    "secretsmanager/secret:Secret": "kmsKeyId",
    "cloudwatch/logGroup:LogGroup": "kmsKeyId",
}


@graph_rule(
    "ENC121",
    "exposes",
    "unencrypted",
    rows=("S0-4",),
    each=(*_PLAIN, "sqs/queue:Queue", "kinesis/stream:Stream", "dynamodb/table:Table"),
)
def stored_in_plain(node: Node, graph: View) -> Iterator[Problem]:
    """A database, file system, disk, stream or queue that is not encrypted.

    ## Why is this bad?
    Who gets at a snapshot or a disk reads it. Encryption at rest costs nothing with AWS's own key, and most of these
    cannot be encrypted later without a copy.
    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.Encryption.html

    ## Example
    ```python
    aws.efs.FileSystem("letters")
    ```

    ## Use instead
    ```python
    aws.efs.FileSystem("letters", encrypted=True)
    ```
    """
    if node.kind == "sqs/queue:Queue":
        path, is_plain = "sqsManagedSseEnabled", node.given("sqsManagedSseEnabled") is False
        is_plain = is_plain and not node.given("kmsMasterKeyId")
    elif node.kind == "kinesis/stream:Stream":
        path, is_plain = "encryptionType", node.get("encryptionType", "NONE") in ("NONE", "")
    elif node.kind == "dynamodb/table:Table":
        # Without `enabled` DynamoDB encrypts with a key of its own, and takes no other.
        path = "serverSideEncryption.enabled"
        is_plain = bool(node.given("serverSideEncryption.kmsKeyArn")) and node.given(path) is False
    else:
        path = _PLAIN[node.kind]
        is_plain = node.given(path) is not True and not _is_copy(node)
    if is_plain:
        yield node.problem(
            f"{described(node)} stores its data in plain: {_argument(path)} is {node.given(path)}",
            fix='encryption_type="KMS", kms_key_id="alias/aws/kinesis"'
            if path == "encryptionType"
            else f"{_argument(path)}=True",
            at=path,
        )


@graph_rule("ENC122", "preference", "unencrypted", rows=("S0-4", "S1-6", "S2-6", "S2-19"), each=(BUCKET, *_KEYED))
def without_a_key_of_its_own(
    node: Node, graph: View, *, own_keys: tuple[str, ...] = (), buckets_with_aws_key: bool = True
) -> Iterator[Problem]:
    """A bucket that does not use KMS; or, where `own_keys` asks for it, anything without a key of your own.

    ## Why is this bad?
    With SSE-S3 whoever may read the object may read it: there is no key to allow, to take away or to see used.
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html

    ## Parameters
    - `own_keys`: types that must name a key of your own, such as `s3/bucket:Bucket` or `sqs/queue:Queue`.
    - `buckets_with_aws_key`: whether `aws:kms` without a key, which means `aws/s3`, will do.

    ## Example
    ```python
    bucket = aws.s3.Bucket("letters")
    aws.s3.BucketServerSideEncryptionConfiguration(
        "letters",
        bucket=bucket.bucket,
        rules=[{"apply_server_side_encryption_by_default": {"sse_algorithm": "AES256"}}],
    )
    ```

    ## Use instead
    ```python
    bucket = aws.s3.Bucket("letters")
    aws.s3.BucketServerSideEncryptionConfiguration(
        "letters",
        bucket=bucket.bucket,
        rules=[
            {"apply_server_side_encryption_by_default": {"sse_algorithm": "aws:kms"}, "bucket_key_enabled": True},
        ],
    )
    ```
    """
    must = node.kind in own_keys
    if node.kind == BUCKET:
        found = encryption_of(node, graph)
        settings, path, default = found if found else (node, "", dict[str, Any]())
        algorithm = str(default.get("sseAlgorithm") or "AES256, the default")
        key = default.get("kmsMasterKeyId")
        if not algorithm.startswith("aws:kms"):
            yield settings.problem(
                f"the bucket {node.name!r} is encrypted with {algorithm}, without KMS",
                fix='"sse_algorithm": "aws:kms"',
                at=f"{path}.sseAlgorithm" if path else "",
            )
        elif not key and (must or not buckets_with_aws_key):
            yield settings.problem(
                f"the bucket {node.name!r} is encrypted with aws/s3, not with a key of your own",
                fix='"kms_master_key_id": key.arn',
                at=path,
            )
    elif must and not node.get(_KEYED[node.kind]):
        path = _KEYED[node.kind]
        yield node.problem(
            f"{node.name!r} is not encrypted with a key of your own",
            fix=f"{_argument(path)}=key.arn",
            at=path.split(".")[0],
        )


def _with_kms(finding: Finding, code: Code) -> Sequence[Edit]:
    from stackwright.editing.calls import replace_text

    return replace_text(code, finding.place.line, finding.place.column, "AES256", "aws:kms")


@graph_rule("ENC123", "breaks", "wrong-key", rows=("S0-4", "S2-6"), each=(SETTINGS, BUCKET), fix=_with_kms)
def key_that_the_algorithm_has_not(node: Node, graph: View) -> Iterator[Problem]:
    """A bucket's default encryption that names a KMS key, and an algorithm without one.

    ## Why is this bad?
    AES256 means keys of S3. S3 refuses a key id beside it.
    https://docs.aws.amazon.com/AmazonS3/latest/API/API_ServerSideEncryptionByDefault.html

    ## Example
    ```python
    key = aws.kms.Key("letters", enable_key_rotation=True)
    bucket = aws.s3.Bucket("letters")
    aws.s3.BucketServerSideEncryptionConfiguration(
        "letters",
        bucket=bucket.bucket,
        rules=[
            {"apply_server_side_encryption_by_default": {"sse_algorithm": "AES256", "kms_master_key_id": key.arn}}
        ],
    )
    ```

    ## Use instead
    ```python
    key = aws.kms.Key("letters", enable_key_rotation=True)
    bucket = aws.s3.Bucket("letters")
    aws.s3.BucketServerSideEncryptionConfiguration(
        "letters",
        bucket=bucket.bucket,
        rules=[
            {"apply_server_side_encryption_by_default": {"sse_algorithm": "aws:kms", "kms_master_key_id": key.arn}}
        ],
    )
    ```
    """
    bucket = node if node.kind == BUCKET else node.refers("bucket", BUCKET)
    found = encryption_of(bucket, graph) if bucket else None
    if bucket is None or found is None or found[0] is not node:
        return
    _, path, default = found
    if default.get("sseAlgorithm") == "AES256" and default.get("kmsMasterKeyId"):
        yield node.problem(
            f"the bucket {bucket.name!r} has the algorithm AES256 and the key {default.get('kmsMasterKeyId')!r}",
            fix='"sse_algorithm": "aws:kms"',
            at=f"{path}.sseAlgorithm",
        )


def _is_copy(node: Node) -> bool:
    """What is made of something else is encrypted as that is."""
    sources = (
        "snapshotIdentifier",
        "replicateSourceDb",
        "replicationSourceIdentifier",
        "snapshotId",
        "globalClusterIdentifier",
        "restoreToPointInTime",
    )
    return any(node.given(source) for source in sources)


def _argument(path: str) -> str:
    return snake(path.rpartition(".")[2])
