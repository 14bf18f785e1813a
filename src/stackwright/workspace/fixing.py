"""Mends what a check finds: tries every fix on a copy of the project, and keeps those after which it is better.

A fix is kept when its finding goes, nothing new is found, the program does not fail, and, of a rule over resources,
when no other resource changes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from stackwright.editing.edits import Edit, applied, fit
from stackwright.engine.project.pulumi_yaml import Project
from stackwright.graph import Graph
from stackwright.rules.finding import Finding, Report
from stackwright.rules.fixing import Fixes, is_fixable
from stackwright.rules.registry import rules
from stackwright.rules.rule import Subject
from stackwright.rules.settings import Settings
from stackwright.workspace import changes
from stackwright.workspace.changes import Change, Text
from stackwright.workspace.checking import CheckOptions, checker, modules, sources, with_interpreter
from stackwright.workspace.copies import copied

_ORDER: Final[tuple[Subject, ...]] = ("source", "graph", "check")  # what the source says hides what resources say
_MOST_ROUNDS: Final = 5  # an Output in a text in a text in a document

Texts = Mapping[str, str]
Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fixed:
    """A finding that the changes mend.

    Attributes:
        edits: of the file as it was, where it was found in it.
    """

    finding: Finding
    edits: tuple[Edit, ...] = ()


@dataclass(frozen=True, slots=True)
class NotFixed:
    """A finding whose fix is not among the changes, and why."""

    finding: Finding
    reason: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """What could be changed in a project.

    Attributes:
        report: of the project as it is.
    """

    report: Report
    fixed: tuple[Fixed, ...] = ()
    not_fixed: tuple[NotFixed, ...] = ()
    changes: tuple[Change, ...] = ()


def propose(
    project: Project, settings: Settings, options: CheckOptions | None = None, *, known: frozenset[str] = frozenset()
) -> Proposal:
    """Check a project, and work out what can be mended. Nothing of the project is written.

    Raises:
        StackwrightError: as `checking.check`.
    """
    options = options or CheckOptions()
    runnable, remarks = with_interpreter(project, current=options.current_python)
    paths = {str(path.relative_to(project.directory)): path for path in sources(project)}
    files = {file: text for file, path in paths.items() if (text := changes.read(path)) is not None}
    with checker(runnable.interpreter, modules(runnable)) as one:
        report = one.check(runnable, settings, options, known=known, remarks=remarks)
        for file in {f.place.file for f in report.findings if is_fixable(f)} - {*files}:
            text = changes.read(project.directory / file)  # beside a program of one file
            if text is not None:
                files[file] = text
        barred = _barred(project.directory, report, files)
        writable = {file: text for file, text in files.items() if not changes.outside(project.directory, file)}
        fixes = Fixes()
        if not any(_edits(fixes, finding, writable) for finding in report.findings):
            return Proposal(report, not_fixed=tuple(barred))
        with copied(runnable, {file: text.content for file, text in writable.items()}) as copy:

            def check(texts: Texts) -> Report:
                copy.write({file: text.encode(writable[file].encoding) for file, text in texts.items()})
                return one.check(copy.project, settings, options, known=known, remarks=remarks)

            mending = _Mending(check, {file: text.text for file, text in writable.items()}, fixes)
            mending.run()
    return Proposal(
        report,
        tuple(_as_they_were(mending.fixed, report, fixes, writable)),
        (*barred, *mending.not_fixed),
        tuple(
            Change(file, text, mending.texts[file])
            for file, text in sorted(writable.items())
            if mending.texts[file] != text.text
        ),
    )


def _barred(directory: Path, report: Report, files: Mapping[str, Text]) -> list[NotFixed]:
    found: list[NotFixed] = []
    for finding in report.findings:
        if not is_fixable(finding):
            continue
        if changes.outside(directory, finding.place.file):
            found.append(NotFixed(finding, "its file lies outside of the project"))
        elif finding.place.file in files and not _is_as_read(directory, finding.place.file, files):
            found.append(NotFixed(finding, "its file has changed while it was checked"))
    return found


def _is_as_read(directory: Path, file: str, files: Mapping[str, Text]) -> bool:
    return changes.read(directory / file) == files[file]


def _edits(fixes: Fixes, finding: Finding, files: Mapping[str, Text]) -> tuple[Edit, ...]:
    text = files.get(finding.place.file)
    return fixes.of(finding, text.text) if text is not None else ()


def _as_they_were(
    findings: Sequence[Finding], report: Report, fixes: Fixes, files: Mapping[str, Text]
) -> Iterator[Fixed]:
    """The findings as the report has them, since their lines may have moved."""
    reported: dict[Key, list[Finding]] = {}
    for finding in report.findings:
        reported.setdefault(_strict(finding), []).append(finding)
    for finding in findings:
        same = reported.get(_strict(finding))
        if same:
            before = same.pop(0)
            yield Fixed(before, _edits(fixes, before, files))
        else:
            yield Fixed(finding)  # it showed only when others were fixed


class _Mending:
    """Keeps what is better, as far as that goes."""

    def __init__(self, check: Callable[[Texts], Report], texts: Texts, fixes: Fixes) -> None:
        self._check = check
        self._fixes = fixes
        self.texts = dict(texts)
        self._report = check(texts)
        self.fixed: list[Finding] = []
        self.not_fixed: list[NotFixed] = []

    def run(self) -> None:
        for subject in _ORDER:
            groups: dict[tuple[str, tuple[Edit, ...]], list[Finding]] = {}
            for finding in self._report.findings:
                edits = self._edits(finding, self.texts)
                if edits and rules()[finding.code].subject == subject:
                    groups.setdefault((finding.place.file, edits), []).append(finding)
            self._solve(list(groups.values()))

    def _solve(self, groups: Sequence[Sequence[Finding]]) -> None:
        """All at once when that is well, else by halves."""
        if not groups:
            return
        wanted = {_strict(finding) for group in groups for finding in group}
        there = [finding for finding in self._report.findings if _strict(finding) in wanted]
        problem = self._attempt(there) if there else ""
        if not problem:
            self.fixed += [finding for group in groups for finding in group]
        elif len(groups) == 1:
            self.not_fixed += [NotFixed(finding, problem) for finding in groups[0]]
        else:
            middle = len(groups) // 2
            self._solve(groups[:middle])
            self._solve(groups[middle:])

    def _attempt(self, findings: Sequence[Finding]) -> str:
        """Fix these, and what only shows when they are fixed; why that is not well, or nothing."""
        texts, report = dict(self.texts), self._report
        wanted = {_strict(finding) for finding in findings}
        before = {_strict(finding) for finding in self._report.findings}
        shown: list[Finding] = []
        for _ in range(_MOST_ROUNDS):
            todo = [f for f in report.findings if _strict(f) in wanted or _strict(f) not in before]
            changed = self._edited(texts, todo)
            if not changed:
                break
            shown += [f for f in todo if f.code not in self._report.asked and self._edits(f, texts)]
            texts |= changed
            report = self._check(texts)
        problem = _problem(self._report, report, findings, _changed_lines(self.texts, texts))
        if not problem:
            self.texts, self._report = texts, report
            self.fixed += dict.fromkeys(shown)
        return problem

    def _edited(self, texts: Texts, findings: Sequence[Finding]) -> dict[str, str]:
        made: dict[str, list[Edit]] = {}
        for finding in findings:
            edits = self._edits(finding, texts)
            if edits and fit(edits, made.get(finding.place.file, [])):
                made.setdefault(finding.place.file, []).extend(edits)
        return {file: applied(texts[file], edits) for file, edits in made.items()}

    def _edits(self, finding: Finding, texts: Texts) -> tuple[Edit, ...]:
        return self._fixes.of(finding, texts[finding.place.file]) if finding.place.file in texts else ()


# ---- whether it is better --------------------------------------------------------------------------------------------


def _strict(finding: Finding) -> Key:
    place = finding.place
    return finding.code, place.urn, place.file, place.path, finding.message


def _loose(finding: Finding) -> Key:
    """Messages quote values, which a fix may change."""
    return finding.code, finding.place.urn, finding.place.file, finding.place.path


def _all(report: Report) -> tuple[Finding, ...]:
    return (*report.findings, *report.known)


def _problem(before: Report, after: Report, wanted: Sequence[Finding], changed: Mapping[str, set[int]]) -> str:
    if before.graph is not None and after.graph is None:
        failed = next((f for f in after.findings if f.code.startswith("RUN")), None)
        return f"the program would fail: {failed.message if failed else 'it does not run to its end'}"
    counted = Counter(map(_loose, _all(before)))
    left = counted - Counter(map(_loose, wanted))
    for finding in _all(after):
        key = _loose(finding)
        if before.graph is None and finding.code.startswith("RUN"):
            if finding.place.line in changed.get(finding.place.file, ()):
                return f"the program would fail there: {finding.message}"
        elif left[key] > 0:
            left[key] -= 1
        elif counted[key]:
            return "the finding would stay"
        elif before.graph is not None or finding.code in before.asked:  # else it shows because the program runs now
            return f"it would lead to {finding.code}: {finding.message}"
    open_before = Counter((n.code, n.value) for n in before.not_checked)
    for entry in after.not_checked if before.graph is not None else ():
        if not open_before[entry.code, entry.value]:
            return f"{entry.code} could not be checked any more: {entry.value}"
    if before.graph is not None and after.graph is not None:
        return _other_changes(before.graph, after.graph, wanted)
    return ""


def _other_changes(before: Graph, after: Graph, wanted: Sequence[Finding]) -> str:
    """What a fix of one resource would change of others; a text of the source may be in any."""
    if any(rules()[finding.code].subject != "graph" for finding in wanted):
        return ""
    was = {resource.urn: resource.inputs for resource in before.resources}
    now = {resource.urn: resource.inputs for resource in after.resources}
    meant = {finding.place.urn for finding in wanted}
    others = sorted(urn for urn in was.keys() | now.keys() if was.get(urn) != now.get(urn) and urn not in meant)
    return f"it would change other resources: {', '.join(urn.rpartition('::')[2] for urn in others)}" if others else ""


def _changed_lines(before: Texts, after: Texts) -> dict[str, set[int]]:
    found: dict[str, set[int]] = {}
    for file, text in after.items():
        if text != before[file]:
            old = Counter(before[file].splitlines())
            found[file] = {number for number, line in enumerate(text.splitlines(), 1) if not old[line]}
    return found
