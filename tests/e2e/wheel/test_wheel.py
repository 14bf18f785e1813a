"""The wheel outside of the repository: what the base install brings, packages on two Pythons, and copied systems."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from fresh_environments import environment, run

ROOT = Path(__file__).parents[3]
HEAVY = ("boto3", "botocore", "ministack", "click", "rich", "watchfiles", "cryptography", "aws_lambda_powertools")

IMPORTS = f"""
import sys
import stackwright.components, stackwright_handlers.errors, stackwright_handlers.settings, stackwright_handlers.values
assert not [name for name in {HEAVY!r} if name in sys.modules]
import importlib.util
assert not [name for name in {HEAVY!r} if importlib.util.find_spec(name)], "the base install is not light"
"""
PACKAGES = """
import pathlib, runpy, sys
functions = {
    "file_processor_package": [()],
    "service_package": [("user-service",), ("order-service",), ("product-service",)],
    "function_package": [("upload",), ("status",), ("results",), ("processor",)],
}
for system in sys.argv[1:]:
    module = runpy.run_path(system + "/package.py")
    for name, calls in functions.items():
        for arguments in calls if name in module else ():
            print(module[name](*arguments).sha256)
"""
SYSTEMS = ("uploads", "storefront", "marketdata")


# What of a copied system's tests is run there; the rest is collected, so that nothing is imported that is not there.
COPIES = {
    "uploads": (
        "tests/handlers/test_function.py",
        "tests/infra/test_program.py",
        "tests/e2e/test_verification.py::test_a_fresh_stack_holds",
    ),
    "storefront": ("tests/handlers/test_users_and_products.py", "tests/infra/test_program.py"),
    "marketdata": ("tests/handlers/test_api.py", "tests/infra/test_program.py"),
}


def test_the_base_install_has_components_and_handlers_and_no_tools(wheel: Path, tmp_path: Path) -> None:
    python = environment(tmp_path, sys.executable, str(wheel))
    run(python, "-c", IMPORTS, cwd=tmp_path)

    command = subprocess.run(
        [python.with_name("stackwright"), "--help"], capture_output=True, text=True, check=False, cwd=tmp_path
    )
    assert command.returncode == 3
    assert "stackwright[local,systems]" in command.stderr
    assert "Traceback" not in command.stderr


def test_packages_have_the_same_bytes_on_another_python_and_from_the_wheel(outside: Path, tmp_path: Path) -> None:
    here = run(sys.executable, "-c", PACKAGES, *(ROOT / "systems" / name for name in SYSTEMS), cwd=tmp_path)
    assert len(here.split()) == 8

    where = "import stackwright, pathlib; print(pathlib.Path(stackwright.__file__).parent / 'systems')"
    installed = Path(run(outside, "-c", where, cwd=tmp_path).strip())

    assert not installed.is_relative_to(ROOT)
    assert run(outside, "-c", PACKAGES, *(installed / name for name in SYSTEMS), cwd=tmp_path) == here


@pytest.mark.parametrize("system", COPIES)
def test_a_system_that_is_copied_brings_its_tests_along(outside: Path, tmp_path: Path, system: str) -> None:
    copy = tmp_path / "mine"
    run(outside.with_name("stackwright"), "new", system, copy, cwd=tmp_path)
    original = ROOT / "systems" / system
    brought = {str(path.relative_to(copy)) for path in copy.rglob("*.py")}
    assert brought == {str(path.relative_to(original)) for path in original.rglob("*.py")}

    run(outside, "-m", "pytest", "--collect-only", "-q", cwd=copy)
    run(outside, "-m", "pytest", "-q", "-p", "no:cacheprovider", *COPIES[system], cwd=copy)
