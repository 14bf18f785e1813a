"""Rules name types that there are: a misspelt one would find nothing for ever."""

from __future__ import annotations

import re
from pathlib import Path

import pulumi_aws

from stackwright.rules.view import kind_of

RULES = Path(__file__).parents[3] / "src/stackwright/rules"
KIND = re.compile(r'"(?:aws:)?([a-z][a-z0-9]*/[a-z][A-Za-z0-9]*:[A-Z]\w+)"')


def unknown(text: str) -> set[str]:
    registered = set(re.findall(r'"(aws:\w+/\w+:\w+)"', Path(pulumi_aws.__file__).read_text(encoding="utf-8")))
    assert len(registered) > 1000
    return set(KIND.findall(text)) - {kind_of(token) for token in registered}


def test_every_type_in_a_rule_exists() -> None:
    found = {
        path.name: unknown(path.read_text(encoding="utf-8"))
        for path in RULES.rglob("*")
        if path.suffix in (".py", ".toml")
    }
    assert {name: kinds for name, kinds in found.items() if kinds} == {}


def test_a_misspelt_type_is_seen() -> None:
    assert unknown('"lambda/function:Function", "lambda/funktion:Function"') == {"lambda/funktion:Function"}
