"""Policies of roles that AWS checks when something that uses the role is made."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Final

from stackwright.iam.roles import Role, Roles
from stackwright.rules.finding import Problem
from stackwright.rules.iam.wired import Wired, wired
from stackwright.rules.places import described
from stackwright.rules.rule import graph_rule
from stackwright.rules.view import Node, View

ROLE: Final = "iam/role:Role"
_POLICY: Final = "iam/policy:Policy"
_ATTACHING: Final[Mapping[str, str]] = {
    "iam/rolePolicy:RolePolicy": "role",
    "iam/rolePolicyAttachment:RolePolicyAttachment": "role",
    "iam/policyAttachment:PolicyAttachment": "roles",
    "iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive": "roleName",
}
# Inputs whose rights AWS looks at while it makes the resource. It refuses each of them by a message of its own:
# "The provided execution role does not have permissions to call SendMessage on SQS", "… CreateNetworkInterface on EC2",
# "… ReceiveMessage on SQS", "The state machine IAM Role is not authorized to access the Log Destination",
# "The role ARN does not have required permissions configured".
# https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
# https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html, https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html
_CHECKED: Final[Mapping[str, tuple[str, ...]]] = {
    "lambda/function:Function": ("deadLetterConfig", "vpcConfig"),
    "lambda/eventSourceMapping:EventSourceMapping": ("eventSourceArn",),
    "lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": ("destinationConfig",),
    "sfn/stateMachine:StateMachine": ("loggingConfiguration",),
    "apigateway/account:Account": ("cloudwatchRoleArn",),
    "cloudwatch/logSubscriptionFilter:LogSubscriptionFilter": ("destinationArn",),
    "pipes/pipe:Pipe": ("source",),
}
# Resources for which it is enough to know that some policy must be there.
# https://docs.aws.amazon.com/eks/latest/userguide/create-node-role.html
# https://docs.aws.amazon.com/firehose/latest/dev/controlling-access.html, https://docs.aws.amazon.com/awscloudtrail/latest/userguide/send-cloudtrail-events-to-cloudwatch-logs.html
_ANY: Final[Mapping[str, str]] = {
    "eks/cluster:Cluster": "roleArn",
    "eks/nodeGroup:NodeGroup": "nodeRoleArn",
    "kinesis/firehoseDeliveryStream:FirehoseDeliveryStream": "kinesisSourceConfiguration.roleArn",
    "cloudtrail/trail:Trail": "cloudWatchLogsRoleArn",
}


@graph_rule("ORD101", "breaks", "ordering", rows=("S0-2", "S2-8", "S2-9"), each=(*_CHECKED, *_ANY))
def policy_after_its_use(node: Node, graph: View) -> Iterator[Problem]:
    """A resource whose role AWS checks while it makes it, beside the policy that gives the role what is checked.

    ## Why is this bad?
    Both are made at the same time, so it is luck which one is first. Lambda refuses a function whose role may not yet
    send to its dead-letter queue or make network interfaces, an event source mapping whose role may not yet read, and
    Step Functions a state machine whose role may not yet write its log. That the role is named makes it wait for the
    role, not for the role's policies.
    https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html

    ## Example
    ```python
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    role = aws.iam.Role("bills", assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [trust]}))
    failed = aws.sqs.Queue("failed")
    send = {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": failed.arn}
    aws.iam.RolePolicy(
        "send", role=role.name, policy=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": [send]})
    )
    aws.lambda_.Function(
        "bills",
        role=role.arn,
        runtime="python3.13",
        handler="app.handler",
        code=pulumi.AssetArchive({"app.py": pulumi.StringAsset("def handler(event, context): ...")}),
        dead_letter_config={"target_arn": failed.arn},
    )
    ```

    ## Use instead
    ```python
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    role = aws.iam.Role("bills", assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [trust]}))
    failed = aws.sqs.Queue("failed")
    send = {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": failed.arn}
    policy = aws.iam.RolePolicy(
        "send", role=role.name, policy=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": [send]})
    )
    aws.lambda_.Function(
        "bills",
        role=role.arn,
        runtime="python3.13",
        handler="app.handler",
        code=pulumi.AssetArchive({"app.py": pulumi.StringAsset("def handler(event, context): ...")}),
        dead_letter_config={"target_arn": failed.arn},
        opts=pulumi.ResourceOptions(depends_on=[policy]),
    )
    ```
    """
    for one in _checked(node, graph):
        late = _late(node, one.role, graph)
        if not late or graph.permissions.ask(one.role, one.need).outcome != "allowed":
            continue  # what is never allowed is a finding of its own
        early = _without(late, one.role, graph)
        if graph.permissions.ask(early, one.need).outcome in ("allowed", "unknown"):
            continue
        yield _problem(node, one.path, f"{one.says} must be allowed {one.need.actions[0]} when it is made", late)
        return
    role_path = _ANY.get(node.kind)
    role = graph.roles.of(node.get(role_path)) if role_path else None
    if role is not None and role_path and (late := _late(node, role, graph)):
        early = _without(late, role, graph)
        if role.policies and not early.policies:
            yield _problem(node, role_path, f"the role of {described(node)} is checked when it is made", late)


def _checked(node: Node, graph: View) -> Iterator[Wired]:
    """What a resource is asked for when it is made, without the keys, which only count when something is sent."""
    paths = _CHECKED.get(node.kind, ())
    for one in graph.once(_by_node).get(node.urn, ()):
        if one.path.startswith(paths) and not one.need.actions[0].startswith("kms:"):
            yield one


def _by_node(graph: View) -> Mapping[str, list[Wired]]:
    found: dict[str, list[Wired]] = {}
    for one in wired(graph):
        found.setdefault(one.node.urn, []).append(one)
    return found


def _late(node: Node, role: Role, graph: View) -> list[Node]:
    """What gives the role its policies and is not awaited."""
    return [a for a in graph.once(_attachments).get(role.resource.urn, ()) if not node.waits_for(a)]


def _attachments(graph: View) -> Mapping[str, list[Node]]:
    found: dict[str, list[Node]] = {}
    for node in graph.all(*_ATTACHING):
        for name in node.texts(_ATTACHING[node.kind]):
            if (role := graph.find(name, ROLE)) is not None:
                found.setdefault(role.urn, []).append(node)
    return found


def _without(late: list[Node], role: Role, graph: View) -> Role:
    """The role as it is for sure when only what is awaited has been made."""
    gone = {node.urn for node in late}
    mine = [n.resource for n in graph.once(_attachments).get(role.resource.urn, ()) if n.urn not in gone]
    policies = [n.resource for n in graph.all(_POLICY)]
    reduced = dataclasses.replace(graph.graph, resources=(role.resource, *mine, *policies))
    return Roles(reduced).of(role.arn) or role


def _problem(node: Node, path: str, why: str, late: list[Node]) -> Problem:
    names = ", ".join(described(n) for n in late[:3])
    return node.problem(
        f"{why}, and it does not wait for what allows it: {names}",
        fix=f"opts=pulumi.ResourceOptions(depends_on=[<{late[0].name}>])",
        at=path,
        related=[n.here("may be made later") for n in late[:3]],
    )
