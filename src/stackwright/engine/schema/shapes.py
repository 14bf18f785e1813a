"""The form of a value, read off the annotation that an SDK gives it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

Kind = Literal["str", "int", "float", "bool", "list", "map", "object", "resource", "asset", "archive", "any"]

_SCALARS: Final[dict[str, Kind]] = {"str": "str", "int": "int", "float": "float", "bool": "bool"}
_WRAPPERS: Final = ("Output", "Input", "Optional", "Awaitable")


@dataclass(frozen=True, slots=True)
class Shape:
    """The form of a value.

    Attributes:
        item: of a list's items or a map's values.
        members: for an object, the class among the SDK's output types that has its members.
        optional: whether it may be absent.
    """

    kind: Kind
    item: Shape | None = None
    members: str = ""
    optional: bool = False


ANY: Final = Shape("any")


def parse(annotation: str) -> Shape:
    """`pulumi.Output[Optional[Sequence['outputs.Rule']]]` as a list of objects that may be absent."""
    # Older SDKs write `str`, newer ones `builtins.str` or `_builtins.str`.
    text = re.sub(r"\b_?builtins\.", "", annotation.strip().strip("'\"")).removeprefix("pulumi.")
    head, _, rest = text.partition("[")
    inner = rest.removesuffix("]")
    if head in _WRAPPERS:
        found = parse(inner)
        is_optional = head == "Optional" or found.optional
        return Shape(found.kind, found.item, found.members, optional=is_optional)
    match head:
        case "str" | "int" | "float" | "bool":
            return Shape(_SCALARS[head])
        case "Sequence" | "List" | "list":
            return Shape("list", parse(inner))
        case "Mapping" | "Dict" | "dict":
            parts = _split(inner)
            return Shape("map", parse(parts[1]) if len(parts) == 2 else ANY)
        case "Union":
            return _union(_split(inner))
        case "Asset":
            return Shape("asset")
        case "Archive":
            return Shape("archive")
        case _:
            return _named(head)


def takes_document(annotation: str) -> bool:
    """Whether an input is a text or an object, which the provider turns into text: `Union[str, 'PolicyDocumentArgs']`.

    Where the other is no object but a word of an enumeration, its name does not end in `Args`.
    """
    return bool(re.search(r"Union\[(_?builtins\.)?str, [^\]]*Args(Dict)?'", annotation))


def _union(parts: list[str]) -> Shape:
    shapes = [parse(part) for part in parts]
    kinds = {shape.kind for shape in shapes}
    if kinds <= {"asset", "archive"}:
        return Shape("asset")
    if "str" in kinds:
        # Beside it stand the words of an enumeration, or an object that becomes text.
        return Shape("str") if kinds <= {"str", "object", "resource", "any"} else ANY
    return shapes[0] if kinds == {"object"} else ANY


def _named(name: str) -> Shape:
    if re.fullmatch(r"outputs\.\w+", name):
        return Shape("object", members=name.removeprefix("outputs."))
    if name in ("Any", "") or "." in name or not name[0].isupper():
        return ANY if name == "Any" or not name else Shape("resource")
    return Shape("resource")


def _split(text: str) -> list[str]:
    """The parts between commas that no bracket encloses."""
    parts, depth, start = list[str](), 0, 0
    for place, character in enumerate(text):
        depth += (character == "[") - (character == "]")
        if character == "," and depth == 0:
            parts.append(text[start:place])
            start = place + 1
    return [*parts, text[start:]]
