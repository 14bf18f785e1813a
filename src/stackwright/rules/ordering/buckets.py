"""Settings of buckets that need another setting first."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from stackwright.rules.finding import Problem
from stackwright.rules.places import described
from stackwright.rules.rule import graph_rule
from stackwright.rules.view import Node, View

BUCKET: Final = "s3/bucket:Bucket"
_VERSIONING: Final = "s3/bucketVersioning:BucketVersioning"
_REPLICATION: Final = (
    "s3/bucketReplicationConfig:BucketReplicationConfig",
    "s3/bucketReplicationConfiguration:BucketReplicationConfiguration",
)
_LOCK: Final = "s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration"
_BLOCK: Final = "s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
_CONTROLS: Final = "s3/bucketOwnershipControls:BucketOwnershipControls"
_POLICY: Final = "s3/bucketPolicy:BucketPolicy"
_ACL: Final = "s3/bucketAcl:BucketAcl"


@graph_rule("ORD104", "breaks", "ordering", rows=("S3-7", "S3-3"), each=(*_REPLICATION, _LOCK))
def replication_before_versioning(node: Node, graph: View) -> Iterator[Problem]:
    """A replication, or an object lock, that is made beside the versioning it needs.

    ## Why is this bad?
    S3 refuses it with "Versioning must be 'Enabled' on the bucket" while source or destination has none, and the
    replication names the buckets, not their versioning, so it does not wait.
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-requirements.html

    ## Example
    ```python
    role = aws.iam.Role("copy", assume_role_policy="{}")
    source, target = aws.s3.Bucket("masters"), aws.s3.Bucket("copies")
    aws.s3.BucketVersioning("masters", bucket=source.id, versioning_configuration={"status": "Enabled"})
    aws.s3.BucketVersioning("copies", bucket=target.id, versioning_configuration={"status": "Enabled"})
    aws.s3.BucketReplicationConfig(
        "copy",
        bucket=source.id,
        role=role.arn,
        rules=[{"status": "Enabled", "destination": {"bucket": target.arn}}],
    )
    ```

    ## Use instead
    ```python
    role = aws.iam.Role("copy", assume_role_policy="{}")
    source, target = aws.s3.Bucket("masters"), aws.s3.Bucket("copies")
    versions = [
        aws.s3.BucketVersioning("masters", bucket=source.id, versioning_configuration={"status": "Enabled"}),
        aws.s3.BucketVersioning("copies", bucket=target.id, versioning_configuration={"status": "Enabled"}),
    ]
    aws.s3.BucketReplicationConfig(
        "copy",
        bucket=source.id,
        role=role.arn,
        rules=[{"status": "Enabled", "destination": {"bucket": target.arn}}],
        opts=pulumi.ResourceOptions(depends_on=versions),
    )
    ```
    """
    buckets = [("bucket", node.refers("bucket", BUCKET))]
    if node.kind in _REPLICATION:
        for index in range(len(node.structs("rules"))):
            path = f"rules.{index}.destination.bucket"
            buckets.append((path, node.refers(path, BUCKET)))
    for path, bucket in buckets:
        versioning = _of(bucket, _VERSIONING)
        if versioning and bucket is not None and not any(node.waits_for(v) for v in versioning):
            yield node.problem(
                f"{described(node)} does not wait for the versioning of the bucket {bucket.name!r}, which it needs",
                fix=f"opts=pulumi.ResourceOptions(depends_on=[<{versioning[0].name}>])",
                at=path,
                related=[versioning[0].here("may be made later")],
            )


@graph_rule(
    "ORD105", "advice", "ordering", rows=("S3-3",), each="s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"
)
def lifecycle_before_versioning(node: Node, graph: View) -> Iterator[Problem]:
    """A lifecycle for noncurrent versions that is made beside the bucket's versioning.

    ## Why is this bad?
    S3 takes it, and the rule does nothing until there are versions; the order on the page is then not the order in the
    account. https://www.pulumi.com/registry/packages/aws/api-docs/s3/bucketlifecycleconfiguration/

    ## Example
    ```python
    bucket = aws.s3.Bucket("scores")
    aws.s3.BucketVersioning("scores", bucket=bucket.id, versioning_configuration={"status": "Enabled"})
    old = {"id": "old", "status": "Enabled", "filter": {}, "noncurrent_version_expiration": {"noncurrent_days": 30}}
    aws.s3.BucketLifecycleConfiguration("scores", bucket=bucket.id, rules=[old])
    ```

    ## Use instead
    ```python
    bucket = aws.s3.Bucket("scores")
    versioning = aws.s3.BucketVersioning(
        "scores", bucket=bucket.id, versioning_configuration={"status": "Enabled"}
    )
    old = {"id": "old", "status": "Enabled", "filter": {}, "noncurrent_version_expiration": {"noncurrent_days": 30}}
    aws.s3.BucketLifecycleConfiguration(
        "scores", bucket=bucket.id, rules=[old], opts=pulumi.ResourceOptions(depends_on=[versioning])
    )
    ```
    """
    about = ("noncurrentVersionExpiration", "noncurrentVersionTransitions")
    if not any(rule.get(name) for rule in node.structs("rules") for name in about):
        return
    versioning = _of(node.refers("bucket", BUCKET), _VERSIONING)
    if versioning and not any(node.waits_for(v) for v in versioning):
        yield node.problem(
            f"the lifecycle {node.name!r} of noncurrent versions does not wait for the versioning of its bucket",
            fix=f"opts=pulumi.ResourceOptions(depends_on=[<{versioning[0].name}>])",
            at="bucket",
            related=[versioning[0].here("may be made later")],
        )


@graph_rule("ORD106", "breaks", "ordering", rows=("S2-6",), each=(_POLICY, _ACL))
def public_before_allowed(node: Node, graph: View) -> Iterator[Problem]:
    """A public policy or an ACL that is made beside the setting that admits it.

    ## Why is this bad?
    A new bucket blocks public policies and has ACLs switched off. S3 refuses the policy with AccessDenied, and the ACL
    with AccessControlListNotSupported, unless the access block and the ownership controls are changed first.
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html

    ## Example
    ```python
    site = aws.s3.Bucket("site")
    aws.s3.BucketOwnershipControls("site", bucket=site.id, rule={"object_ownership": "BucketOwnerPreferred"})
    aws.s3.BucketAcl("site", bucket=site.id, acl="log-delivery-write")
    ```

    ## Use instead
    ```python
    site = aws.s3.Bucket("site")
    controls = aws.s3.BucketOwnershipControls("site", bucket=site.id, rule={"object_ownership": "BucketOwnerPreferred"})
    aws.s3.BucketAcl(
        "site", bucket=site.id, acl="log-delivery-write", opts=pulumi.ResourceOptions(depends_on=[controls])
    )
    ```
    """
    bucket = node.refers("bucket", BUCKET)
    wanted: list[tuple[str, list[Node]]] = []
    if node.kind == _ACL:
        wanted.append(("ownership controls", _of(bucket, _CONTROLS)))
    if node.kind == _ACL and str(node.get("acl", "")).startswith("public-"):
        wanted.append(("access block", [b for b in _of(bucket, _BLOCK) if b.get("blockPublicAcls") is not True]))
    if node.kind == _POLICY and _is_public(node):
        wanted.append(("access block", [b for b in _of(bucket, _BLOCK) if b.get("blockPublicPolicy") is not True]))
    for what, settings in wanted:
        if settings and not any(node.waits_for(one) for one in settings):
            yield node.problem(
                f"{described(node)} does not wait for the {what} {settings[0].name!r}, without which S3 refuses it",
                fix=f"opts=pulumi.ResourceOptions(depends_on=[<{settings[0].name}>])",
                at="acl" if node.kind == _ACL else "policy",
                related=[settings[0].here("may be made later")],
            )


def _of(bucket: Node | None, kind: str) -> list[Node]:
    return [n for n in bucket.graph.all(kind) if n.refers("bucket", BUCKET) is bucket] if bucket is not None else []


def _is_public(node: Node) -> bool:
    return any(
        statement.effect == "Allow"
        and not statement.conditions
        and any(name == "*" for _, name in statement.principals)
        for statement in node.policy("policy")
    )
