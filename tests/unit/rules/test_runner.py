"""What becomes of what rules say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from stackwright.errors import UsageError
from stackwright.graph import UNKNOWN, Graph, Resource, Secret, SourcePosition
from stackwright.rules import baseline, settings
from stackwright.rules.about import comments, failures
from stackwright.rules.finding import Problem, Report
from stackwright.rules.lines import Lines
from stackwright.rules.rule import Rule, graph_rule
from stackwright.rules.runner import Subjects, report
from stackwright.rules.settings import Settings
from stackwright.rules.view import Node, View

QUEUE = "sqs/queue:Queue"
PROGRAM = """\
import pulumi_aws as aws

aws.sqs.Queue("jobs")
aws.sqs.Queue(
    "mails",
    name="mails",
    delay_seconds=900,
)
"""


@graph_rule("QUE101", "breaks", "config", each=QUEUE)
def long_delay(queue: Node, graph: View, *, most: int = 60) -> Iterator[Problem]:
    """A delay."""
    if queue.get("delay_seconds", 0) > most:
        yield queue.problem(f"the queue {queue.get('name')} waits", fix="Wait less.", at="delay_seconds")


@graph_rule("QUE102", "preference", "config", each=QUEUE)
def plain_name(queue: Node, graph: View) -> Iterator[Problem]:
    """A name."""
    if queue.given("name") is None:
        yield queue.problem("no name", fix="Give one.")


@graph_rule("QUE103", "advice", "config")
def broken_rule(graph: View) -> Iterator[Problem]:
    """Raises."""
    for _ in graph:
        raise LookupError("nothing there")
    yield from ()


ABOUT = [comments.suppression_without_reason, comments.unused_suppression, failures.rule_failed]
RULES = [long_delay, plain_name, broken_rule, *ABOUT]


def queue(name: str, line: int, /, **inputs: object) -> Resource:
    return Resource(
        f"urn:pulumi:dev::shop::aws:sqs/queue:Queue::{name}",
        "aws:sqs/queue:Queue",
        name,
        id=name,
        inputs=inputs,
        source=SourcePosition("__main__.py", line),
    )


@pytest.fixture
def ask(tmp_path: Path):
    def ask(program: str = PROGRAM, *, delay: object = 900, rules: list[Rule] | None = None, **how: object) -> Report:
        (tmp_path / "__main__.py").write_text(program)
        lines = Lines(tmp_path)
        at = next(
            i
            for i, text in enumerate(program.splitlines(), 1)
            if text.startswith("aws.sqs.Queue(") and "jobs" not in text
        )
        resources = (queue("jobs", at - 1), queue("mails", at, name="mails", delaySeconds=delay))
        graph = Graph("shop", "dev", "simulated", resources)
        known = how.pop("known", frozenset())
        subjects = Subjects(lines, graph=View(graph, lines), files=["__main__.py"])
        return report(rules or RULES, subjects, Settings(**how), known=known)  # type: ignore[arg-type]

    return ask


def test_a_finding_stands_at_the_argument_it_is_about(ask):
    (found,) = ask().findings

    assert (found.place.file, found.place.line, found.place.column) == ("__main__.py", 7, 19)
    assert (found.code, found.name, found.severity) == ("QUE101", "long-delay", "breaks")
    assert found.to_json()["class"] == "config"


def test_a_value_that_is_not_known_is_said_to_be_so(ask):
    result = ask(delay=UNKNOWN)

    assert result.findings == ()
    assert [(n.code, n.value, n.place.line) for n in result.not_checked] == [("QUE101", "delay_seconds of mails", 7)]


def test_a_profile_says_which_severities_are_asked(ask):
    assert {f.code for f in ask(profile="stackwright").findings} == {"QUE101", "QUE102"}


def test_a_rule_that_raises_is_a_finding_and_the_others_go_on(ask):
    result = ask(profile="all")

    assert {f.code for f in result.findings} == {"QUE101", "QUE102", "STW003"}
    (crash,) = [f for f in result.findings if f.code == "STW003"]
    assert "QUE103 (broken-rule) failed: LookupError: nothing there at test_runner.py:" in crash.message


@pytest.mark.parametrize("select", ["QUE102", "QUE"])
def test_selected_rules_are_asked_whatever_their_profile(ask, select):
    assert "QUE102" in {f.code for f in ask(select=(select,)).findings}
    assert ask(select=(select,), ignore=("QUE1",)).findings == ()


def test_a_code_that_no_rule_has_is_refused(ask):
    with pytest.raises(UsageError, match="'XYZ'"):
        ask(select=("XYZ",))


def test_a_parameter_changes_what_is_found(ask):
    assert ask(parameters={"QUE101": {"most": 900}}).findings == ()


@pytest.mark.parametrize(
    "line",
    ["    delay_seconds=900,  # {}", "    delay_seconds=900,\n)  # {}", "# {}\naws.sqs.Queue(", "aws.sqs.Queue(  # {}"],
)
def test_a_comment_with_a_reason_accepts_a_finding(ask, line):
    comment = "stackwright: ignore[QUE101] mails may wait"
    old = line.partition("  # {}")[0].removeprefix("# {}\n")
    text = line.format(comment)
    if old == "aws.sqs.Queue(":
        program = PROGRAM.replace('aws.sqs.Queue(\n    "mails"', f'{text}\n    "mails"')
    elif old.endswith(")"):
        program = PROGRAM.replace("    delay_seconds=900,\n)", text)
    else:
        program = PROGRAM.replace(old, text)
    result = ask(program)

    if old.endswith(")"):  # neither the line nor the statement's first
        assert [f.code for f in result.findings] == ["QUE101", "STW002"]
        return
    assert result.findings == ()
    assert [(s.finding.code, s.reason) for s in result.suppressed] == [("QUE101", "mails may wait")]


def test_a_comment_without_a_reason_accepts_nothing(ask):
    result = ask(PROGRAM.replace("delay_seconds=900,", "delay_seconds=900,  # stackwright: ignore[QUE101]"))

    assert [f.code for f in result.findings] == ["QUE101", "STW001"]


def test_a_comment_that_accepts_nothing_is_reported(ask):
    program = PROGRAM.replace('Queue("jobs")', 'Queue("jobs")  # stackwright: ignore[QUE101, QUE999] it is so')
    result = ask(program)

    assert [(f.code, f.message) for f in result.findings if f.code == "STW002"] == [
        ("STW002", "no rule has the code 'QUE999'"),
        ("STW002", "there is no finding QUE101 here"),
    ]


def test_a_text_that_looks_like_a_comment_is_none(ask):
    program = PROGRAM + 'text = "# stackwright: ignore[QUE101] no"\n'

    assert [f.code for f in ask(program).findings] == ["QUE101"]


def test_fingerprints_stay_when_lines_move(ask):
    (before,) = ask().findings
    (after,) = ask(PROGRAM.replace("import", "# one more line\nimport", 1)).findings

    assert before.place.line + 1 == after.place.line
    assert before.fingerprint == after.fingerprint


def test_a_baseline_hides_what_is_known(ask, tmp_path):
    file = tmp_path / "baseline.json"
    baseline.write(file, ask().findings)
    result = ask(known=baseline.read(file), profile="stackwright")

    assert [f.code for f in result.findings] == ["QUE102"]
    assert [f.code for f in result.known] == ["QUE101"]


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"version": 2, "findings": []}'])
def test_what_is_no_baseline_is_refused(tmp_path, text):
    (tmp_path / "b.json").write_text(text)
    with pytest.raises(UsageError, match="no baseline"):
        baseline.read(tmp_path / "b.json")


@pytest.mark.parametrize("answered", [False, True])
def test_no_message_shows_a_secret(answered):
    secret = {"name": Secret("hunter2hunter2")}
    resource = queue("mails", 1, **({} if answered else secret), delaySeconds=900)
    if answered:
        resource = replace(resource, outputs={**resource.outputs, **secret})
    graph = Graph("shop", "dev", "simulated", (resource,))
    result = report(RULES, Subjects(Lines(None), graph=View(graph)), Settings())

    assert [f.message for f in result.findings] == ["the queue [secret] waits"]


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ({"profle": "all"}, "profle"),
        ({"profile": "every"}, "every"),
        ({"select": "API"}, "select"),
        ({"rules": {"NOP101": {}}}, "NOP101"),
        ({"rules": {"QUE101": {"least": 1}}}, "least"),
        ({"rules": {"QUE101": {"most": "1"}}}, "most is a str"),
        ({"rules": {"QUE101": 1}}, "QUE101"),
        ({"rules": 1}, "rules"),
    ],
)
def test_settings_that_mean_nothing_are_refused(table, says):
    with pytest.raises(UsageError, match=says):
        settings.read(table, "pyproject.toml", {"QUE101": long_delay})


def test_settings_are_read():
    table = {"profile": "all", "select": ["QUE"], "ignore": ["QUE102"], "rules": {"QUE101": {"most": 5}}}
    read = settings.read(table, "pyproject.toml", {"QUE101": long_delay})

    assert [r.code for r in read.chosen(RULES)] == ["QUE101", "QUE103", "STW001", "STW002", "STW003"]
    assert read.parameters == {"QUE101": {"most": 5}}


def test_only_rules_of_some_severities_or_subjects_are_asked_whatever_the_profile(ask):
    assert {f.code for f in ask(profile="all", severities=("breaks",)).findings} == {"QUE101"}
    assert ask(select=("QUE102",), severities=("breaks",)).findings == ()
    assert ask(profile="all", subjects=("source",)).asked == frozenset()
