"""The messages that the page on troubleshooting explains are those that the code has."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "troubleshooting.md"
# Said by Python, by the AWS CLI or by the emulator.
NOT_OURS = {
    'Could not connect to the endpoint URL: "https://queue.amazonaws.com/"',
    "No module named 'stackwright'",
    "Missing Authentication Token",
    ".localhost",
    "is not authorized to perform",
}


def messages() -> list[str]:
    quoted = [
        text for line in PAGE.read_text().splitlines() if line.startswith("### ") for text in line.split("`")[1::2]
    ]
    return [text for text in quoted if text not in NOT_OURS]


def texts() -> str:
    """Every text in the source; what is filled in is left out."""
    found = [
        str(node.value)
        for path in (ROOT / "src").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    return re.sub(r"\s+", " ", "\n".join(found))


@pytest.fixture(scope="module")
def said() -> str:
    return texts()


@pytest.mark.parametrize("message", messages())
def test_a_message_of_the_page_is_one_of_the_code(message: str, said: str) -> None:
    assert message in said
