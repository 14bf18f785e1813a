"""Findings as diagnostics of the protocol, by the address of the file.

https://microsoft.github.io/language-server-protocol/specifications/lsp/3.17/specification/#diagnostic
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from lsprotocol import types
from pygls.workspace import PositionCodec

from stackwright.lsp.finding_projects import project_file
from stackwright.lsp.ranges import Ranges
from stackwright.rules.finding import ERRORS, Finding, Place
from stackwright.rules.lines import Lines
from stackwright.rules.registry import rules
from stackwright.workspace.repeated_checks import Outcome

SOURCE: Final = "stackwright"
_LINK: Final = re.compile(r"https://[^\s)`]+[^\s)`.,;:]")
_UNNECESSARY: Final = ("STW001", "STW002")  # comments without effect


@dataclass(frozen=True, slots=True)
class Shown:
    """A diagnostic, and the finding that it shows; none when the check failed.

    Attributes:
        text: of the file, as it was checked.
    """

    diagnostic: types.Diagnostic
    finding: Finding | None = None
    text: str = ""


Found = Mapping[str, list[Shown]]
"""By the address of their file."""


class Diagnostics:
    """Turns outcomes of one project into diagnostics.

    Args:
        codec: counts characters as the client does.
    """

    def __init__(self, directory: Path, codec: PositionCodec) -> None:
        self._directory = directory
        self._codec = codec
        self._lines = Lines(directory)
        self._ranges = Ranges(self._lines)
        self._texts: dict[str, str] = {}
        self._with_ends: dict[str, list[str]] = {}

    def of(self, outcome: Outcome) -> Found:
        """By address; in the order of the report."""
        found: dict[str, list[Shown]] = {}
        if outcome.error is not None:
            place = self._place_of_error(outcome.error.where)
            fix = f"\nFix: {outcome.error.fix}" if outcome.error.fix else ""
            diagnostic = types.Diagnostic(
                range=self._range(place),
                message=f"not checked: {outcome.error.what}{fix}",
                severity=types.DiagnosticSeverity.Error,
                source=SOURCE,
            )
            found.setdefault(self.address(place), []).append(Shown(diagnostic))
        for finding in outcome.report.findings if outcome.report else ():
            place = finding.place if finding.place.file else Place(finding.place.urn, self._fallback(outcome.entry))
            shown = Shown(self._diagnostic(finding, place), finding, self._text(place.file))
            found.setdefault(self.address(place), []).append(shown)
        return found

    def address(self, place: Place) -> str:
        """The file of a place, with the directory as the editor calls it."""
        return Path(os.path.normpath(self._directory / place.file)).as_uri()

    def _diagnostic(self, finding: Finding, place: Place) -> types.Diagnostic:
        related = [
            types.DiagnosticRelatedInformation(
                location=types.Location(uri=self.address(one.place), range=self._range(one.place)),
                message=one.message,
            )
            for one in finding.related
            if one.place.file
        ]
        link = _LINK.search(rules()[finding.code].docstring)
        return types.Diagnostic(
            range=self._range(place),
            message=f"{finding.message}\nFix: {finding.fix}",
            severity=_severity(finding.severity),
            code=finding.code,
            code_description=types.CodeDescription(href=link[0]) if link else None,
            source=SOURCE,
            tags=[types.DiagnosticTag.Unnecessary] if finding.code in _UNNECESSARY else None,
            related_information=related or None,
        )

    def _range(self, place: Place) -> types.Range:
        span = self._ranges.of(place)
        start, end = types.Position(span.line, span.start), types.Position(span.line, span.end)
        if place.file not in self._with_ends:
            self._with_ends[place.file] = [f"{line}\n" for line in self._lines.lines(place.file)]
        return self._codec.range_to_client_units(self._with_ends[place.file], types.Range(start, end))

    def _text(self, file: str) -> str:
        if file not in self._texts:
            self._texts[file] = "\n".join(self._lines.lines(file))
        return self._texts[file]

    def _place_of_error(self, where: str) -> Place:
        """Its file, if it names one of the project; otherwise that of the project."""
        file, _, rest = where.partition(", ")[0].partition(":")
        path = Path(file)
        directory = self._directory.resolve()
        if file and path.is_absolute() and path.is_file() and path.is_relative_to(directory):
            line = re.match(r"\d+", rest)
            return Place("", str(path.relative_to(directory)), int(line[0]) if line else 1)
        return Place("", self._fallback(""))

    def _fallback(self, entry: str) -> str:
        """Where something stands that has no place in the source."""
        file = project_file(self._directory)
        return entry or (file.name if file else "Pulumi.yaml")


def _severity(severity: str) -> types.DiagnosticSeverity:
    if severity in ERRORS:
        return types.DiagnosticSeverity.Error
    return types.DiagnosticSeverity.Warning if severity == "preference" else types.DiagnosticSeverity.Information
