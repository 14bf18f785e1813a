"""The policy documents of a program, and where they stand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from stackwright.iam.document import MalformedPolicy, Policy, Statement, parse
from stackwright.rules.view import Node, View

# Type -> inputs with a document, and whether it is one of an identity.
_IDENTITY: Final = {
    "iam/rolePolicy:RolePolicy": ("policy",),
    "iam/policy:Policy": ("policy",),
    "iam/userPolicy:UserPolicy": ("policy",),
    "iam/groupPolicy:GroupPolicy": ("policy",),
    "iam/role:Role": ("inlinePolicies",),
}
_RESOURCE: Final = {
    "s3/bucketPolicy:BucketPolicy": ("policy",),
    "s3/bucket:Bucket": ("policy",),
    "sqs/queuePolicy:QueuePolicy": ("policy",),
    "sqs/queue:Queue": ("policy",),
    "sns/topicPolicy:TopicPolicy": ("policy",),
    "sns/topic:Topic": ("policy",),
    "kms/key:Key": ("policy",),
    "kms/keyPolicy:KeyPolicy": ("policy",),
    "secretsmanager/secretPolicy:SecretPolicy": ("policy",),
    "secretsmanager/secret:Secret": ("policy",),
    "cloudwatch/eventBusPolicy:EventBusPolicy": ("policy",),
    "cloudwatch/logResourcePolicy:LogResourcePolicy": ("policyDocument",),
    "dynamodb/resourcePolicy:ResourcePolicy": ("policy",),
    "ecr/repositoryPolicy:RepositoryPolicy": ("policy",),
    "ec2/vpcEndpoint:VpcEndpoint": ("policy",),
    "apigateway/restApi:RestApi": ("policy",),
    "apigateway/restApiPolicy:RestApiPolicy": ("policy",),
    "backup/vaultPolicy:VaultPolicy": ("policy",),
    "efs/fileSystemPolicy:FileSystemPolicy": ("policy",),
}
_TRUST: Final = {"iam/role:Role": ("assumeRolePolicy",)}


@dataclass(frozen=True, slots=True)
class Document:
    """One document of the program.

    Attributes:
        kind: `identity`, `resource` or `trust`.
        path: the input that holds it.
        malformed: why it is no policy document; empty when it is.
    """

    node: Node
    path: str
    kind: str
    policy: Policy
    malformed: str = ""

    @property
    def says(self) -> str:
        """What it is, for messages."""
        return (
            f"the trust policy of {self.node.name!r}" if self.kind == "trust" else f"the policy of {self.node.name!r}"
        )


def documents_of(node: Node) -> Iterator[Document]:
    """The documents that stand in the inputs of a resource."""
    for kind, table in (("identity", _IDENTITY), ("resource", _RESOURCE), ("trust", _TRUST)):
        for path in table.get(node.kind, ()):
            given = node.given(path)
            if path == "inlinePolicies":
                for index, inline in enumerate(node.structs(path) if given else []):
                    if document := inline.get("policy"):
                        yield _document(node, f"{path}.{index}.policy", kind, document)
            elif given not in (None, ""):
                yield _document(node, path, kind, given)


def documents(graph: View, *kinds: str) -> Iterator[Document]:
    """All documents of these kinds."""
    for node in graph.all(*WITH_DOCUMENTS):
        yield from (d for d in documents_of(node) if not kinds or d.kind in kinds)


def statements(graph: View, *kinds: str) -> Iterator[tuple[Document, Statement]]:
    """All statements of documents of these kinds."""
    for document in documents(graph, *kinds):
        yield from ((document, s) for s in document.policy)


def _document(node: Node, path: str, kind: str, value: object) -> Document:
    try:
        return Document(node, path, kind, parse(value, f"{path} of {node.name}", node.urn))
    except MalformedPolicy as error:
        return Document(node, path, kind, Policy(opaque="malformed"), str(error))


WITH_DOCUMENTS: Final = tuple(dict.fromkeys([*_IDENTITY, *_RESOURCE]))
