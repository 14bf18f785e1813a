"""Policy documents in one shape: every list a list, every principal by its kind.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement.

    Attributes:
        principals: kind (`AWS`, `Service`, `Federated`, `CanonicalUser`) -> who; `{"*": ("*",)}` for everybody.
        conditions: operator -> key in lower case -> values.
        index: its number in the document.
    """

    index: int
    sid: str
    effect: str
    actions: tuple[str, ...]
    not_actions: tuple[str, ...]
    resources: tuple[str, ...]
    not_resources: tuple[str, ...]
    principals: Mapping[str, tuple[str, ...]]
    not_principals: Mapping[str, tuple[str, ...]]
    conditions: Mapping[str, Mapping[str, tuple[str, ...]]]

    @property
    def allows(self) -> bool:
        """Whether it allows rather than denies."""
        return self.effect == "Allow"


@dataclass(frozen=True, slots=True)
class Policy:
    """A document; `problem` says why it is none, and it has no statements then."""

    statements: tuple[Statement, ...] = ()
    version: str = ""
    problem: str = ""

    def __iter__(self) -> Iterator[Statement]:
        return iter(self.statements)


def parse(document: Any) -> Policy:
    """A policy from its JSON text or from the structure."""
    if isinstance(document, str):
        try:
            document = json.loads(document)
        except ValueError as error:
            return Policy(problem=f"it is not JSON: {error}")
    if not isinstance(document, Mapping):
        return Policy(problem=f"it is {_kind(document)}, not an object")
    known = {str(k): v for k, v in cast("Mapping[Any, Any]", document).items()}
    raw = known.get("Statement", known.get("statements"))
    if isinstance(raw, Mapping):
        raw = [cast("Any", raw)]
    if not isinstance(raw, Sequence) or isinstance(raw, str):
        return Policy(problem="it has no Statement")
    statements: list[Statement] = []
    for index, item in enumerate(cast("Sequence[Any]", raw)):
        if not isinstance(item, Mapping):
            return Policy(problem=f"statement {index} is {_kind(item)}, not an object")
        statements.append(_statement(index, cast("Mapping[str, Any]", item)))
    return Policy(tuple(statements), str(known.get("Version", "")))


def _statement(index: int, raw: Mapping[str, Any]) -> Statement:
    return Statement(
        index=index,
        sid=str(raw.get("Sid", "")),
        effect=str(raw.get("Effect", "")),
        actions=_texts(raw.get("Action")),
        not_actions=_texts(raw.get("NotAction")),
        resources=_texts(raw.get("Resource")),
        not_resources=_texts(raw.get("NotResource")),
        principals=_principals(raw.get("Principal")),
        not_principals=_principals(raw.get("NotPrincipal")),
        conditions=_conditions(raw.get("Condition")),
    )


def _principals(raw: Any) -> Mapping[str, tuple[str, ...]]:
    if isinstance(raw, Mapping):
        return {str(kind): _texts(who) for kind, who in cast("Mapping[Any, Any]", raw).items()}
    return {"*": _texts(raw)} if raw else {}


def _conditions(raw: Any) -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    if not isinstance(raw, Mapping):
        return {}
    return {
        str(operator): {str(key).lower(): _texts(values) for key, values in cast("Mapping[Any, Any]", keys).items()}
        for operator, keys in cast("Mapping[Any, Any]", raw).items()
        if isinstance(keys, Mapping)
    }


def _texts(raw: Any) -> tuple[str, ...]:
    if raw is None:
        return ()
    if isinstance(raw, (list, tuple)):
        return tuple(_text(item) for item in cast("Sequence[Any]", raw))
    return (_text(raw),)


def _text(raw: Any) -> str:
    if isinstance(raw, bool):
        return "true" if raw else "false"
    return raw if isinstance(raw, str) else str(raw)


def _kind(value: Any) -> str:
    return {"list": "a list", "str": "a text", "NoneType": "nothing"}.get(type(value).__name__, type(value).__name__)
