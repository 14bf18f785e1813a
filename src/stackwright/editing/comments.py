"""Comments that have become idle."""

from __future__ import annotations

import re

from stackwright.editing.code import Code
from stackwright.editing.edits import Edit


def without_code(code: Code, line: int, column: int, idle: str) -> list[Edit]:
    """A comment that accepts findings loses one code, or goes when it has no other."""
    before, comment = code.line(line)[: column - 1], code.line(line)[column - 1 :]
    listed = re.match(r"#\s*stackwright:\s*ignore\[([^\]]*)\]", comment)
    if listed is None:
        return []
    codes = [each.strip() for each in listed[1].split(",")]
    if idle not in codes:
        return []
    others = [each for each in codes if each != idle]
    if others:
        start = column + listed.start(1)
        return [Edit(line, start, line, start + len(listed[1]), ", ".join(others))]
    if before.strip():
        return [Edit(line, len(before.rstrip()) + 1, line, column + len(comment), "")]
    if line == code.line_count:
        return [Edit(line, 1, line, column + len(comment), "")]
    return [Edit(line, 1, line + 1, 1, "")]
