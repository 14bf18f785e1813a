"""Escapes texts in XML that was put together without it.

The service's model says where a text is: between the tags of a member that has no members of its own.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final, TypeAlias
from xml.sax.saxutils import escape

from stackwright.emulator.launcher.service_models import model

_TAG: Final = re.compile(r"\s*<(/?)([\w:.-]+)[^<>]*?(/?)>")
_BARE: Final = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#\d+|#x[0-9A-Fa-f]+);)")
_CONTAINERS: Final = ("structure", "list", "map")

# The shape of a child by its tag; None for one that the model does not know.
Members: TypeAlias = Callable[[str], Any]


def escape_rest(text: str) -> str:
    """Escape what is not escaped yet."""
    return _BARE.sub("&amp;", text).replace("<", "&lt;").replace(">", "&gt;")


class XmlAnswers:
    """The answers of one service.

    Args:
        service: botocore's name for it.
        escapes: whether some of its texts are escaped already.
    """

    def __init__(self, service: str, *, escapes: bool) -> None:
        self._service = service
        self._escape = escape_rest if escapes else escape

    def escaped(self, operation: str, content: str) -> str:
        """What stands inside the answer's root, with its texts escaped; as it is if the model does not know it."""
        described = model(self._service)
        if operation not in described.operation_names:
            return content
        shape = described.operation_model(operation).output_shape
        try:
            return _Content(content, self._escape).rewritten(shape)
        except _NotAsModelledError:
            return content


class _NotAsModelledError(Exception):
    """The XML has another structure than the model."""


class _Content:
    def __init__(self, text: str, escape_text: Callable[[str], str]) -> None:
        self._text = text
        self._escape = escape_text
        self._parts: list[str] = []

    def rewritten(self, shape: Any) -> str:
        wrapper = shape.serialization.get("resultWrapper") if shape is not None else None
        members = _members(shape)
        position = self._children(lambda tag: shape if tag == wrapper else members(tag), 0, None)
        return "".join((*self._parts, self._text[position:]))

    def _children(self, members: Members, position: int, parent: str | None) -> int:
        while tag := _TAG.match(self._text, position):
            position = tag.end()
            self._parts.append(tag[0])
            if tag[1]:
                if tag[2] != parent:
                    raise _NotAsModelledError
                return position
            if not tag[3]:
                position = self._element(members(tag[2]), tag[2], position)
        if parent is not None or self._text[position:].strip():
            raise _NotAsModelledError
        return position

    def _element(self, shape: Any, name: str, position: int) -> int:
        if shape is not None and shape.type_name in _CONTAINERS:
            return self._children(_members(shape), position, name)
        end = self._text.find(f"</{name}>", position)
        if end < 0:
            raise _NotAsModelledError
        content = self._text[position:end]
        # Nothing is known of a tag that is not in the model.
        self._parts += (content if shape is None else self._escape(content), f"</{name}>")
        return end + len(f"</{name}>")


def _members(shape: Any) -> Members:
    if shape is None:
        return lambda tag: None
    match shape.type_name:
        case "structure":
            by_tag = {_tag(name, member): member for name, member in shape.members.items()}
            return lambda tag: _repeated(by_tag.get(tag))
        case "list":
            item = shape.member
            return lambda tag: item
        case _:
            parts = {"key": shape.key, "value": shape.value}
            # An entry of a map is no shape of its own.
            return lambda tag: _Entry(parts)


class _Entry:
    type_name = "structure"

    def __init__(self, members: dict[str, Any]) -> None:
        self.members = members


def _tag(name: str, member: Any) -> str:
    if member.type_name == "list" and member.serialization.get("flattened"):
        return str(member.member.serialization.get("name") or member.serialization.get("name", name))
    return str(member.serialization.get("name", name))


def _repeated(shape: Any) -> Any:
    """The items of a flattened list stand where the list would."""
    if shape is not None and shape.type_name == "list" and shape.serialization.get("flattened"):
        return shape.member
    return shape
