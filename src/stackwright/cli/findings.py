"""Findings of a check in few words, beside what else a command says."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from stackwright.rules.finding import Finding
from stackwright.workspace import Explanation


def where(finding: Finding) -> str:
    """The line, or the resource when there is none."""
    place = finding.place
    return f"{place.file}:{place.line}" if place.file else place.urn


def one_line(finding: Finding) -> str:
    """Code, place, and what is wrong."""
    message = " ".join(finding.message.split())
    return f"{finding.code} {finding.severity} {where(finding)}: {message}"


def explained(explanation: Explanation, told: Collection[str] = ()) -> Iterator[str]:
    """What goes beside a refusal: the findings that speak of it with what to do, and what else will break.

    Args:
        told: fingerprints of what has been said before.
    """
    for finding in explanation.of_refusal:
        yield f"check says of it: {one_line(finding)}"
        for number, line in enumerate(finding.fix.splitlines()):
            yield f"  fix: {line}" if number == 0 else f"       {line}"
    yield from (one_line(finding) for finding in explanation.others if finding.fingerprint not in told)
