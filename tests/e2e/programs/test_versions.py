"""Programs that ask for versions which AWS has retired."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from stackwright.workspace import UpOptions, UpResult, locate, open_project

PROGRAM = """
import pulumi_aws as aws

account = {{"master_username": "master", "master_password": "a-password", "skip_final_snapshot": True}}
aws.rds.Cluster("cluster", engine="aurora-postgresql", engine_version="{version}", **account)
"""


def up(programs: Any, where: Path, version: str) -> UpResult:
    (where / "Pulumi.yaml").write_text(f"name: version-{version.replace('.', '-')}\nruntime: python\n")
    (where / "__main__.py").write_text(PROGRAM.format(version=version))
    with open_project(locate(str(where)), UpOptions(endpoint=programs.endpoint.url)).connect() as session:
        return session.apply()


@pytest.mark.parametrize(
    ("version", "says"), [("15.4", "15.4, which AWS has retired"), ("13.20", "standard support ended on 2026-02-28")]
)
def test_a_retired_version_comes_up_and_is_named_with_its_line(
    programs: Any, tmp_path: Path, version: str, says: str
) -> None:
    result = up(programs, tmp_path, version)
    warnings = [one.message for one in result.graph.diagnostics if one.severity == "warning"]
    assert any("__main__.py:5" in one and says in one for one in warnings), warnings
