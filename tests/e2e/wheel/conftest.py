"""The wheel, and an environment outside of the repository that has it with everything."""

from __future__ import annotations

from pathlib import Path

import pytest
from fresh_environments import UV, environment, pythons, run

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    run(UV, "build", "--quiet", "--wheel", "--out-dir", folder, ROOT, cwd=folder)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="session")
def outside(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of an environment with everything, another Python than this one where the machine has it."""
    *_, other = pythons()
    return environment(
        tmp_path_factory.mktemp("outside"), other, f"stackwright[local,systems] @ file://{wheel}", "pytest>=8.4"
    )
