"""Asks rules, and puts what they say together: pass, finding, or not checked with the value that was unknown."""

from __future__ import annotations

import re
import traceback
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, cast

from stackwright.graph import Graph, Secret
from stackwright.rules.finding import (
    NOWHERE,
    Finding,
    NotChecked,
    Place,
    Problem,
    Related,
    Report,
    Suppressed,
    fingerprints,
    ordered,
)
from stackwright.rules.lines import Lines
from stackwright.rules.rule import Rule
from stackwright.rules.runs import Failure, Runs
from stackwright.rules.settings import Settings
from stackwright.rules.suppression import Comment, comments
from stackwright.rules.view import NotKnown, View

_CONSEQUENCES = ("RUN", "OUT111")  # how codes begin that say what came of a fault; what says the fault itself is enough
_MARK = re.compile(
    r"04da6b54-80e4-46f7-96ec-b56ff0331ba9(-[0-9a-f]{8})?"
)  # see `stackwright.engine.program.host_stand_ins`
_SHORT = 4  # characters; a shorter secret would blank half of every message


@dataclass(frozen=True)
class Subjects:
    """What there is to ask about.

    Attributes:
        graph: None when the program could not be run.
        source: the project's Python; None when it was not read.
        files: the project's Python files, relative to it.
        failure: why there is no graph.
        remarks: what the check leaves open, and why.
    """

    lines: Lines
    graph: View | None = None
    source: Any = None
    runs: Runs | None = None
    files: Sequence[str] = ()
    failure: Failure | None = None
    remarks: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True)
class Crash:
    """A rule that raised."""

    rule: Rule
    about: str
    error: str
    where: str
    place: Place


@dataclass
class Done:
    """What came of the rules.

    Attributes:
        asked: codes of the rules that could be asked.
        unused: comments that were about no finding.
    """

    findings: list[Finding] = field(default_factory=list[Finding])
    not_checked: list[NotChecked] = field(default_factory=list[NotChecked])
    crashes: list[Crash] = field(default_factory=list[Crash])
    comments: list[Comment] = field(default_factory=list[Comment])
    unused: list[Comment] = field(default_factory=list[Comment])
    asked: set[str] = field(default_factory=set[str])
    known_codes: frozenset[str] = frozenset()


def ask(rules: Iterable[Rule], subjects: Subjects, settings: Settings) -> Done:
    """Ask all rules that have something to ask about."""
    done = Done()
    for rule in rules:
        arguments = settings.parameters.get(rule.code, {})
        if _subject(rule, subjects) is None:
            continue
        done.asked.add(rule.code)
        for call, place in _calls(rule, subjects):
            _ask(rule, call, arguments, place, done)
    return done


def report(
    rules: Iterable[Rule],
    subjects: Subjects,
    settings: Settings,
    *,
    known: frozenset[str] = frozenset(),
    more: Iterable[Done] = (),
) -> Report:
    """Everything that is to be said of a project.

    Args:
        rules: all that there are.
        known: fingerprints of a baseline.
        more: what has been asked before, as of the source while the program ran; the rules of their subjects are not
            asked again.
    """
    everything = list(rules)
    chosen = settings.chosen(everything)
    earlier = list(more)
    asked = {code for done in earlier for code in done.asked}
    done = _merged(
        [*earlier, ask((r for r in chosen if r.code not in asked and r.subject != "check"), subjects, settings)]
    )
    unasked = [rule for rule in chosen if rule.subject == "graph"]
    if subjects.failure is not None and unasked:
        reason = f"the program does not run: {subjects.failure.message}"
        value = f"what {len(unasked)} rules ask of the resources"
        done.not_checked.append(NotChecked("RUN101", "program-fails", value, reason, subjects.failure.place))
    for what, reason in subjects.remarks:
        done.not_checked.append(NotChecked("RUN101", "program-fails", what, reason, NOWHERE))
    done.known_codes = frozenset(rule.code for rule in everything)
    done.comments = [c for file in subjects.files for c in comments(file, subjects.lines)]
    found = _without_echo(done.findings, subjects.lines)
    accepted: list[Suppressed] = []
    left: list[Finding] = []
    used: set[Comment] = set()
    for finding in found:
        comment = next((c for c in done.comments if c.covers(finding.code, finding.place, subjects.lines)), None)
        if comment is not None:
            used.add(comment)
        if comment is None or not comment.reason:
            left.append(finding)
        else:
            accepted.append(Suppressed(finding, comment.reason))
    done.unused = [c for c in done.comments if c not in used]
    for rule in chosen:
        if rule.subject == "check":
            left.extend(_finding(rule, problem) for problem in rule.function(done))
    masked = _masking(subjects.graph.graph if subjects.graph else None)
    findings = _with_fingerprints(ordered(_masked(left, masked)), subjects.lines)
    new = [f for f in findings if f.fingerprint not in known]
    return Report(
        findings=tuple(new),
        not_checked=tuple(
            sorted(done.not_checked, key=lambda n: (n.place.file, n.place.line, n.code, n.place.urn, n.value))
        ),
        suppressed=tuple(
            Suppressed(f, a.reason)
            for f, a in zip(_masked([a.finding for a in accepted], masked), accepted, strict=True)
        ),
        known=tuple(f for f in findings if f.fingerprint in known),
        asked=frozenset(done.asked),
        rules=len(chosen),
        resources=len(subjects.graph.by_urn) if subjects.graph else 0,
        files=len(subjects.files),
        by_severity=dict(Counter(f.severity for f in new)),
        graph=subjects.graph.graph if subjects.graph else None,
    )


def _calls(rule: Rule, subjects: Subjects) -> Iterator[tuple[tuple[Any, ...], Place]]:
    if rule.each and subjects.graph is not None:
        for node in subjects.graph.all(*rule.each):
            yield (node, subjects.graph), node.place()
    else:
        yield (_subject(rule, subjects),), NOWHERE


def _subject(rule: Rule, subjects: Subjects) -> Any:
    match rule.subject:
        case "graph":
            return subjects.graph
        case "source":
            return subjects.source
        case "runs":
            return subjects.runs
        case "check":
            return None


def _ask(rule: Rule, call: tuple[Any, ...], arguments: Mapping[str, Any], place: Place, done: Done) -> None:
    try:
        done.findings.extend(_finding(rule, problem) for problem in rule.function(*call, **arguments))
    except NotKnown as unknown:
        reason = "the value is not known before AWS answers"
        where = unknown.node.place(unknown.path)
        done.not_checked.append(
            NotChecked(rule.code, rule.name, f"{unknown.path} of {unknown.node.name}", reason, where)
        )
    except Exception as error:  # noqa: BLE001 - a fault of one rule is told, and the others go on
        frame = traceback.extract_tb(error.__traceback__)[-1]
        about = f" of {place.urn.rpartition('::')[2]}" if place.urn else ""
        where = f"{frame.filename.rpartition('/')[2]}:{frame.lineno}"
        done.crashes.append(Crash(rule, about, f"{type(error).__name__}: {error}", where, place))


def _finding(rule: Rule, problem: Problem) -> Finding:
    return Finding(
        code=rule.code,
        name=rule.name,
        failure_class=rule.failure_class,
        severity=rule.severity,
        rows=rule.rows,
        message=problem.message,
        fix=problem.fix,
        place=problem.place,
        related=problem.related,
        about=problem.about,
    )


def _merged(parts: Iterable[Done]) -> Done:
    whole = Done()
    for part in parts:
        whole.findings += part.findings
        whole.not_checked += part.not_checked
        whole.crashes += part.crashes
        whole.asked |= part.asked
    return whole


def _without_echo(findings: list[Finding], lines: Lines) -> list[Finding]:
    """Without what came of a fault at a statement where another rule has said the fault, and without repetitions."""

    def statement(finding: Finding) -> tuple[str, int]:
        return finding.place.file, lines.statement(finding.place.file, finding.place.line)

    own = [f for f in findings if not f.code.startswith(_CONSEQUENCES)]
    explained = {(statement(f), f.place.urn) for f in own if f.severity == "breaks" and f.place.file}

    def is_explained(f: Finding) -> bool:
        # One statement of a helper makes several resources; what the source says is about all of them.
        return (statement(f), f.place.urn) in explained or (statement(f), "") in explained

    kept = [f for f in findings if not f.code.startswith(_CONSEQUENCES) or not is_explained(f)]
    return list(dict.fromkeys(kept))


def _with_fingerprints(findings: Sequence[Finding], lines: Lines) -> list[Finding]:
    texts = {f.place: lines.text(f.place.file, f.place.line) for f in findings if f.place.file}
    return [replace(f, fingerprint=p) for f, p in zip(findings, fingerprints(findings, texts), strict=True)]


def _masking(graph: Graph | None) -> Callable[[str], str]:
    """Takes the graph's secrets out of a text, and the marks of what is not known."""
    secrets: set[str] = set()
    for resource in graph.resources if graph is not None else ():
        _collect(resource.inputs, False, secrets)
        _collect(resource.outputs, False, secrets)
    longest_first = sorted((s for s in secrets if len(s) >= _SHORT), key=len, reverse=True)

    def masked(text: str) -> str:
        for secret in longest_first:
            text = text.replace(secret, "[secret]")
        return _MARK.sub("…", text)

    return masked


def _collect(value: Any, secret: bool, found: set[str]) -> None:
    match value:
        case Secret(inner):
            _collect(inner, True, found)
        case str() if secret:
            found.add(value)
        case Mapping():
            for inner in cast("Mapping[str, Any]", value).values():
                _collect(inner, secret, found)
        case list() | tuple():
            for inner in cast("Sequence[Any]", value):
                _collect(inner, secret, found)
        case _:
            return


def _masked(findings: Iterable[Finding], masked: Callable[[str], str]) -> list[Finding]:
    return [
        replace(
            f,
            message=masked(f.message),
            fix=masked(f.fix),
            related=tuple(Related(masked(r.message), r.place) for r in f.related),
        )
        for f in findings
    ]
