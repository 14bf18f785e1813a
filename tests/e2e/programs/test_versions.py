"""Programs that ask for versions which AWS has retired."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from stackwright.errors import ResourceError
from stackwright.workspace import UpOptions, UpResult, locate, session

PROGRAM = """
import pulumi_aws as aws

account = {{"master_username": "master", "master_password": "a-password", "skip_final_snapshot": True}}
aws.rds.Cluster("cluster", engine="aurora-postgresql", engine_version="{version}", **account)
"""


def up(programs: Any, where: Path, version: str) -> UpResult:
    (where / "Pulumi.yaml").write_text("name: versions\nruntime: python\n")
    (where / "__main__.py").write_text(PROGRAM.format(version=version))
    with session(locate(str(where)), UpOptions(endpoint=programs.endpoint.url)) as opened:
        return opened.apply(None, {})


def test_a_version_that_aws_no_longer_creates_is_refused_at_its_line(programs: Any, tmp_path: Path) -> None:
    with pytest.raises(ResourceError, match=r"15\.4, which AWS has retired") as caught:
        up(programs, tmp_path, "15.4")
    assert "__main__.py:5" in caught.value.where


def test_a_version_out_of_standard_support_is_a_notice_with_its_line(programs: Any, tmp_path: Path) -> None:
    result = up(programs, tmp_path, "13.20")
    warnings = [one.message for one in result.graph.diagnostics if one.severity == "warning"]
    assert any("__main__.py:5" in one and "standard support ended on 2026-02-28" in one for one in warnings), warnings
