"""The patterns of the service models, which are written for Java, as Python has them.

AWS matches a pattern against the whole value. `\\w`, `\\d` and `\\s` mean ASCII.
https://docs.oracle.com/en/java/javase/21/docs/api/java.base/java/util/regex/Pattern.html
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Callable
from typing import Final

Matches = Callable[[str], bool]

# Python's expressions know no general categories. The ASCII members of each are written out; every other character of
# the value is replaced by a private one that stands for its category.
_CATEGORIES: Final = {
    "L": ("A-Za-z", "\ue001"),
    "M": ("", "\ue002"),
    "N": ("0-9", "\ue003"),
    "P": (r"""!-#%-*,-/:;?@\[-\]_{}""", "\ue004"),
    "S": (r"$+<->\^`|~", "\ue005"),
    "Z": (" ", "\ue006"),
}
_OTHER: Final = "\ue000"
_CLASSES: Final = {"ASCII": r"\x00-\x7F", "Print": r"\x20-\x7E", **{k: v[0] + v[1] for k, v in _CATEGORIES.items()}}
_PROPERTY: Final = re.compile(r"\\p\{(\w+)\}")
# Java reads surrogate pairs as the characters that they stand for.
_SURROGATES: Final = (r"\uD800\uDC00-\uDBFF\uDFFF", r"\U00010000-\U0010FFFF")


@functools.cache
def matcher(pattern: str) -> Matches | None:
    """Whether a value matches; None for a pattern that Python cannot have."""
    try:
        compiled = re.compile(translated(pattern), re.ASCII)
    except (re.error, KeyError):
        return None
    if not any(f"\\p{{{name}}}" in pattern for name in _CATEGORIES):
        return lambda value: compiled.fullmatch(value) is not None
    return lambda value: compiled.fullmatch(value if value.isascii() else _categorized(value)) is not None


def translated(pattern: str) -> str:
    """The pattern as Python has it; `KeyError` for a class that is not known. Categories have their ASCII members."""
    text, in_class, position = pattern.replace(*_SURROGATES), False, 0
    parts: list[str] = []
    while position < len(text):
        here = text[position]
        found = _PROPERTY.match(text, position)
        if found:
            members = _CLASSES[found[1]]
            parts.append(members if in_class else f"[{members}]")
            position = found.end()
        elif here == "\\":
            parts.append(text[position : position + 2])
            position += 2
            # In Java a class such as `\w` cannot begin a range; the hyphen stands for itself.
            if in_class and parts[-1][1:] in tuple("wds") and text[position : position + 1] == "-":
                parts.append("\\-")
                position += 1
        else:
            in_class = here == "[" or (in_class and here != "]")
            parts.append(here)
            position += 1
    return "".join(parts)


def _categorized(value: str) -> str:
    return "".join(c if c.isascii() else _CATEGORIES.get(unicodedata.category(c)[0], ("", _OTHER))[1] for c in value)
