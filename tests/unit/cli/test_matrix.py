"""How a comparison is laid out, also when it is large."""

from __future__ import annotations

import pytest

from stackwright.cli.matrix import Matrix
from stackwright.environments.comparing import Difference
from stackwright.environments.report import Finding, Report, Setting, Verdict


def shown(report: Report, capsys: pytest.CaptureFixture[str], *, everything: bool = False) -> str:
    Matrix(report, everything=everything).show()
    text = capsys.readouterr().out
    assert max(map(len, text.splitlines())) <= 100
    return text


@pytest.fixture(autouse=True)
def columns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "100")


def finding(number: int, verdict: Verdict, stacks: list[str]) -> Finding:
    values = {stack: f"{stack} {number}" for stack in stacks}
    kind = f"aws:sqs/queue:Queue{number}"
    return Finding(Difference(kind, f"queue-{number}", (kind, f"queue-{number}"), "delaySeconds", values), verdict)


def test_many_stacks_are_grouped_by_value(capsys: pytest.CaptureFixture[str]) -> None:
    stacks = [f"region-{number}" for number in range(9)]
    values = {stack: "512" if stack != "region-7" else "1024" for stack in stacks}
    text = shown(Report("shop", stacks, True, [Setting("shop:memory", values, "forbidden")]), capsys)
    assert "1024: region-7" in text
    assert text.count("512") == 1


def test_what_may_differ_is_folded_and_what_must_not_never_is(capsys: pytest.CaptureFixture[str]) -> None:
    stacks = ["dev", "prod"]
    findings = [finding(n, "allowed", stacks) for n in range(40)] + [
        finding(n, "forbidden", stacks) for n in range(50, 90)
    ]
    report = Report("shop", stacks, True, [], findings)
    folded = shown(report, capsys)
    assert "and 28 more that may: --all" in folded
    assert all(f"queue-{n}" in folded for n in range(50, 90))
    whole = shown(report, capsys, everything=True)
    assert all(f"queue-{n}" in whole for n in range(40))


def test_long_values_and_control_sequences(capsys: pytest.CaptureFixture[str]) -> None:
    values = {"dev": "x" * 1000, "prod": "\x1b[2Jgone[bold]"}
    text = shown(Report("shop", list(values), False, [Setting("shop:text", values, "shown")]), capsys)
    assert "…" in text
    assert "\x1b" not in text
    assert "[bold]" in text
