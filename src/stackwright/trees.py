"""Python's syntax trees, made once for all who ask: functions of one program share most of their files.

Nobody may change a tree.
"""

from __future__ import annotations

import ast
import warnings
from functools import lru_cache


@lru_cache(maxsize=2048)
def parse(text: str) -> ast.Module:
    """The tree of a text.

    Raises:
        SyntaxError, ValueError, RecursionError, MemoryError: it has none.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SyntaxWarning)
        return ast.parse(text)


def column(line: str, offset: int) -> int:
    """The column in characters, from 1, of an offset in bytes, as Python's trees have it."""
    return (offset if line.isascii() else len(line.encode()[:offset].decode(errors="ignore"))) + 1
