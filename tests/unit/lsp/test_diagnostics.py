"""What an editor is told, and how it counts."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from lsprotocol import types
from pygls.workspace import PositionCodec

from stackwright.cli.app import run
from stackwright.errors import ProjectError
from stackwright.lsp.diagnostics import Diagnostics
from stackwright.lsp.finding_projects import is_of_interest, projects_of
from stackwright.rules.finding import Finding, Place, Related, Report
from stackwright.workspace.repeated_checks import Outcome

TEXT = """\
import pulumi_aws as aws

function = aws.lambda_.Function(
    "𝄞 ü",
)
note = "𝄞 ü"; call(uri=function.arn, of=[1,
    2], by=function.arn)
"""


def found(place, *related, code="API101", severity="breaks"):
    return Finding(code, "integration-uri", "integration-uri", severity, (), "it is wrong", "mend it", place, related)


def diagnostics(tmp_path, *findings, encoding=types.PositionEncodingKind.Utf16):
    (tmp_path / "Pulumi.yaml").write_text("name: shop\nruntime: python\n")
    (tmp_path / "__main__.py").write_text(TEXT, encoding="utf-8")
    of = Diagnostics(tmp_path, PositionCodec(encoding)).of(Outcome(Report(findings), entry="__main__.py"))
    return {Path(uri.removeprefix("file://")).name: [one.diagnostic for one in each] for uri, each in of.items()}


def positions(diagnostic):
    found = diagnostic.range
    return (found.start.line, found.start.character), (found.end.line, found.end.character)


def place(line, text):
    return Place("", "__main__.py", line, len(TEXT.split("\n")[line - 1].partition(text)[0]) + 1)


@pytest.mark.parametrize(
    ("encoding", "start"),
    [
        (types.PositionEncodingKind.Utf8, 27),
        (types.PositionEncodingKind.Utf16, 24),
        (types.PositionEncodingKind.Utf32, 23),
    ],
)
def test_characters_are_counted_as_the_editor_does(tmp_path, encoding, start):
    (one,) = diagnostics(tmp_path, found(place(6, "function.arn")), encoding=encoding)["__main__.py"]

    assert positions(one) == ((5, start), (5, start + len("function.arn")))


def test_a_call_is_underlined_by_what_is_called_and_nothing_over_a_line(tmp_path):
    call, values = diagnostics(tmp_path, found(place(3, "aws.lambda_")), found(place(6, "[1")))["__main__.py"]

    assert positions(call) == ((2, 11), (2, 31))
    assert positions(values)[1] == (5, len(TEXT.split("\n")[5]) + 1), "a clef counts twice"


def test_both_ends_of_a_relation_and_severities(tmp_path):
    other = Related("the function", place(3, "aws.lambda_"))
    findings = [found(place(6, "call"), other, severity=s) for s in ("exposes", "preference", "advice")]
    error, warning, information = diagnostics(tmp_path, *findings)["__main__.py"]

    assert [d.severity for d in (error, warning, information)] == [1, 2, 3]
    (related,) = error.related_information
    assert (related.message, related.location.range.start.line) == ("the function", 2)


def test_what_has_no_place_stands_at_the_program_and_an_error_at_its_file(tmp_path):
    assert positions(diagnostics(tmp_path, found(Place("urn:x")))["__main__.py"][0])[0] == (0, 0)

    error = ProjectError("no such thing", where=f"{tmp_path}/Pulumi.yaml: name", fix="Mend it.")
    of = Diagnostics(tmp_path, PositionCodec()).of(Outcome(error=error))
    ((uri, (one,)),) = of.items()
    assert uri.endswith("Pulumi.yaml")
    assert one.finding is None
    assert one.diagnostic.message == "not checked: no such thing\nFix: Mend it."


def test_the_nearest_project_counts_and_otherwise_those_of_the_folder(tmp_path):
    for name, runtime in {"infra": "python", "infra/inner": "{name: python}", "site": "nodejs"}.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "Pulumi.yaml").write_text(f"name: x\nruntime: {runtime}\n")
    infra, inner = tmp_path / "infra", tmp_path / "infra/inner"

    assert projects_of(infra / "deep/x.py", [tmp_path]) == [infra]
    assert projects_of(inner / "x.py", []) == [inner]
    assert projects_of(tmp_path / "site/x.py", [tmp_path]) == [], "it is in another language"
    assert projects_of(tmp_path / "handlers/x.py", [tmp_path]) == [infra, inner]
    assert projects_of(tmp_path / "handlers/x.py", [infra]) == [], "of no folder"
    names = ("x.py", "Pulumi.yaml", "Pulumi.dev.yaml", "pyproject.toml", "notes.md", "values.yaml")
    assert [name for name in names if is_of_interest(Path(name))] == list(names[:4])


def test_without_the_extra_it_says_what_to_install(monkeypatch, capsys):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)

    assert run(["lsp"]) == 3
    assert 'pip install "stackwright[lsp]"' in capsys.readouterr().err


def test_no_other_command_imports_what_it_needs():
    code = "import sys, stackwright.cli.check, stackwright.cli.lsp; print([m for m in sys.modules if 'pygls' in m])"

    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
