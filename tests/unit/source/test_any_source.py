"""Whatever stands in a program, reading it comes to an end and does not fail.

Programs are made of the ones of these tests by putting expressions of one in places of another. How many are tried is
set by `STACKWRIGHT_RANDOM_SOURCES`.
"""

from __future__ import annotations

import ast
import copy
import os
import sysconfig
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stackwright.source.reader import read

ROOT = Path(__file__).parents[3]
COUNT = int(os.environ.get("STACKWRIGHT_RANDOM_SOURCES", "60"))
SITE_PACKAGES = (Path(sysconfig.get_paths()["purelib"]),)
PROGRAMS = [
    ast.parse(path.read_text(encoding="utf-8"))
    for folder in ("tests/programs", "benchmarks/rows", "systems/uploads", "src/stackwright/components")
    for path in sorted((ROOT / folder).rglob("*.py"))
]


def is_value(node: ast.AST) -> bool:
    """Whether any expression may stand in its place; in f-strings and patterns none may."""
    return (
        isinstance(node, ast.expr)
        and not isinstance(node, ast.FormattedValue | ast.Starred | ast.Slice)
        and isinstance(getattr(node, "ctx", ast.Load()), ast.Load)
    )


EXPRESSIONS = [node for program in PROGRAMS for node in ast.walk(program) if is_value(node)]


class _Grafted(ast.NodeTransformer):
    """Puts other expressions in some places."""

    def __init__(self, places: dict[int, int]) -> None:
        self._places = places
        self._place = 0

    def visit(self, node: ast.AST) -> ast.AST:
        if isinstance(node, ast.JoinedStr | ast.pattern):
            return node
        self._place += is_value(node)
        if is_value(node) and self._place in self._places:
            return EXPRESSIONS[self._places[self._place]]
        return self.generic_visit(node)


@st.composite
def sources(draw: st.DrawFn) -> str:
    program = draw(st.sampled_from(PROGRAMS))
    places = st.dictionaries(st.integers(1, 200), st.integers(0, len(EXPRESSIONS) - 1), max_size=12)
    return ast.unparse(_Grafted(draw(places)).visit(copy.deepcopy(program)))


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("source")


@settings(max_examples=COUNT, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(source=sources())
def test_programs_of_any_parts_are_read(source: str, directory: Path) -> None:
    (directory / "__main__.py").write_text(source, encoding="utf-8")
    read(directory, directory / "__main__.py", SITE_PACKAGES, directory / "cache")


@settings(max_examples=COUNT, deadline=None, database=None)
@given(source=st.text() | st.binary().map(lambda data: data.decode("latin-1")))
def test_what_is_no_program_is_read_as_well(source: str, directory: Path) -> None:
    (directory / "__main__.py").write_bytes(source.encode("utf-8", "surrogatepass"))
    read(directory, directory / "__main__.py", SITE_PACKAGES, directory / "cache")
