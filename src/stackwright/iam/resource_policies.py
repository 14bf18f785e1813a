"""Policies that the resources of a graph have of their own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any, Final

from stackwright.graph import Graph, Resource, reveal
from stackwright.iam.document import VERSION, Condition, Policy, Statement
from stackwright.iam.evaluation import NOBODY, ResourceSide
from stackwright.iam.roles import read, text

# The resource that holds a policy, its input that names the other resource, its input with the document.
_HOLDERS: Final = {
    "aws:s3/bucketPolicy:BucketPolicy": ("bucket", "policy"),
    "aws:sqs/queuePolicy:QueuePolicy": ("queueUrl", "policy"),
    "aws:sns/topicPolicy:TopicPolicy": ("arn", "policy"),
    "aws:kms/keyPolicy:KeyPolicy": ("keyId", "policy"),
    "aws:secretsmanager/secretPolicy:SecretPolicy": ("secretArn", "policy"),
    "aws:dynamodb/resourcePolicy:ResourcePolicy": ("resourceArn", "policy"),
    "aws:kinesis/resourcePolicy:ResourcePolicy": ("resourceArn", "policy"),
    "aws:cloudwatch/eventBusPolicy:EventBusPolicy": ("eventBusName", "policy"),
    "aws:ecr/repositoryPolicy:RepositoryPolicy": ("repository", "policy"),
}
# Resources that have one, and where their own input `policy` may hold it.
OWNERS: Final = {
    "aws:s3/bucket:Bucket": "policy",
    "aws:s3/bucketV2:BucketV2": "policy",
    "aws:sqs/queue:Queue": "policy",
    "aws:sns/topic:Topic": "policy",
    "aws:kms/key:Key": "policy",
    "aws:kms/replicaKey:ReplicaKey": "policy",
    "aws:secretsmanager/secret:Secret": "policy",
    "aws:dynamodb/table:Table": "",
    "aws:kinesis/stream:Stream": "",
    "aws:cloudwatch/eventBus:EventBus": "",
    "aws:ecr/repository:Repository": "",
    "aws:lambda/function:Function": "",
}
_KEYS: Final = ("aws:kms/key:Key", "aws:kms/replicaKey:ReplicaKey")
_ALIAS: Final = "aws:kms/alias:Alias"
_PERMISSION: Final = "aws:lambda/permission:Permission"


class ResourcePolicies:
    """The resources of one graph that have policies."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph

    def of(self, arn: str) -> ResourceSide:
        """The policy of the resource with an ARN, or of the one that it lies in."""
        if arn.split(":")[2:3] == ["kms"]:
            return self.of_key(arn)
        resource = self.resource(arn)
        if resource is None:
            return NOBODY
        return ResourceSide(self._policy(resource), _account(text(resource, "arn")))

    def of_key(self, name: str) -> ResourceSide:
        """The policy of a KMS key, by id, ARN or alias. That of a key which the program does not make is not known."""
        resource = self.key(name)
        if resource is None:
            return ResourceSide(Policy("the key's policy", opaque=f"the policy of key {name}"), "", decides_alone=True)
        return ResourceSide(self._policy(resource), _account(text(resource, "arn")), decides_alone=True)

    def key(self, name: str) -> Resource | None:
        """The key of this program that an id, ARN or alias means."""
        return self._keys.get(name) or self._keys.get(name.rpartition(":")[2])

    def resource(self, arn: str) -> Resource | None:
        """The resource that an ARN means, or in which it means something: an object's bucket, a table's index."""
        service = arn.split(":")[2:3]
        if service == ["s3"]:
            return self._owners.get(arn.partition("/")[0])
        if service == ["dynamodb"]:
            return self._owners.get("/".join(arn.split("/")[:2]))
        if service == ["lambda"]:
            return self._owners.get(":".join(arn.split(":")[:7]))
        return self._owners.get(arn)

    @cached_property
    def _owners(self) -> Mapping[str, Resource]:
        return {text(r, "arn"): r for r in self._graph if r.type in OWNERS}

    @cached_property
    def _keys(self) -> Mapping[str, Resource]:
        keys: dict[str, Resource] = {}
        for resource in self._graph:
            if resource.type in _KEYS:
                keys |= dict.fromkeys((text(resource, "arn"), text(resource, "keyId"), str(resource.id)), resource)
        for alias in self._graph.of_type(_ALIAS):
            target = keys.get(text(alias, "targetKeyId", "targetKeyArn")) or keys.get(text(alias, "targetKeyArn"))
            if target:
                keys |= dict.fromkeys((text(alias, "name"), text(alias, "arn")), target)
        return keys

    def _policy(self, owner: Resource) -> Policy | None:
        if owner.type == "aws:lambda/function:Function":
            return _permissions(owner, self._graph.of_type(_PERMISSION))
        held = self._held.get(owner.urn)
        if held:
            return held
        place = OWNERS[owner.type]
        if not place:
            return None
        # A key without one has the default policy, which the provider answers.
        own = owner.inputs.get(place) or (owner.outputs.get(place) if owner.type in _KEYS else None)
        return read(own, f"the policy of {owner.name}", owner.urn) if own else None

    @cached_property
    def _held(self) -> Mapping[str, Policy]:
        names: dict[tuple[str, str], Resource] = {}
        for resource in self._graph:
            if resource.type in OWNERS:
                service = resource.type.partition("/")[0]
                for name in (text(resource, "arn"), text(resource, "url"), text(resource, "name"), str(resource.id)):
                    names.setdefault((service, name), resource)
                names.setdefault((service, text(resource, "bucket")), resource)
        held: dict[str, Policy] = {}
        for resource in self._graph:
            if form := _HOLDERS.get(resource.type):
                owner = names.get((resource.type.partition("/")[0], str(reveal(resource.inputs.get(form[0])))))
                if owner:
                    held[owner.urn] = read(resource.inputs.get(form[1]), f"policy {resource.name}", resource.urn)
        return held


def _permissions(function: Resource, permissions: tuple[Resource, ...]) -> Policy:
    names = {text(function, "arn"), text(function, "name"), str(function.id)}
    mine = [p for p in permissions if _function(p) in names]
    statements = tuple(_statement(i, p, text(function, "arn")) for i, p in enumerate(mine))
    return Policy(f"the policy of {function.name}", statements, VERSION, function.urn)


def _function(permission: Resource) -> str:
    """The function's name or ARN; a qualifier after it names a version of it."""
    name = text(permission, "function")
    parts = name.split(":")
    return ":".join(parts[:7]) if name.startswith("arn:") else parts[0]


def _statement(index: int, permission: Resource, arn: str) -> Statement:
    principal = text(permission, "principal")
    kind = "Service" if principal.endswith((".amazonaws.com", ".amazonaws.com.cn")) else "AWS"
    return Statement(
        index,
        "Allow",
        text(permission, "statementId") or permission.name,
        (text(permission, "action"),),
        resources=(arn, f"{arn}:*"),
        principals=((kind, principal),),
        conditions=tuple(_permission_conditions(permission.inputs)),
    )


def _permission_conditions(inputs: Mapping[str, Any]) -> Iterator[Condition]:
    for name, operator, key in (
        ("sourceArn", "ArnLike", "aws:SourceArn"),
        ("sourceAccount", "StringEquals", "aws:SourceAccount"),
        ("principalOrgId", "StringEquals", "aws:PrincipalOrgID"),
        ("eventSourceToken", "StringEquals", "lambda:EventSourceToken"),
        ("functionUrlAuthType", "StringEquals", "lambda:FunctionUrlAuthType"),
    ):
        value = reveal(inputs.get(name))
        if isinstance(value, str):
            yield Condition(operator, key, (value,))


def _account(arn: str) -> str:
    return arn.split(":")[4] if arn.count(":") >= 5 else ""
