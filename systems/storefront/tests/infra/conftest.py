"""The program's resources, as it registers them against made-up answers."""

from __future__ import annotations

import functools
import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

HERE = Path(__file__).resolve().parent

if str(HERE) not in sys.path:
    sys.path.insert(0, str(HERE))

from storefront_program import PROJECT, Program  # noqa: E402

from stackwright.workspace import load, locate  # noqa: E402


@pytest.fixture(scope="session")
def program() -> Program:
    return Program(load(locate(str(PROJECT)), "dev"))


@pytest.fixture(scope="session")
def unknown() -> Program:
    return Program(load(locate(str(PROJECT)), "dev", mode="unknown"))


def module(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"storefront_{name}", PROJECT / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    loaded = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = loaded
    spec.loader.exec_module(loaded)
    return loaded


@pytest.fixture(scope="session")
def config() -> ModuleType:
    return module("config")


@pytest.fixture(scope="session")
def package() -> ModuleType:
    return module("package")


@pytest.fixture(scope="session")
def variant() -> Callable[..., Program]:
    """The program with other config than that of the stack `dev`."""

    @functools.cache
    def load_variant(**values: str) -> Program:
        with pytest.MonkeyPatch.context() as patch:
            for key, value in values.items():
                patch.setenv(key.upper(), value)
            return Program(load(locate(str(PROJECT)), "dev"))

    return load_variant
