from __future__ import annotations

import json

import pytest

from stackwright.components import ComponentError, Queue, Rule


def test_a_function_is_invoked_by_the_clock_with_a_constant_input(run, environment, worker):
    def program():
        env = environment()
        args = {"schedule": "rate(1 minute)", "target": worker(env), "constant_input": {"task": "Resume"}}
        Rule("resume", **args, opts=env.opts)

    recorder = run(program)

    rule = recorder.one("resume-rule").inputs
    assert rule["scheduleExpression"] == "rate(1 minute)"
    assert "eventPattern" not in rule
    target = recorder.one("resume-target").inputs
    assert json.loads(target["input"]) == {"task": "Resume"}
    assert not {"inputTransformer", "roleArn"} & target.keys()
    permission = recorder.one("resume-permission").inputs
    assert (permission["principal"], permission["sourceArn"]) == (
        "events.amazonaws.com",
        "arn:aws:events:us-east-1:123456789012:rule/shop-resume-dev",
    )
    assert recorder.one("resume-target").depends_on("resume-permission")


@pytest.mark.parametrize(
    "schedule",
    ["rate(1 hour)", "rate(2 days)", "cron(0 3 * * ? *)", "cron(0/15 8-17 ? * MON-FRI *)"],
)
def test_schedules_that_eventbridge_takes(run, environment, schedule):
    run(lambda: jobs(environment(), schedule=schedule))


@pytest.mark.parametrize(
    "schedule",
    [
        "rate(1 minutes)",
        "rate(5 minute)",
        "rate(0 days)",
        "1 minute",
        "cron(0 3 * * * *)",
        "cron(0 3 ? * ? *)",
        "cron(0 3 * * ?)",
    ],
)
def test_schedules_that_eventbridge_refuses(run, environment, schedule):
    with pytest.raises(ComponentError, match="which EventBridge refuses"):
        run(lambda: jobs(environment(), schedule=schedule))


@pytest.mark.parametrize("triggers", [{}, {"schedule": "rate(1 day)", "pattern": "{}"}])
def test_a_rule_has_a_pattern_or_a_schedule(run, environment, triggers):
    with pytest.raises(ComponentError, match="needs a pattern or a schedule"):
        run(lambda: jobs(environment(), **triggers))


def test_a_rule_has_one_input(run, environment):
    args = {"schedule": "rate(1 day)", "input": {"a": "$.a"}, "constant_input": {}}
    with pytest.raises(ComponentError, match="has input and constant_input"):
        run(lambda: jobs(environment(), **args))


def jobs(env, **args):
    return Rule("jobs-rule", target=Queue("jobs", opts=env.opts), **args, opts=env.opts)
