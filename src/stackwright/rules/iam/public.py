"""What everybody in the world may do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from stackwright.iam.document import Statement
from stackwright.rules.finding import Problem
from stackwright.rules.iam.policies import WITH_DOCUMENTS, documents_of
from stackwright.rules.rule import graph_rule
from stackwright.rules.view import Node, View

# Conditions by which somebody in particular is meant.
_NARROWING: Final = (
    "aws:sourcearn",
    "aws:sourceaccount",
    "aws:sourceowner",
    "aws:sourceorgid",
    "aws:sourcevpc",
    "aws:sourcevpce",
    "aws:sourceip",
    "aws:principalorgid",
    "aws:principalorgpaths",
    "aws:principalaccount",
    "aws:principalarn",
    "aws:principaltag/",
    "aws:vpcsourceip",
    "aws:userid",
    "aws:referer",
    "kms:calleraccount",
    "kms:viaservice",
    "s3:dataaccesspointaccount",
    "sns:endpoint",
)
# Who passes these has shown elsewhere who it is, or is meant to be anybody.
_GATES: Final = (
    "ec2/vpcEndpoint:VpcEndpoint",
    "apigateway/restApi:RestApi",
    "apigateway/restApiPolicy:RestApiPolicy",
)
_PUBLIC: Final = {
    "public-read": "everybody read",
    "public-read-write": "everybody read and write",
    "authenticated-read": "everybody with an AWS account read",
}
_WITH_ACL: Final = (
    "s3/bucketAcl:BucketAcl",
    "s3/bucket:Bucket",
    "s3/bucketObject:BucketObject",
    "s3/bucketObjectv2:BucketObjectv2",
)
_WEBSITES: Final = ("s3/bucketWebsiteConfiguration:BucketWebsiteConfiguration",)


@graph_rule("IAM141", "exposes", "public-access", rows=("S2-6",), each=WITH_DOCUMENTS)
def public_policy(node: Node, graph: View) -> Iterator[Problem]:
    """A resource policy that allows something to everybody.

    ## Why is this bad?
    `"Principal": "*"` means the world, with or without an AWS account. A condition by which somebody is meant, such as
    `aws:SourceArn` or `aws:PrincipalOrgID`, narrows it; `aws:SecureTransport` does not. A bucket with a website that
    everybody may read is left alone.

    ## Example
    ```python
    returns = aws.sqs.Queue("returns")
    send = {"Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage", "Resource": returns.arn}
    aws.sqs.QueuePolicy(
        "returns",
        queue_url=returns.url,
        policy=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": [send]}),
    )
    ```

    ## Use instead
    ```python
    returns = aws.sqs.Queue("returns")
    topic = aws.sns.Topic("returns")
    send = {
        "Effect": "Allow",
        "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": returns.arn,
        "Condition": {"ArnEquals": {"aws:SourceArn": topic.arn}},
    }
    aws.sqs.QueuePolicy(
        "returns",
        queue_url=returns.url,
        policy=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": [send]}),
    )
    ```
    """
    if node.kind in _GATES:
        return
    for document in documents_of(node):
        if document.kind == "identity":
            continue
        for statement in document.policy:
            if statement.effect != "Allow" or not _everybody(statement) or _is_narrowed(statement):
                continue
            if all(a.lower() in ("s3:getobject", "s3:getobjectversion") for a in statement.actions) and _is_website(
                graph, str(node.get("bucket", ""))
            ):
                continue
            yield node.problem(
                f"{statement} of {document.says} allows everybody {', '.join(statement.actions)}",
                fix='"Principal": {"Service": …} or {"AWS": …}, with "Condition": {"ArnEquals": {"aws:SourceArn": …}}',
                at=document.path,
            )


@graph_rule(
    "IAM142",
    "exposes",
    "public-access",
    rows=("S2-6",),
    each=(
        "s3/bucketAcl:BucketAcl",
        "s3/bucket:Bucket",
        "s3/bucketObject:BucketObject",
        "s3/bucketObjectv2:BucketObjectv2",
    ),
)
def public_acl(node: Node, graph: View) -> Iterator[Problem]:
    """A bucket or object whose access list is open to everybody.

    ## Why is this bad?
    Whoever guesses the name reads it; with `public-read-write` they store what they like at your expense. Since 2023 S3
    refuses such lists on new buckets, unless the program switches them on.
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html

    ## Example
    ```python
    scans = aws.s3.Bucket("scans")
    aws.s3.BucketAcl("scans", bucket=scans.bucket, acl="public-read")
    ```

    ## Use instead
    ```python
    scans = aws.s3.Bucket("scans")
    aws.s3.BucketPublicAccessBlock(
        "scans",
        bucket=scans.bucket,
        block_public_acls=True,
        block_public_policy=True,
        ignore_public_acls=True,
        restrict_public_buckets=True,
    )
    ```
    """
    acl = str(node.given("acl", ""))
    if acl not in _PUBLIC or (acl == "public-read" and _is_website(graph, str(node.get("bucket", "")))):
        return
    yield node.problem(
        f"the access list {acl!r} of {node.name!r} lets {_PUBLIC[acl]} it",
        fix="Leave it out, and let a bucket policy or CloudFront give access.",
        at="acl",
    )


@graph_rule("IAM143", "preference", "public-access", rows=("S2-6",), each="s3/bucket:Bucket")
def bucket_without_access_block(bucket: Node, graph: View) -> Iterator[Problem]:
    """A bucket without a public access block of its own.

    ## Why is this bad?
    New buckets have one, and one day somebody switches it off in the console: what the program says, Pulumi sets right.
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html

    ## Example
    ```python
    aws.s3.Bucket("scans")
    ```

    ## Use instead
    ```python
    scans = aws.s3.Bucket("scans")
    aws.s3.BucketPublicAccessBlock(
        "scans",
        bucket=scans.bucket,
        block_public_acls=True,
        block_public_policy=True,
        ignore_public_acls=True,
        restrict_public_buckets=True,
    )
    ```
    """
    name = str(bucket.get("bucket", ""))
    if bucket.resource.external or _is_website(graph, name):
        return
    blocks = graph.all("s3/bucketPublicAccessBlock:BucketPublicAccessBlock")
    if not any(str(b.get("bucket", "")) in (name, bucket.id) for b in blocks):
        yield bucket.problem(
            f"the bucket {bucket.name!r} has no public access block in the program",
            fix="aws.s3.BucketPublicAccessBlock(…, bucket=…, with all four settings True)",
        )


def _everybody(statement: Statement) -> bool:
    return ("AWS", "*") in statement.principals


def _is_narrowed(statement: Statement) -> bool:
    keys = [c.key.lower() for c in statement.conditions]
    return any(key.startswith(_NARROWING) for key in keys)


def _is_website(graph: View, bucket: str) -> bool:
    if any(str(w.get("bucket", "")) == bucket for w in graph.all(*_WEBSITES)):
        return True
    found = graph.find(bucket, "s3/bucket:Bucket")
    return found is not None and bool(found.given("website"))
