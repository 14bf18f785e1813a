"""One interpreter for all programs of these tests."""

from __future__ import annotations

from collections.abc import Generator

import pytest
from checked_programs import Programs, checking_programs


@pytest.fixture(scope="session")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Generator[Programs]:
    with checking_programs(tmp_path_factory.mktemp("programs")) as found:
        yield found
