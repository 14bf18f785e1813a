"""Targets that EventBridge reaches by a role."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from stackwright.rules.finding import Problem
from stackwright.rules.rule import graph_rule
from stackwright.rules.view import Node, View

# https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-targets.html says of which targets it needs a role;
# functions, topics, queues and log groups have resource policies instead.
_BY_ROLE: Final[Mapping[str, str]] = {
    "states": "states:StartExecution",
    "kinesis": "kinesis:PutRecord",
    "firehose": "firehose:PutRecord",
    "ecs": "ecs:RunTask",
    "batch": "batch:SubmitJob",
    "codebuild": "codebuild:StartBuild",
    "codepipeline": "codepipeline:StartPipelineExecution",
}


@graph_rule(
    "EVT108",
    "breaks",
    "trigger-without-permission",
    rows=("S0-7", "S3-8"),
    each="cloudwatch/eventTarget:EventTarget",
)
def target_without_role(target: Node, graph: View) -> Iterator[Problem]:
    """A rule's target that EventBridge reaches by a role, and has none.

    ## Why is this bad?
    A function, queue or topic lets EventBridge in by its own policy. A state machine, a stream or a task has none:
    EventBridge takes on the role of the target, and refuses a target without one.
    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-targets.html

    ## Example
    ```python
    trust = {"Effect": "Allow", "Principal": {"Service": "states.amazonaws.com"}, "Action": "sts:AssumeRole"}
    role = aws.iam.Role("harvest", assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [trust]}))
    definition = {"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}
    harvest = aws.sfn.StateMachine("harvest", role_arn=role.arn, definition=json.dumps(definition))
    rule = aws.cloudwatch.EventRule("autumn", schedule_expression="rate(7 days)")
    aws.cloudwatch.EventTarget("harvest", rule=rule.name, arn=harvest.arn)
    ```

    ## Use instead
    ```python
    trust = {"Effect": "Allow", "Principal": {"Service": "states.amazonaws.com"}, "Action": "sts:AssumeRole"}
    role = aws.iam.Role("harvest", assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [trust]}))
    definition = {"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}
    harvest = aws.sfn.StateMachine("harvest", role_arn=role.arn, definition=json.dumps(definition))
    rule = aws.cloudwatch.EventRule("autumn", schedule_expression="rate(7 days)")
    may = {"Effect": "Allow", "Principal": {"Service": "events.amazonaws.com"}, "Action": "sts:AssumeRole"}
    starter = aws.iam.Role("starter", assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [may]}))
    start = {"Effect": "Allow", "Action": "states:StartExecution", "Resource": harvest.arn}
    aws.iam.RolePolicy(
        "start", role=starter.name, policy=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": [start]})
    )
    aws.cloudwatch.EventTarget("harvest", rule=rule.name, arn=harvest.arn, role_arn=starter.arn)
    ```
    """
    arn = target.text("arn")
    action = _BY_ROLE.get(arn.split(":")[2]) if arn.startswith("arn:") and arn.count(":") > 4 else None
    if action is not None and not target.given("roleArn"):
        aim = graph.find(arn)
        yield target.problem(
            f"the target {target.name!r} of the rule {target.text('rule')!r} is {arn}, and has no role",
            fix=f"role_arn=<a role that events.amazonaws.com may take on, with {action}>",
            at="arn",
            related=[aim.here("the target")] if aim else [],
        )
