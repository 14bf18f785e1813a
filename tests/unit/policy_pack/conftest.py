"""One interpreter for all programs of these tests, and one policy pack that is asked about them."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

import pytest
from checked_programs import Programs, checking_programs
from policy_engine import PolicyEngine, started

from stackwright.policy_pack import template


@pytest.fixture(scope="session")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Generator[Programs]:
    with checking_programs(tmp_path_factory.mktemp("programs")) as found:
        yield found


@pytest.fixture(scope="session")
def pack_directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("packs") / "policy"
    template.write(directory)
    return directory


@pytest.fixture(scope="session")
def engine(pack_directory: Path) -> Generator[PolicyEngine]:
    with started(pack_directory) as found:
        yield found
