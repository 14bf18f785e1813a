"""The program's resources, as it registers them against made-up answers."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

import pytest

from stackwright.testing.program import Program, Variants, module

HERE = Path(__file__).resolve().parent

if str(HERE) not in sys.path:
    sys.path.insert(0, str(HERE))

from marketdata_program import PROJECT  # noqa: E402


@pytest.fixture(scope="session")
def program() -> Program:
    return Program.of(PROJECT)


@pytest.fixture(scope="session")
def variant() -> Variants:
    return Variants(PROJECT)


@pytest.fixture(scope="session")
def config() -> ModuleType:
    return module(PROJECT, "config")


@pytest.fixture(scope="session")
def package() -> ModuleType:
    return module(PROJECT, "package")
