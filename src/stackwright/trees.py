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
