"""Resources that others name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from stackwright.rules.finding import Problem
from stackwright.rules.rule import graph_rule
from stackwright.rules.view import Node, View

_BUCKET: Final = "s3/bucket:Bucket"
_FUNCTION: Final = "lambda/function:Function"
_ROLE: Final = "iam/role:Role"
_TABLE: Final = "dynamodb/table:Table"

# Type -> input that names a resource -> type of what it names.
_NAMED: Final[Mapping[str, Mapping[str, str]]] = {
    "s3/bucketNotification:BucketNotification": {"bucket": _BUCKET},
    "s3/bucketPolicy:BucketPolicy": {"bucket": _BUCKET},
    "s3/bucketVersioning:BucketVersioning": {"bucket": _BUCKET},
    "s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": {"bucket": _BUCKET},
    "s3/bucketPublicAccessBlock:BucketPublicAccessBlock": {"bucket": _BUCKET},
    "s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": {"bucket": _BUCKET},
    "s3/bucketObject:BucketObject": {"bucket": _BUCKET},
    "s3/bucketObjectv2:BucketObjectv2": {"bucket": _BUCKET},
    "lambda/permission:Permission": {"function": _FUNCTION},
    "lambda/eventSourceMapping:EventSourceMapping": {"functionName": _FUNCTION},
    "lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": {"functionName": _FUNCTION},
    "lambda/alias:Alias": {"functionName": _FUNCTION},
    "lambda/functionUrl:FunctionUrl": {"functionName": _FUNCTION},
    "iam/rolePolicy:RolePolicy": {"role": _ROLE},
    "iam/rolePolicyAttachment:RolePolicyAttachment": {"role": _ROLE},
    "dynamodb/tableItem:TableItem": {"tableName": _TABLE},
    "dynamodb/contributorInsights:ContributorInsights": {"tableName": _TABLE},
    "cloudwatch/eventTarget:EventTarget": {"rule": "cloudwatch/eventRule:EventRule"},
}


@graph_rule("NAM103", "breaks", "dangling-reference", rows=("S2-20",), each=tuple(_NAMED))
def named_as_the_program_calls_it(node: Node, graph: View) -> Iterator[Problem]:
    """A reference to a resource by the name that only the program knows.

    ## Why is this bad?
    The first argument of a resource is its name for Pulumi. AWS knows it by another one, which Pulumi makes of it with
    some random letters unless the program sets it: what the text names is not there.
    https://www.pulumi.com/docs/iac/concepts/resources/names/

    ## Example
    ```python
    aws.s3.Bucket("crates")
    aws.s3.BucketVersioning("crates", bucket="crates", versioning_configuration={"status": "Enabled"})
    ```

    ## Use instead
    ```python
    crates = aws.s3.Bucket("crates")
    aws.s3.BucketVersioning("crates", bucket=crates.bucket, versioning_configuration={"status": "Enabled"})
    ```
    """
    for path, kind in _NAMED[node.kind].items():
        value = node.given(path)
        if not isinstance(value, str) or graph.find(value, kind) is not None:
            continue
        for other in graph.all(kind):
            if other.name == value:
                yield node.problem(
                    f"{path} of {node.name!r} is {value!r}: what the program calls it, not what AWS knows it by",
                    fix="An output of the resource in place of the text, which also orders them.",
                    at=path,
                    related=[other.here("the resource")],
                )
