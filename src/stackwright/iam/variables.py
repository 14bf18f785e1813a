"""Policy variables. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html"""

from __future__ import annotations

import re
from typing import Final

from stackwright.iam.patterns import HOLE, quoted
from stackwright.iam.request import Request

_VARIABLE: Final = re.compile(r"\$\{\s*([^}]*?)\s*\}")
_WITH_DEFAULT: Final = re.compile(r"(?P<key>[^,]+?)\s*,\s*'(?P<default>[^']*)'")
_SPECIAL: Final = ("*", "?", "$")


def substituted(text: str, request: Request) -> str | None:
    """The text with its variables replaced; None when one has neither value nor default: such a text matches nothing.

    The value of a variable is quoted, because its `*` is no wildcard; one that is not known is a `HOLE`.
    """
    if "${" not in text:
        return text
    result, end = "", 0
    for found in _VARIABLE.finditer(text):
        value = _value(found.group(1), request)
        if value is None:
            return None
        result += text[end : found.start()] + value
        end = found.end()
    return result + text[end:]


def _value(name: str, request: Request) -> str | None:
    if name in _SPECIAL:
        return quoted(name)
    default = _WITH_DEFAULT.fullmatch(name)
    known, value = request.value(default["key"] if default else name)
    if not known:
        return HOLE
    if value is None:
        return quoted(default["default"]) if default else None
    # "Only single-valued keys": a variable of several values has none.
    if isinstance(value, tuple):
        return quoted(value[0]) if len(value) == 1 else None
    return quoted(value)
