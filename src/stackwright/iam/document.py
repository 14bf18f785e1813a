"""Policy documents as values. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, cast

from stackwright.graph import UNKNOWN, contains_unknown, reveal

VERSION: Final = "2012-10-17"
_VERSIONS: Final = (VERSION, "2008-10-17")
_ELEMENTS: Final = frozenset(
    "Sid Effect Principal NotPrincipal Action NotAction Resource NotResource Condition".split()  # noqa: SIM905
)


class MalformedPolicy(ValueError):
    """The text is no policy document. The message says why."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One key of one operator."""

    operator: str
    key: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement. `principals` are pairs of kind and name, as `("Service", "s3.amazonaws.com")`."""

    index: int
    effect: Literal["Allow", "Deny"]
    sid: str = ""
    actions: tuple[str, ...] = ()
    not_actions: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    not_resources: tuple[str, ...] = ()
    principals: tuple[tuple[str, str], ...] = ()
    not_principals: tuple[tuple[str, str], ...] = ()
    conditions: tuple[Condition, ...] = ()

    def __str__(self) -> str:
        return f"statement {self.sid!r}" if self.sid else f"statement {self.index + 1}"


@dataclass(frozen=True, slots=True)
class Policy:
    """One document, or what is known of one whose text is not known.

    Attributes:
        name: where it stands, for sentences: `policy of role orders`.
        urn: the resource that holds it; empty when it is AWS's.
        opaque: why its statements are not known; empty when they are.
        may_deny: an opaque one may have statements that deny.
    """

    name: str = ""
    statements: tuple[Statement, ...] = ()
    version: str = ""
    urn: str = ""
    opaque: str = ""
    may_deny: bool = True

    @property
    def variables(self) -> bool:
        """Whether `${…}` is a variable: the language has them since 2012."""
        return self.version == VERSION

    def __iter__(self) -> Iterator[Statement]:
        return iter(self.statements)


def parse(document: Any, name: str = "", urn: str = "") -> Policy:
    """A document as JSON text or as mapping.

    Raises:
        MalformedPolicy: it is neither, or not of the form that AWS takes.
    """
    plain = reveal(document)
    if plain is UNKNOWN or contains_unknown(plain):
        return Policy(name, urn=urn, opaque=f"the text of {name or 'the policy'}")
    if isinstance(plain, str):
        try:
            plain = json.loads(plain)
        except ValueError as error:
            raise MalformedPolicy(f"it is not JSON: {error}") from None
    if not isinstance(plain, Mapping):
        raise MalformedPolicy(f"it is {_kind(plain)}, not an object")
    body = cast("Mapping[str, Any]", plain)
    if unexpected := sorted(set(body) - {"Version", "Id", "Statement"}):
        raise MalformedPolicy(f"it has an element {unexpected[0]!r} that policies do not have")
    version = body.get("Version", "")
    if version not in ("", *_VERSIONS):
        raise MalformedPolicy(f"its Version is {version!r}; there are {' and '.join(_VERSIONS)}")
    if "Statement" not in body:
        raise MalformedPolicy("it has no Statement")
    found = body["Statement"]
    listed: list[Any] = cast("list[Any]", found) if isinstance(found, list) else [found]
    return Policy(name, tuple(_statement(i, s) for i, s in enumerate(listed)), version, urn)


def _statement(index: int, found: Any) -> Statement:
    where = f"statement {index + 1}"
    if not isinstance(found, Mapping):
        raise MalformedPolicy(f"{where} is {_kind(found)}, not an object")
    body = cast("Mapping[str, Any]", found)
    if unexpected := sorted(set(body) - _ELEMENTS):
        raise MalformedPolicy(f"{where} has an element {unexpected[0]!r} that statements do not have")
    effect = body.get("Effect")
    if effect not in ("Allow", "Deny"):
        raise MalformedPolicy(f"{where} has the Effect {effect!r}; it is Allow or Deny")
    for one, other in (("Action", "NotAction"), ("Resource", "NotResource"), ("Principal", "NotPrincipal")):
        if one in body and other in body:
            raise MalformedPolicy(f"{where} has both {one} and {other}")
    if "Action" not in body and "NotAction" not in body:
        raise MalformedPolicy(f"{where} has no Action")
    return Statement(
        index,
        effect,
        str(body.get("Sid") or ""),
        _texts(body, "Action", where),
        _texts(body, "NotAction", where),
        _texts(body, "Resource", where),
        _texts(body, "NotResource", where),
        _principals(body.get("Principal"), where),
        _principals(body.get("NotPrincipal"), where),
        tuple(_conditions(body.get("Condition"), where)),
    )


def _texts(body: Mapping[str, Any], element: str, where: str) -> tuple[str, ...]:
    if element not in body:
        return ()
    value = body[element]
    if isinstance(value, str):
        return (value,)
    if value == []:
        raise MalformedPolicy(f"the {element} of {where} is empty")
    if isinstance(value, list) and all(isinstance(v, str) for v in cast("list[Any]", value)):
        return tuple(cast("list[str]", value))
    raise MalformedPolicy(f"the {element} of {where} is {_kind(value)}; it is a text or a list of texts")


def _principals(value: Any, where: str) -> tuple[tuple[str, str], ...]:
    if value is None:
        return ()
    if value == "*":
        return (("AWS", "*"),)
    if not isinstance(value, Mapping):
        raise MalformedPolicy(f"the Principal of {where} is {value!r}; it is '*' or an object such as {{'AWS': …}}")
    pairs = list[tuple[str, str]]()
    body = cast("Mapping[str, Any]", value)
    for kind in body:
        if kind not in ("AWS", "Service", "Federated", "CanonicalUser"):
            raise MalformedPolicy(f"{where} has a principal of kind {kind!r}; there are AWS, Service, Federated")
        pairs += [(kind, name) for name in _texts(body, kind, where)]
    return tuple(pairs)


def _conditions(value: Any, where: str) -> Iterator[Condition]:
    if value is None:
        return
    if not isinstance(value, Mapping):
        raise MalformedPolicy(f"the Condition of {where} is {_kind(value)}, not an object")
    for operator, keys in cast("Mapping[str, Any]", value).items():
        if not isinstance(keys, Mapping):
            raise MalformedPolicy(f"the condition {operator} of {where} is {_kind(keys)}, not an object")
        for key, wanted in cast("Mapping[str, Any]", keys).items():
            values: list[Any] = cast("list[Any]", wanted) if isinstance(wanted, list) else [wanted]
            yield Condition(operator, key, tuple(_scalar(v) for v in values))


def _scalar(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _kind(value: Any) -> str:
    match value:
        case None:
            return "null"
        case list():
            return "a list"
        case str():
            return "a text"
        case Mapping():
            return "an object"
        case _:
            return f"the value {value!r}"
