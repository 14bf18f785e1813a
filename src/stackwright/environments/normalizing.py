"""A graph without what only tells one environment from another: stack, account, region, and what follows from them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final, cast

from stackwright.graph import Archive, Asset, Graph, Resource, ResourceReference, Secret, Unknown

SECRET: Final = "[secret]"
_ACCOUNT: Final = re.compile(r"(?<![\w-])\d{12}(?![\w-])")
# `physical_name` of the components ends a name that it had to cut with six digits of a hash.
_CUT: Final = re.compile(r"-[0-9a-f]{6}$")
_PROVIDER: Final = "pulumi:providers:"
# A shorter text may stand anywhere by chance.
_LEAST: Final = 6
# What is neither a word nor a number, and so means the same inside a longer text.
_SPECIAL: Final = re.compile(r"^(?!\d+$).*[-/:_.\d]", re.DOTALL)
# What only says when to do something again.
_NOT_INPUTS: Final = {
    "aws:apigateway/deployment:Deployment": frozenset({"triggers"}),
    "aws:apigatewayv2/deployment:Deployment": frozenset({"triggers"}),
}
_IDENTITIES: Final = ("name", "bucket", "arn", "url")
# Lists in policies that are sets. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html
_SETS: Final = frozenset({"Action", "NotAction", "Resource", "NotResource", "AWS", "Service", "Federated"})


class Normal:
    """Texts of one graph, made comparable with those of another.

    Args:
        regions: the regions that the graph's providers work in.
    """

    def __init__(self, graph: Graph) -> None:
        self._stack = graph.stack
        self._regions = _regions(graph)
        environment = re.escape(graph.stack)
        self._tokens: list[tuple[re.Pattern[str], str]] = [
            (_ACCOUNT, "<account>"),
            (re.compile(rf"(?<![a-zA-Z0-9]){environment}(?![a-zA-Z0-9])", re.IGNORECASE), "<stack>"),
        ]
        for region in self._regions:
            for spelling in (region, region.replace("-", "")):
                self._tokens.insert(0, (re.compile(rf"(?<![a-zA-Z0-9]){spelling}(?![0-9-])"), "<region>"))
        self._owners: dict[str, str] = {}
        self._names: dict[str, str] = {}
        for resource in graph.resources:  # what has a name comes before what is given it
            for key, text in _identities(resource):
                if text not in self._names:
                    self._names[text] = f"<{self._key(resource)}.{key}>"
                    self._owners[text] = resource.urn
        self._pattern = _any_of(text for text in self._names if _SPECIAL.search(text))

    def name(self, text: str) -> str:
        """The name of a resource in the program."""
        return self._plain(text)

    def inputs(self, resource: Resource) -> dict[str, Any]:
        """The inputs of a resource, as plain data that compares equal where it means the same."""
        # Its own names are compared as they are; those of others only say which one is meant.
        own = frozenset(text for text, urn in self._owners.items() if urn == resource.urn)
        left_out = _NOT_INPUTS.get(resource.type, frozenset())
        given = {key: value for key, value in resource.inputs.items() if value is not None and key not in left_out}
        return {key: self._value(value, own) for key, value in given.items()}

    def _value(self, value: Any, own: frozenset[str]) -> Any:
        match value:
            case Secret():
                return SECRET
            case Unknown():
                return "<unknown>"
            case Asset() | Archive():
                return f"sha256:{value.sha256}"
            case ResourceReference(urn):
                return self._plain(urn)
            case Mapping():
                return self._mapping(cast("Mapping[str, Any]", value), own)
            case list() | tuple():
                return [self._value(item, own) for item in cast("Iterable[Any]", value)]
            case str():
                return self._text(value, own)
            case _:
                return value

    def _mapping(self, value: Mapping[str, Any], own: frozenset[str]) -> dict[str, Any]:
        plain = {self._plain(key): self._value(item, own) for key, item in value.items() if item is not None}
        return {key: _sorted(item) if key in _SETS else item for key, item in plain.items()}

    def _text(self, text: str, own: frozenset[str]) -> Any:
        if text[:1] in "{[" and len(text) > 1:
            try:
                return self._value(json.loads(text), own)
            except ValueError:
                pass
        return self._plain(text, own)

    def _plain(self, text: str, own: frozenset[str] = frozenset()) -> str:
        names = self._names
        if text in names and text not in own:
            return names[text]
        if self._pattern is not None:
            text = self._pattern.sub(lambda found: found[0] if found[0] in own else names[found[0]], text)
        for token, instead in self._tokens:
            text = token.sub(instead, text)
        return _CUT.sub("-<hash>", text)

    def _key(self, resource: Resource) -> str:
        name = resource.name
        for token, instead in self._tokens:
            name = token.sub(instead, name)
        return f"{resource.type}::{name}"


def _identities(resource: Resource) -> Iterable[tuple[str, str]]:
    """What names a resource elsewhere: its id, what was computed for it, and its physical name."""
    if not resource.custom or resource.type.startswith(_PROVIDER):
        return
    values = {"id": resource.id, **resource.outputs}
    for key in sorted(values):
        text = values[key]
        if not isinstance(text, str) or len(text) < _LEAST or _ACCOUNT.fullmatch(text):
            continue
        # Of what was computed, a word is no name but a state, such as "Enabled".
        is_computed = key not in resource.inputs and _SPECIAL.search(text) is not None
        if key in ("id", *_IDENTITIES) or is_computed:
            yield key, text


def _any_of(texts: Iterable[str]) -> re.Pattern[str] | None:
    longest_first = sorted(texts, key=lambda text: (-len(text), text))
    joined = "|".join(map(re.escape, longest_first))
    return re.compile(rf"(?<![a-zA-Z0-9])(?:{joined})(?![a-zA-Z0-9])") if joined else None


def _regions(graph: Graph) -> list[str]:
    given = {r.inputs.get("region") for r in graph.resources}
    regions = [region for region in given if isinstance(region, str) and region]
    return sorted(regions, key=lambda region: (-len(region), region)) or ["us-east-1"]


def _sorted(value: Any) -> Any:
    if not isinstance(value, list):
        return [value]
    return sorted(cast("list[Any]", value), key=lambda item: json.dumps(item, sort_keys=True))
