"""What provisioners of many services need: spelling of nested settings, comparing tags and settings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

from stackwright.errors import ResourceError
from stackwright.graph import Resource
from stackwright.provider.aws import Aws
from stackwright.provider.provisioner import Inputs


def first(found: Sequence[Any], what: str, fix: str = "") -> Any:
    """The first of what was found.

    Raises:
        ResourceError: nothing was.
    """
    if not found:
        raise ResourceError(f"there is no {what} on the local endpoint", fix=fix)
    return found[0]


def present(**values: Any) -> dict[str, Any]:
    """The arguments that have a value."""
    return {key: value for key, value in values.items() if value is not None}


def pascal(value: Any, renamed: Mapping[str, str] | None = None) -> Any:
    """`{"targetArn": x}` as `{"TargetArn": x}`, at every depth and without what is None.

    Args:
        renamed: keys that AWS spells in another way than with a capital first letter.
    """
    if isinstance(value, Mapping):
        given = cast("Mapping[str, Any]", value)
        names = renamed or {}
        return {names.get(k, k[:1].upper() + k[1:]): pascal(v, renamed) for k, v in given.items() if v is not None}
    if isinstance(value, (list, tuple)):
        return [pascal(v, renamed) for v in cast("Iterable[Any]", value)]
    return value


def camel(value: Any) -> Any:
    """The inverse of `pascal`, for what AWS answers."""
    if isinstance(value, Mapping):
        given = cast("Mapping[str, Any]", value)
        return {k[:1].lower() + k[1:]: camel(v) for k, v in given.items()}
    if isinstance(value, (list, tuple)):
        return [camel(v) for v in cast("Iterable[Any]", value)]
    return value


def tag_list(tags: Mapping[str, str]) -> list[dict[str, str]]:
    """Tags as the older APIs want them."""
    return [{"Key": k, "Value": v} for k, v in tags.items()]


def changed_tags(aws: Aws, new: Inputs, old: Resource) -> tuple[dict[str, str], list[str]]:
    """Tags to set and keys to remove, the provider's default tags included."""
    wanted = aws.tags(new.get("tags"))
    had: Mapping[str, str] = old.outputs.get("tagsAll") or {}
    return {k: v for k, v in wanted.items() if had.get(k) != v}, [k for k in had if k not in wanted]


def differing(new: Mapping[str, Any], old: Mapping[str, Any]) -> dict[str, Any]:
    """Settings of `new` that `old` has not, or has otherwise."""
    return {k: v for k, v in new.items() if k not in old or old[k] != v}


def in_region(aws: Aws, args: Mapping[str, Any]) -> Aws:
    """Where a lookup asks: the region it names, or the provider's."""
    return replace(aws, region=args.get("region") or aws.region)
