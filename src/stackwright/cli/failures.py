"""How an error is shown: a message, the file with its report when it is a defect, a traceback on request."""

from __future__ import annotations

import traceback
from contextvars import ContextVar
from typing import Final

from stackwright.errors import Defect, StackwrightError

# Whether the user has asked for tracebacks.
debugging: Final[ContextVar[bool]] = ContextVar("debugging", default=False)


def message(error: StackwrightError) -> str:
    """The text of an error; the report of a defect is written."""
    parts = [str(error)]
    if isinstance(error, Defect):
        from stackwright.workspace.reports import write

        try:
            parts.append(f"  report: {write(error)}")
        except (OSError, StackwrightError) as failure:
            parts.append(f"  report: cannot be written ({failure}), so here it is\n{error.traceback}")
    if debugging.get():
        text = error.traceback if isinstance(error, Defect) and error.traceback else _traceback(error)
        parts.append(text.rstrip())
    return "\n".join(parts)


def _traceback(error: BaseException) -> str:
    return "".join(traceback.format_exception(error))
