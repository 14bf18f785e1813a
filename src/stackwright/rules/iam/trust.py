"""Who may take on a role."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from stackwright.rules.finding import Problem
from stackwright.rules.rule import graph_rule
from stackwright.rules.view import Node, View

# Type -> inputs that are roles -> the service that takes them on.
_USERS: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    "lambda/function:Function": (("role", "lambda"),),
    "sfn/stateMachine:StateMachine": (("roleArn", "states"),),
    "cloudwatch/eventTarget:EventTarget": (("roleArn", "events"),),
    "cloudwatch/logSubscriptionFilter:LogSubscriptionFilter": (("roleArn", "logs"),),
    "scheduler/schedule:Schedule": (("target.roleArn", "scheduler"),),
    "pipes/pipe:Pipe": (("roleArn", "pipes"),),
    "apigateway/account:Account": (("cloudwatchRoleArn", "apigateway"),),
    "apigateway/integration:Integration": (("credentials", "apigateway"),),
    "apigatewayv2/integration:Integration": (("credentialsArn", "apigateway"),),
    "s3/bucketReplicationConfig:BucketReplicationConfig": (("role", "s3"),),
    "kinesis/firehoseDeliveryStream:FirehoseDeliveryStream": (("extendedS3Configuration.roleArn", "firehose"),),
    "ecs/taskDefinition:TaskDefinition": (("executionRoleArn", "ecs-tasks"), ("taskRoleArn", "ecs-tasks")),
    "codebuild/project:Project": (("serviceRole", "codebuild"),),
}


@graph_rule("IAM135", "breaks", "iam-missing-permission", rows=("S0-10", "S2-9", "S3-8"), each=tuple(_USERS))
def role_for_another_service(node: Node, graph: View) -> Iterator[Problem]:
    """Something whose role lets another service take it on, and not the one that must.

    ## Why is this bad?
    AWS refuses to make it, `The role defined for the function cannot be assumed by Lambda`, or, as with a target of
    EventBridge, makes it and cannot do anything with it. What the role's policies allow does not matter then.
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-services

    ## Example
    ```python
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    role = aws.iam.Role("harvest", assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [trust]}))
    definition = {"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}
    aws.sfn.StateMachine("harvest", role_arn=role.arn, definition=json.dumps(definition))
    ```

    ## Use instead
    ```python
    trust = {"Effect": "Allow", "Principal": {"Service": "states.amazonaws.com"}, "Action": "sts:AssumeRole"}
    role = aws.iam.Role("harvest", assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [trust]}))
    definition = {"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}
    aws.sfn.StateMachine("harvest", role_arn=role.arn, definition=json.dumps(definition))
    ```
    """
    for path, service in _USERS[node.kind]:
        role = node.refers(path, "iam/role:Role")
        if role is None:
            continue
        trusted = [
            (kind, name)
            for statement in role.policy("assumeRolePolicy")
            if statement.effect == "Allow"
            for kind, name in statement.principals
        ]
        # `logs.eu-west-1.amazonaws.com` is the service in one region.
        wanted = re.compile(rf"{service}(\.[a-z0-9-]+)?\.amazonaws\.com(\.cn)?")
        if not trusted or any("*" in (kind, name) or wanted.fullmatch(name) for kind, name in trusted):
            continue
        names = ", ".join(sorted({name for _, name in trusted}))
        yield node.problem(
            f"the role {role.name!r} of {node.name!r} lets in {names}, and not {service}.amazonaws.com",
            fix=f'"Principal": {{"Service": "{service}.amazonaws.com"}} in the role\'s assume_role_policy',
            at=path,
            related=[role.here("the role", "assumeRolePolicy")],
        )
