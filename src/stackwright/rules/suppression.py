"""Comments that accept a finding: `# stackwright: ignore[API101] reason`.

One stands at the end of the line that is reported or of the first line of its statement, or alone above that statement.
"""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from stackwright.rules.finding import Place
from stackwright.rules.lines import Lines

_COMMENT: Final = re.compile(r"#\s*stackwright:\s*ignore\[([A-Z0-9, ]*)\]\s*(.*)")
_MARK: Final = re.compile(r"stackwright:\s*ignore")


@dataclass(frozen=True, slots=True)
class Comment:
    """One code of one comment.

    Attributes:
        place: of the comment.
        line: of the code that it is about.
        reason: may be empty, and then it accepts nothing.
    """

    code: str
    reason: str
    place: Place
    line: int

    def covers(self, code: str, place: Place, lines: Lines) -> bool:
        """Whether it is about a finding."""
        if code != self.code or place.file != self.place.file:
            return False
        return self.line in (place.line, lines.statement(place.file, place.line))


def comments(file: str, lines: Lines) -> Iterator[Comment]:
    """The comments of a file that accept findings."""
    texts = lines.lines(file)
    if not any("stackwright:" in text and _MARK.search(text) for text in texts):
        return
    source = io.StringIO("\n".join(texts))
    try:
        tokens = [t for t in tokenize.generate_tokens(source.readline) if t.type == tokenize.COMMENT]
    except (tokenize.TokenError, SyntaxError):
        return  # what is not Python is a finding of its own
    for token in tokens:
        found = _COMMENT.match(token.string)
        if found is None:
            continue
        line, column = token.start
        about = line if texts[line - 1][:column].strip() else _next_code(texts, line)
        for code in found[1].split(","):
            yield Comment(code.strip(), found[2].strip(), Place("", file, line, column + 1), about)


def _next_code(texts: list[str], line: int) -> int:
    for number in range(line, len(texts)):
        text = texts[number].strip()
        if text and not text.startswith("#"):
            return number + 1
    return line
