"""With which KMS keys the resources of a graph encrypt what they hold."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any, Final, cast

from stackwright.graph import Graph, Resource, reveal
from stackwright.iam.resource_policies import ResourcePolicies
from stackwright.iam.roles import text

# Type without package -> where its key is named.
_PATHS: Final = {
    "sqs/queue:Queue": ("kmsMasterKeyId",),
    "sns/topic:Topic": ("kmsMasterKeyId",),
    "dynamodb/table:Table": ("serverSideEncryption", "kmsKeyArn"),
    "secretsmanager/secret:Secret": ("kmsKeyId",),
    "kinesis/stream:Stream": ("kmsKeyId",),
    "ssm/parameter:Parameter": ("keyId",),
    "cloudwatch/eventBus:EventBus": ("kmsKeyIdentifier",),
}
_BUCKET_SETTINGS: Final = (
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
    "aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2",
)


class Encryption:
    """The keys of one graph."""

    def __init__(self, graph: Graph, policies: ResourcePolicies) -> None:
        self._graph = graph
        self._policies = policies

    def key_of(self, resource: Resource) -> str:
        """The key's id, ARN or alias; empty when it is one of AWS's own, or nobody says."""
        kind = resource.type.removeprefix("aws:")
        if kind.startswith("s3/bucket"):
            name = self._buckets.get(text(resource, "bucket"), "") or _of_rules(
                resource.inputs.get("serverSideEncryptionConfiguration")
            )
        else:
            value: Any = resource.inputs
            for part in _PATHS.get(kind, ("",)):
                value = reveal(cast("Mapping[str, Any]", value).get(part)) if isinstance(value, Mapping) else None
            name = value if isinstance(value, str) else ""
        return "" if "alias/aws/" in name else name

    def arn_of(self, resource: Resource) -> str:
        """The ARN of its key, when the program makes it."""
        name = self.key_of(resource)
        key = self._policies.key(name) if name else None
        return text(key, "arn") if key else ""

    @cached_property
    def _buckets(self) -> Mapping[str, str]:
        found: dict[str, str] = {}
        for resource in self._graph:
            if resource.type in _BUCKET_SETTINGS:
                found[text(resource, "bucket")] = _of_rules({"rules": resource.inputs.get("rules")})
        return found


def _of_rules(value: Any) -> str:
    """`rules` or `rule`, the first of them, and its default's key."""
    plain = reveal(value)
    if not isinstance(plain, Mapping):
        return ""
    body = cast("Mapping[str, Any]", plain)
    rules: Any = body.get("rules") or body.get("rule") or []
    for rule in cast("list[Any]", rules if isinstance(rules, list) else [rules]):
        default: Any = cast("Mapping[str, Any]", rule).get("applyServerSideEncryptionByDefault")
        key: Any = cast("Mapping[str, Any]", default).get("kmsMasterKeyId") if isinstance(default, Mapping) else None
        if isinstance(key, str):
            return key
    return ""
