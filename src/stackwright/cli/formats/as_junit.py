"""JUnit's XML, which most CI servers show: a suite for each project, a case for each rule that has something to say."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree import ElementTree

from stackwright.cli.formats import Checked, Finding
from stackwright.cli.text import plain
from stackwright.rules.registry import rules


def text(checked: Sequence[Checked]) -> str:
    """The document."""
    root = ElementTree.Element("testsuites", name="stackwright check")
    for one in checked:
        found: dict[str, list[Finding]] = {}
        for finding in one.report.findings:
            found.setdefault(finding.code, []).append(finding)
        skipped = {n.code: n for n in one.report.not_checked if n.code not in found}
        codes = [code for code in rules() if code in one.report.asked or code in found or code in skipped]
        suite = ElementTree.SubElement(
            root,
            "testsuite",
            name=one.name,
            tests=str(len(codes)),
            failures=str(len(found)),
            errors="0",
            skipped=str(len(skipped)),
        )
        for code in codes:
            case = ElementTree.SubElement(suite, "testcase", classname=one.name, name=f"{code} {rules()[code].name}")
            if code in found:
                first = found[code][0]
                failure = ElementTree.SubElement(case, "failure", type=first.severity, message=plain(first.message))
                failure.text = "\n".join(plain(_line(f)) for f in found[code])
            elif code in skipped:
                entry = skipped[code]
                ElementTree.SubElement(case, "skipped", message=plain(f"{entry.value}: {entry.reason}"))
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=True)


def _line(finding: Finding) -> str:
    where = f"{finding.place.file}:{finding.place.line}" if finding.place.file else finding.place.urn
    return f"{where}: {finding.message}. Fix: {finding.fix}"
