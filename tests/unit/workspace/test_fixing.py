"""Fixes are tried on a copy, and only what makes the program better is proposed and written."""

from __future__ import annotations

from pathlib import Path

import pytest

from stackwright.rules.settings import Settings
from stackwright.workspace import changes, locate
from stackwright.workspace.changes import Change
from stackwright.workspace.fixing import Proposal, propose

IMPORTS = "import json\n\nimport pulumi\nimport pulumi_aws as aws\n\n"


def proposed(directory: Path, program: str, *select: str, **files: str) -> Proposal:
    (directory / "Pulumi.yaml").write_text("name: shop\nruntime: python\n")
    for name, text in {"__main__": program, **files}.items():
        (directory / f"{name}.py").write_text(IMPORTS + text)
    before = {path: path.read_bytes() for path in directory.rglob("*.py")}
    proposal = propose(locate(str(directory)), Settings(select=select))
    assert {path: path.read_bytes() for path in directory.rglob("*.py")} == before, "nothing is written"
    return proposal


def test_what_only_shows_when_something_else_is_fixed_is_fixed_as_well(tmp_path: Path) -> None:
    # The program stops at the sum, so that nobody has seen the integration yet.
    program = """
role = aws.iam.Role("role", assume_role_policy="{}")
code = pulumi.AssetArchive({"app.py": pulumi.StringAsset("def handler(event, context): ...")})
function = aws.lambda_.Function("orders", role=role.arn, runtime="python3.13", handler="app.handler", code=code)
pulumi.export("all", function.arn + ":*")
api = aws.apigateway.RestApi("api")
aws.apigateway.Integration(
    "orders", rest_api=api.id, resource_id=api.root_resource_id, http_method="GET", type="AWS_PROXY",
    uri=function.arn,  # calls it
)
"""
    proposal = proposed(tmp_path, program, "OUT", "API101", "RUN")

    assert [f.code for f in proposal.report.findings] == ["OUT101"]
    assert sorted(one.finding.code for one in proposal.fixed) == ["API101", "API101", "OUT101"]
    (change,) = proposal.changes
    added = [line[1:] for line in change.diff() if line.startswith("+") and not line.startswith("+++")]
    assert added == [
        'pulumi.export("all", pulumi.Output.concat(function.arn, ":*"))',
        "    uri=function.invoke_arn,  # calls it",
        '    integration_http_method="POST",',
    ]


def test_a_fix_that_does_not_help_is_not_proposed_and_the_others_are(tmp_path: Path) -> None:
    # The name of a resource must be a text: to make an Output of it is no help.
    program = """
bucket = aws.s3.Bucket("inbox")
aws.sqs.Queue(f"jobs-{bucket.id}")
pulumi.export("objects", f"{bucket.arn}/*")
"""
    proposal = proposed(tmp_path, program, "OUT101")

    assert [one.finding.place.line for one in proposal.fixed] == [9]
    (left,) = proposal.not_fixed
    assert left.finding.place.line == 8
    assert left.reason == "the finding would stay"
    assert proposal.changes[0].after.splitlines()[7] == 'aws.sqs.Queue(f"jobs-{bucket.id}")'


def test_a_fix_that_changes_another_resource_is_not_proposed(tmp_path: Path) -> None:
    # One line makes both integrations; the web page is to be read by GET.
    program = """
role = aws.iam.Role("role", assume_role_policy="{}")
code = pulumi.AssetArchive({"app.py": pulumi.StringAsset("def handler(event, context): ...")})
function = aws.lambda_.Function("orders", role=role.arn, runtime="python3.13", handler="app.handler", code=code)
api = aws.apigateway.RestApi("api")
for name, kind, uri in (("fn", "AWS_PROXY", function.invoke_arn), ("page", "HTTP_PROXY", "https://example.com")):
    aws.apigateway.Integration(
        name, rest_api=api.id, resource_id=api.root_resource_id, http_method="GET", type=kind, uri=uri,
        integration_http_method="GET",
    )
"""
    proposal = proposed(tmp_path, program, "API101")

    assert [n.reason for n in proposal.not_fixed] == ["it would change other resources: page"]
    assert (proposal.fixed, proposal.changes) == ((), ())


def test_a_module_is_changed_where_the_program_imports_it_from(tmp_path: Path) -> None:
    proposal = proposed(
        tmp_path,
        "import storage\n",
        "OUT",
        storage='bucket = aws.s3.Bucket("inbox")\npulumi.export("objects", f"{bucket.arn}/*")\n',
    )

    assert [change.file for change in proposal.changes] == ["storage.py"]
    assert [one.edits[0].text for one in proposal.fixed] == ['pulumi.Output.concat(bucket.arn, "/*")']


def changed(path: Path, after: str = "x = 2\n") -> Change:
    before = changes.read(path)
    assert before is not None
    return Change(path.name, before, after)


def test_a_file_is_written_in_its_encoding_with_its_mode(tmp_path: Path) -> None:
    path = tmp_path / "app.py"
    path.write_bytes(b"# coding: latin-1\r\nx = '\xe4'\r\n")
    path.chmod(0o750)

    assert changes.write(tmp_path, changed(path, "# coding: latin-1\r\nx = 'ä' + ''\r\n")) == ""

    assert path.read_bytes() == b"# coding: latin-1\r\nx = '\xe4' + ''\r\n"
    assert path.stat().st_mode & 0o777 == 0o750
    assert list(tmp_path.iterdir()) == [path]


def test_a_byte_order_mark_stays(tmp_path: Path) -> None:
    path = tmp_path / "app.py"
    path.write_bytes(b"\xef\xbb\xbfx = 1\n")

    assert changes.write(tmp_path, changed(path)) == ""
    assert path.read_bytes() == b"\xef\xbb\xbfx = 2\n"


def test_a_file_that_changed_meanwhile_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "app.py"
    path.write_text("x = 1\n")
    change = changed(path)
    path.write_text("x = 3\n")

    assert changes.write(tmp_path, change) == "it has changed since it was checked"
    assert path.read_text() == "x = 3\n"


def test_a_read_only_file_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "app.py"
    path.write_text("x = 1\n")
    path.chmod(0o444)

    assert changes.write(tmp_path, changed(path)) == "it is read-only"
    assert path.read_text() == "x = 1\n"


@pytest.mark.parametrize("is_link", [True, False])
def test_nothing_outside_of_the_project_is_written(tmp_path: Path, is_link: bool) -> None:
    project, path = tmp_path / "project", tmp_path / "app.py"
    project.mkdir()
    path.write_text("x = 1\n")
    if is_link:
        (project / "app.py").symlink_to(path)
    change = changed(project / "app.py" if is_link else path)

    written = changes.write(project, change if is_link else Change("../app.py", change.before, change.after))

    assert written == "it lies outside of the project"
    assert path.read_text() == "x = 1\n"
