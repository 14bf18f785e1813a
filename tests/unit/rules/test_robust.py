"""No graph makes a rule raise: 10,000 random ones, made of the types and inputs that rules ask for, and of junk."""

from __future__ import annotations

import random
import re
from pathlib import Path
from typing import Any

import pytest

from stackwright.graph import UNKNOWN, Archive, Graph, Resource, Secret, SourcePosition
from stackwright.rules.lines import Lines
from stackwright.rules.registry import rules
from stackwright.rules.runner import Subjects, ask
from stackwright.rules.settings import Settings
from stackwright.rules.view import View

RULES = Path(__file__).parents[3] / "src/stackwright/rules"
TEXT = "\n".join(path.read_text(encoding="utf-8") for path in sorted(RULES.rglob("*.py")))
KINDS = sorted(set(re.findall(r'"(?:aws:)?([a-z][a-z0-9]*/[a-z]\w*:[A-Z]\w+)"', TEXT)))
KEYS = sorted({part for path in re.findall(r'"([a-z]\w*(?:\.\w+)*)"', TEXT) for part in path.split(".")})
GRAPH_RULES = [rule for rule in rules().values() if rule.subject == "graph"]
CASES = 10_000
PARTS = 20
POLICY = '{"Version": "2012-10-17", "Statement": %s}'
JUNK: list[Any] = [
    None,
    UNKNOWN,
    True,
    False,
    0,
    -1,
    3.5,
    "",
    "x",
    "*",
    "{",
    "[]",
    "null",
    "arn:aws:sqs",
    "arn:aws:lambda:us-east-1:123456789012:function:f:live",
    "Output[T]",
    "\ud800",
    "ä" * 300,
    [],
    {},
    [None],
    [UNKNOWN],
    [[]],
    Secret("s"),
    Secret({"a": UNKNOWN}),
    Archive("file", "/no/such/file.zip"),
    Archive("assets", {}),
    POLICY % "1",
    POLICY % "[]",
    POLICY % '[{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}]',
    POLICY
    % '{"Effect": "Allow", "Principal": {"Service": ["s3.amazonaws.com"]}, "Action": [1], "Condition": {"x": 1}}',
    '{"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": 1, "Next": "B"}}}',
    '{"source": ["aws.s3"], "detail-type": ["Object Created"], "detail": {"bucket": {"name": 1}}}',
]


def value(chance: random.Random, names: list[str], depth: int = 0) -> Any:
    kind = chance.random()
    if depth < 3 and kind < 0.2:
        return {chance.choice(KEYS): value(chance, names, depth + 1) for _ in range(chance.randint(0, 4))}
    if depth < 3 and kind < 0.35:
        return [value(chance, names, depth + 1) for _ in range(chance.randint(0, 3))]
    return chance.choice(names) if kind < 0.6 else chance.choice(JUNK)


def graph(seed: int) -> Graph:
    chance = random.Random(seed)
    names = [f"r{i}" for i in range(4)] + [f"arn:aws:sns:us-east-1:123456789012:r{i}" for i in range(4)]
    urns = [f"urn:pulumi:dev::p::t::r{i}" for i in range(4)]
    resources: list[Resource] = []
    for i, urn in enumerate(urns):
        inputs = {key: value(chance, names) for key in chance.sample(KEYS, chance.randint(0, 12))}
        outputs = {key: value(chance, names) for key in chance.sample(KEYS, 4)} | {
            "arn": names[4 + i],
            "name": names[i],
        }
        resources.append(
            Resource(
                urn,
                chance.choice(["", "aws:"]) + chance.choice(KINDS),
                f"r{i}",
                id=chance.choice([names[i], UNKNOWN, ""]),
                inputs=inputs,
                outputs=chance.choice([outputs, {**inputs, **outputs}]),
                parent=chance.choice(["", *urns]),
                provider=chance.choice(["", *urns]),
                dependencies=tuple(chance.sample(urns, chance.randint(0, 2))),
                source=chance.choice([None, SourcePosition("gone.py", 3)]),
                external=chance.random() < 0.1,
            )
        )
    return Graph("p", "dev", "simulated", tuple(resources), outputs={"url": value(chance, names)})


@pytest.mark.parametrize("part", range(PARTS))
def test_no_graph_makes_a_rule_raise(part: int) -> None:
    lines = Lines(None)
    for seed in range(part, CASES, PARTS):
        done = ask(GRAPH_RULES, Subjects(lines, graph=View(graph(seed), lines)), Settings())
        assert done.crashes == [], f"graph({seed})"
