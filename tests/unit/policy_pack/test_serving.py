"""The policy pack as Pulumi's engine uses it: a process that is started, and asked over gRPC."""

from __future__ import annotations

import subprocess
import sys

import grpc
import pytest
import row_cases
from policy_engine import started

from stackwright.rules import registry
from stackwright.rules.settings import Settings

KEEPS = 'aws.cloudwatch.LogGroup("orders", name="/shop/orders")\n'
MENDED = 'aws.cloudwatch.LogGroup("orders", name="/shop/orders", retention_in_days=30)\n'
ORDERS = "urn:pulumi:dev::shop::aws:cloudwatch/logGroup:LogGroup::orders"


def cases(*names):
    return [case for case in row_cases.cases() if str(case) in names]


@pytest.fixture(autouse=True)
def _unconfigured(engine):
    engine.configure()


def test_its_policies_are_the_rules_over_resources_of_the_default_profile(engine):
    chosen = Settings().chosen(registry.rules().values())

    assert engine.info.name == "stackwright"
    assert {p.name for p in engine.info.policies} == {r.code for r in chosen if r.subject == "graph"} | {"STW003"}
    (policy,) = [p for p in engine.info.policies if p.name == "LOG101"]
    assert policy.displayName == "log-group-without-retention"
    assert policy.description == "A log group whose lines stay for ever."
    assert (policy.enforcementLevel, policy.policy_type) == (0, 2), "shown, not enforced; about a stack"
    assert "retention_in_days=30" in policy.remediation_steps


def test_a_fault_is_a_violation_of_its_rule_and_gone_when_mended(engine, programs):
    (violation,) = engine.run(programs.graph(KEEPS))

    assert (violation.policyName, violation.urn) == ("LOG101", ORDERS)
    assert (violation.policyPackName, violation.enforcementLevel) == ("stackwright", 0)
    assert violation.message.splitlines() == [
        "the log group 'orders' keeps its lines for ever: retention_in_days is None",
        "fix: retention_in_days=30",
    ]
    assert engine.run(programs.graph(MENDED)) == []


@pytest.mark.parametrize("case", cases("S0-6/plant-sensors", "S0-2/planetarium-shows", "S1-12/ice-rink"), ids=str)
def test_it_says_what_check_says_and_in_a_preview_nothing_else(engine, programs, case):
    for twin in (case.faulty, case.repaired):
        files = row_cases.read(twin)
        by_check = programs.check(files, settings=Settings()).findings
        codes = {p.name for p in engine.info.policies}
        expected = {(f.code, f.place.urn, f.message) for f in by_check if f.code in codes}
        graph = programs.graph(files)

        found = {(v.policyName, v.urn, v.message.splitlines()[0]) for v in engine.run(graph)}
        assert found == expected

        planned = engine.run(graph, programs.graph(files, "unknown"))
        assert {(v.policyName, v.urn) for v in planned} <= {(code, urn) for code, urn, _ in expected}
    assert expected == set(), "the repaired twin is clean"


def test_what_a_preview_does_not_know_is_not_checked_and_said(engine, programs):
    program = 'queue = aws.sqs.Queue("jobs")\naws.cloudwatch.LogGroup("of", retention_in_days=queue.arn.apply(len))\n'

    assert engine.run(programs.graph(program), programs.graph(program, "unknown")) == []
    assert engine.open["LOG101"].startswith("not checked: retentionInDays of of (")


def test_a_related_resource_is_named(engine, programs):
    (case,) = cases("S0-6/plant-sensors")
    said = [v.message for v in engine.run(programs.graph(row_cases.read(case.faulty))) if v.policyName == "API101"]

    assert said
    assert all(": readings (aws:lambda/function:Function)" in message for message in said)


def test_a_secret_is_not_shown(engine, programs):
    program = 'aws.cloudwatch.LogGroup(pulumi.Config().get("x") or "orders", name=pulumi.Output.secret("swordfish"))\n'

    (violation,) = engine.run(programs.graph(program))
    assert violation.policyName == "LOG101"
    assert "swordfish" not in violation.message


def test_a_policy_is_enforced_or_disabled_by_configuration(engine, programs):
    graph = programs.graph(KEEPS)

    engine.configure(LOG101={"enforcementLevel": "mandatory"})
    assert [v.enforcementLevel for v in engine.run(graph)] == [1]
    engine.configure(LOG101={"enforcementLevel": "disabled"})
    assert engine.run(graph) == []


def test_profile_severity_and_parameters(pack_directory, tmp_path, programs):
    (tmp_path / "PulumiPolicy.yaml").write_bytes((pack_directory / "PulumiPolicy.yaml").read_bytes())
    (tmp_path / "__main__.py").write_text(
        'from stackwright.policy_pack import serve\n\nserve(select=["LOG"], ignore=["LOG103"], mandatory=["leaks"])\n'
    )
    (tmp_path / "pyproject.toml").write_text("[tool.stackwright.rules.LOG102]\nmost_days = 40\n")
    month = programs.graph(MENDED)
    with started(tmp_path) as own:
        levels = {p.name: p.enforcementLevel for p in own.info.policies}
        schema = next(p.configSchema for p in own.info.policies if p.name == "LOG102")

        assert {name[:3] for name in levels} == {"LOG", "STW"}
        assert "LOG103" not in levels
        assert (levels["LOG101"], levels["LOG102"]) == (1, 0)
        assert schema.properties["most_days"]["default"] == 40
        assert own.run(month) == []
        own.configure(LOG102={"most_days": 14})
        assert [v.policyName for v in own.run(month)] == ["LOG102"]
        with pytest.raises(grpc.RpcError, match="most_days is a str, not a int"):
            own.configure(LOG102={"most_days": "many"})


def test_wrong_settings_end_it_with_one_sentence(tmp_path):
    (tmp_path / "__main__.py").write_text('from stackwright.policy_pack import serve\n\nserve(select=["NOPE"])\n')

    command = [sys.executable, "-u", "-m", "pulumi.policy", "127.0.0.1:1", str(tmp_path)]
    ended = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 1
    assert ended.stdout == ""
    assert ended.stderr.startswith("stackwright: no rule has the code 'NOPE'")
