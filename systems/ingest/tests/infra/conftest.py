"""The program's graphs: what the stacks dev, staging and prod register, without a server."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from stackwright.testing.program import Program

PROJECT = Path(__file__).resolve().parents[2]

if str(PROJECT) not in sys.path:
    sys.path.insert(0, str(PROJECT))


@pytest.fixture(scope="session")
def of_stack() -> Callable[[str], Program]:
    """Returns the program of a stack."""
    return cache(lambda stack: Program.of(PROJECT, stack=stack))


@pytest.fixture(scope="session")
def both() -> Program:
    """The program that builds prod and staging."""
    return Program.of(Path(__file__).parent / "both", stack="both")
