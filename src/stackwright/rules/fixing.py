"""Edits that mend findings, worked out when somebody asks for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stackwright.editing.edits import Edit
from stackwright.rules.finding import Finding
from stackwright.rules.registry import rules

if TYPE_CHECKING:
    from stackwright.editing.code import Code


def is_fixable(finding: Finding) -> bool:
    """Whether its rule knows a fix; that does not say that it fits this program."""
    rule = rules().get(finding.code)
    return rule is not None and rule.fix is not None and bool(finding.place.file and finding.place.line)


def fixes_of(finding: Finding, source: str) -> tuple[Edit, ...]:
    """The edits of the finding's file that mend it; none when that cannot be done without a doubt.

    They are not tried out. An editor offers them, and sees by the next check what came of it.

    Args:
        source: the text of the file, as it was checked.
    """
    return Fixes().of(finding, source)


class Fixes:
    """Works out the fixes of several findings, each of them once."""

    def __init__(self) -> None:
        self._parsed: dict[str, Code | None] = {}
        self._known: dict[tuple[Finding, str], tuple[Edit, ...]] = {}

    def of(self, finding: Finding, source: str) -> tuple[Edit, ...]:
        """See `fixes_of`."""
        key = (finding, source)
        if key not in self._known:
            self._known[key] = self._of(finding, source)
        return self._known[key]

    def _of(self, finding: Finding, source: str) -> tuple[Edit, ...]:
        rule = rules().get(finding.code)
        if rule is None or rule.fix is None or not is_fixable(finding):
            return ()
        code = self._code(source)
        if code is None:
            return ()
        edits = tuple(dict.fromkeys(rule.fix(finding, code)))
        return edits if edits and code.keeps(edits, comments=rule.subject != "check") else ()

    def _code(self, source: str) -> Code | None:
        from stackwright.editing.code import Code, NotEditable

        if source not in self._parsed:
            try:
                self._parsed[source] = Code(source)
            except NotEditable:
                self._parsed[source] = None
        return self._parsed[source]
