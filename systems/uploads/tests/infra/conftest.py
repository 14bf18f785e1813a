"""The program's resources, as it registers them against made-up answers."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pytest

from stackwright.testing.program import Program, Variants, module

PROJECT = Path(__file__).resolve().parents[2]


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
