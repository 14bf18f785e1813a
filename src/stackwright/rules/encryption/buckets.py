"""How buckets encrypt, and who reads them through CloudFront."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, cast

from stackwright.rules.view import Node, View

BUCKET: Final = "s3/bucket:Bucket"
SETTINGS: Final = "s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"


def encryption_of(bucket: Node, graph: View) -> tuple[Node, str, Mapping[str, Any]] | None:
    """Where a bucket's default encryption is set, at which input, and what it is; None when nothing sets it."""
    for settings in graph.all(SETTINGS):
        if settings.refers("bucket", BUCKET) is bucket:
            for found in _defaults(settings, "rules"):
                return settings, *found
    for found in _defaults(bucket, "serverSideEncryptionConfiguration.rule"):
        return bucket, *found
    return None


def _defaults(node: Node, path: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    inner = "applyServerSideEncryptionByDefault"
    for index, rule in enumerate(node.items(path)):
        default: Any = cast("Mapping[str, Any]", rule).get(inner)
        if isinstance(default, list):
            default = next(iter(cast("list[Any]", default)), None)
        if isinstance(default, Mapping):
            at = f"{path}.{index}.{inner}" if path == "rules" else f"{path}.{inner}"
            yield at, cast("Mapping[str, Any]", default)
