"""The stacks of real projects, compared."""

from __future__ import annotations

from pathlib import Path

import pytest

from stackwright.cli.app import run
from stackwright.workspace import locate
from stackwright.workspace.environments import compare_environments

DRIFT = Path(__file__).parents[2] / "programs" / "drift"


def test_a_project_with_deliberate_drift(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    assert run(["envs", str(DRIFT)]) == 1
    shown = capsys.readouterr().out
    assert max(map(len, shown.splitlines())) <= 100
    assert "hunter2" not in shown
    must_not, may = shown.split("Resources that must not differ")[1].split("Resources that may differ")
    for part in ("versioningConfiguration.status", "kmsMasterKeyId", "code", "pager Topic, __main__.py:"):
        assert part in must_not
    for part in ("memorySize", "delaySeconds", "visibilityTimeoutSeconds", "all of it, 3 resources"):
        assert part in may
    assert "lifecycle" not in shown.lower()
    assert "RolePolicy" not in shown
    assert "5 must not differ, 0 differ, 7 may differ" in shown


def test_a_stack_that_the_program_refuses(tmp_path: Path) -> None:
    files = {
        "Pulumi.yaml": "name: shop\nruntime: python\nstackwright: {environments: {mayDiffer: {settings: [size]}}}\n",
        "__main__.py": (
            "import pulumi\nconfig = pulumi.Config()\n"
            "if config.get('bad'):\n    raise ValueError(f'bad with {config.get(\"bad\")}')\n"
        ),
        "Pulumi.dev.yaml": "config: {shop:size: 1}\n",
        "Pulumi.prod.yaml.example": "config: {shop:size: 2, shop:bad: yes}\n",
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    report = compare_environments(locate(str(tmp_path)))
    assert list(report.stacks) == ["dev", "prod"]
    assert list(report.templates) == ["prod"]
    assert "ValueError" in report.failures["prod"]
    assert {s.key: s.verdict for s in report.settings} == {"shop:size": "allowed", "shop:bad": "forbidden"}


def test_what_cannot_be_known_here_is_no_reason_to_refuse(tmp_path: Path) -> None:
    """A secret of somebody else's key, and a stack that is not up."""
    files = {
        "Pulumi.yaml": "name: shop\nruntime: python\n",
        "__main__.py": (
            "import pulumi\nimport pulumi_aws as aws\n"
            "other = 'dev' if pulumi.get_stack() == 'prod' else 'prod'\n"
            "topic = pulumi.StackReference(f'organization/shop/{other}').get_output('topic')\n"
            "aws.sqs.Queue('jobs', tags={'key': pulumi.Config().require_secret('key'), 'topic': topic})\n"
        ),
        "Pulumi.dev.yaml": "config: {shop:key: open}\n",
        "Pulumi.prod.yaml": "secretsprovider: awskms://alias/x\nconfig: {shop:key: {secure: eA==}}\n",
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    report = compare_environments(locate(str(tmp_path)))
    assert dict(report.failures) == {}
    assert [finding.difference.name for finding in report.findings] == []
    assert list(report.notes) == ["prod: made up, for they cannot be opened here: shop:key"]
