"""The lifecycle rules of buckets, in either spelling."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from stackwright.rules.json_values import maps
from stackwright.rules.view import Node, View

BUCKET: Final = "s3/bucket:Bucket"
CONFIGURATION: Final = "s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"
_NONE: Final[Mapping[str, Any]] = {}


@dataclass(frozen=True, slots=True)
class LifecycleRule:
    """One rule.

    Attributes:
        node: the configuration, or the bucket itself.
        path: its input that holds the rule.
        values: the rule.
        inline: whether it is one of the deprecated rules of a bucket.
    """

    node: Node
    path: str
    values: Mapping[str, Any]
    inline: bool = False

    @property
    def says(self) -> str:
        """For messages."""
        return f"the lifecycle rule {str(self.values.get('id') or self.path)!r} of {self.node.name!r}"

    @property
    def enabled(self) -> bool:
        """Whether it does anything."""
        return self.values.get("enabled") is True if self.inline else self.values.get("status") == "Enabled"

    @property
    def filter(self) -> Mapping[str, Any] | None:
        """Its filter; None when there is none."""
        return _first(self.values.get("filter"))

    @property
    def prefix(self) -> str:
        """With which keys begin that it is about; empty for all."""
        if isinstance(self.values.get("prefix"), str):
            return str(self.values["prefix"])
        found = self.filter or _NONE
        both = _first(found.get("and")) or _NONE
        return str(found.get("prefix") or both.get("prefix") or "")

    @property
    def narrowed(self) -> bool:
        """Whether it is about some objects only, by prefix, tags or size."""
        found = self.filter or _NONE
        return bool(self.prefix or self.values.get("tags") or any(v for v in found.values()))

    def section(self, name: str) -> Mapping[str, Any]:
        """`expiration`, `noncurrentVersionExpiration`, …; empty when it is not there."""
        return _first(self.values.get(name)) or _NONE

    @property
    def transitions(self) -> list[Mapping[str, Any]]:
        """Its transitions."""
        found: Any = self.values.get("transitions") or self.values.get("transition") or []
        return [transition for _, transition in maps(found)]

    @property
    def expires(self) -> bool:
        """Whether it deletes objects that are current."""
        expiration = self.section("expiration")
        return bool(expiration.get("days") or expiration.get("date"))


def rules_of(node: Node) -> Iterator[LifecycleRule]:
    """The rules in a configuration, or in a bucket."""
    inline = node.kind == BUCKET
    path = "lifecycleRules" if inline else "rules"
    given: Any = node.given(path) or []
    for index, values in maps(given):
        yield LifecycleRule(node, f"{path}.{index}", values, inline)


def bucket_of(node: Node) -> Node | None:
    """The bucket that a configuration is about."""
    return node if node.kind == BUCKET else node.refers("bucket", BUCKET)


def all_rules(bucket: Node, graph: View) -> list[LifecycleRule]:
    """All that a bucket has."""
    found = list(rules_of(bucket))
    for configuration in graph.all(CONFIGURATION):
        if bucket_of(configuration) is bucket:
            found += rules_of(configuration)
    return found


def is_versioned(bucket: Node, graph: View) -> Node | None:
    """What switches versioning on; None when nothing does."""
    for versioning in graph.all("s3/bucketVersioning:BucketVersioning"):
        status = versioning.get("versioningConfiguration.status")
        if versioning.refers("bucket", BUCKET) is bucket and status == "Enabled":
            return versioning
    return bucket if bucket.given("versioning.enabled") is True else None


def _first(value: Any) -> Mapping[str, Any] | None:
    return next((found for _, found in maps(value)), None)
