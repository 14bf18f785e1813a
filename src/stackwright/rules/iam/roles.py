"""Roles that lack what a program's wiring or code asks of them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from stackwright.iam.evaluation import Decision
from stackwright.iam.needs import Need
from stackwright.iam.patterns import HOLE, shown
from stackwright.rules.finding import Problem, Related
from stackwright.rules.iam.wired import FUNCTION, Purpose, Wired, wired
from stackwright.rules.needs import needs_of
from stackwright.rules.rule import graph_rule
from stackwright.rules.view import Node, View


@graph_rule("IAM121", "breaks", "iam-missing-permission", rows=("S0-1", "S0-2", "S2-8", "S2-18", "S3-5"), each=FUNCTION)
def call_without_permission(function: Node, graph: View) -> Iterator[Problem]:
    """A function whose code calls what its role may not do.

    ## Why is this bad?
    The call is refused with AccessDenied, in production, and often only on the path that nobody has tried. The calls
    are read off the function's packed source, from its handler on, with the environment variables that the program
    sets; the policies of the resource and of its KMS key are asked, too.

    ## Example
    ```python
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    role = aws.iam.Role("loans", assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [trust]}))
    books = aws.dynamodb.Table(
        "books", billing_mode="PAY_PER_REQUEST", hash_key="isbn", attributes=[{"name": "isbn", "type": "S"}]
    )
    read = {"Effect": "Allow", "Action": "dynamodb:GetItem", "Resource": books.arn}
    aws.iam.RolePolicy(
        "read", role=role.name, policy=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": [read]})
    )
    aws.lambda_.Function(
        "loans",
        role=role.arn,
        runtime="python3.13",
        handler="loans.handler",
        code=pulumi.AssetArchive({"loans.py": pulumi.FileAsset("loans.py")}),
        environment={"variables": {"BOOKS": books.name}},
    )
    ```
    ```python
    # file: loans.py
    import os

    import boto3

    books = boto3.resource("dynamodb").Table(os.environ["BOOKS"])


    def handler(event, context):
        books.update_item(Key={"isbn": event["isbn"]}, UpdateExpression="ADD loans :one")
    ```

    ## Use instead
    ```python
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    role = aws.iam.Role("loans", assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [trust]}))
    books = aws.dynamodb.Table(
        "books", billing_mode="PAY_PER_REQUEST", hash_key="isbn", attributes=[{"name": "isbn", "type": "S"}]
    )
    update = {"Effect": "Allow", "Action": "dynamodb:UpdateItem", "Resource": books.arn}
    aws.iam.RolePolicy(
        "update", role=role.name, policy=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": [update]})
    )
    aws.lambda_.Function(
        "loans",
        role=role.arn,
        runtime="python3.13",
        handler="loans.handler",
        code=pulumi.AssetArchive({"loans.py": pulumi.FileAsset("loans.py")}),
        environment={"variables": {"BOOKS": books.name}},
    )
    ```
    ```python
    # file: loans.py
    import os

    import boto3

    books = boto3.resource("dynamodb").Table(os.environ["BOOKS"])


    def handler(event, context):
        books.update_item(Key={"isbn": event["isbn"]}, UpdateExpression="ADD loans :one")
    ```
    """
    role = graph.roles.of(function.get("role"))
    if role is None:
        return
    seen = set[tuple[object, ...]]()
    for need in graph.permissions.with_keys(needs_of(function)):
        mark = (need.actions, need.resource.rstrip(HOLE))
        if not need.certain or mark in seen:
            continue
        decision = graph.permissions.ask(role, need)
        if decision.outcome == "denied":
            seen.add(mark)
            calls = f"{need.call} at {need.place}"
            yield function.problem(
                f"the function {function.name!r} calls {calls}, which needs {_wanted(need)}; {_refusal(decision)}",
                fix=_grant(need, decision),
                at="role",
                related=_related(graph, role.resource.urn, decision),
            )


@graph_rule("IAM131", "breaks", "iam-missing-permission", rows=("S0-2", "S0-10", "S2-9", "S2-18", "S3-7"))
def role_without_permission_for_its_wiring(graph: View) -> Iterator[Problem]:
    """Something whose role may not do what the program wires it to do.

    ## Why is this bad?
    AWS acts with the role: a mapping reads the queue or stream, a state machine calls its tasks, a rule or schedule
    starts its target, a bucket copies objects. Without the permission it is refused, at creation or at each event.

    ## Example
    ```python
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    role = aws.iam.Role("loans", assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [trust]}))
    returns = aws.sqs.Queue("returns")
    read = {"Effect": "Allow", "Action": "sqs:ReceiveMessage", "Resource": returns.arn}
    aws.iam.RolePolicy(
        "read", role=role.name, policy=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": [read]})
    )
    code = pulumi.AssetArchive({"app.py": pulumi.StringAsset("def handler(event, context): ...")})
    function = aws.lambda_.Function("loans", role=role.arn, runtime="python3.13", handler="app.handler", code=code)
    aws.lambda_.EventSourceMapping("returns", event_source_arn=returns.arn, function_name=function.name)
    ```

    ## Use instead
    ```python
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    role = aws.iam.Role("loans", assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [trust]}))
    returns = aws.sqs.Queue("returns")
    read = {
        "Effect": "Allow",
        "Action": ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
        "Resource": returns.arn,
    }
    aws.iam.RolePolicy(
        "read", role=role.name, policy=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": [read]})
    )
    code = pulumi.AssetArchive({"app.py": pulumi.StringAsset("def handler(event, context): ...")})
    function = aws.lambda_.Function("loans", role=role.arn, runtime="python3.13", handler="app.handler", code=code)
    aws.lambda_.EventSourceMapping("returns", event_source_arn=returns.arn, function_name=function.name)
    ```
    """
    yield from _refused(graph, "work")


@graph_rule("IAM132", "loses", "dlq-unwritable", rows=("S0-2", "S1-8", "S2-8"))
def failures_that_cannot_be_kept(graph: View) -> Iterator[Problem]:
    """A dead-letter queue or destination to which its sender may not write.

    ## Why is this bad?
    Lambda and EventBridge Scheduler send with the role. Without the permission, or that for the queue's key, AWS
    refuses the function, or the event is lost when it matters.
    https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html

    ## Example
    ```python
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    role = aws.iam.Role("loans", assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [trust]}))
    failed = aws.sqs.Queue("failed")
    code = pulumi.AssetArchive({"app.py": pulumi.StringAsset("def handler(event, context): ...")})
    aws.lambda_.Function(
        "loans",
        role=role.arn,
        runtime="python3.13",
        handler="app.handler",
        code=code,
        dead_letter_config={"target_arn": failed.arn},
    )
    ```

    ## Use instead
    ```python
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    role = aws.iam.Role("loans", assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [trust]}))
    failed = aws.sqs.Queue("failed")
    send = {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": failed.arn}
    policy = aws.iam.RolePolicy(
        "send", role=role.name, policy=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": [send]})
    )
    code = pulumi.AssetArchive({"app.py": pulumi.StringAsset("def handler(event, context): ...")})
    aws.lambda_.Function(
        "loans",
        role=role.arn,
        runtime="python3.13",
        handler="app.handler",
        code=code,
        dead_letter_config={"target_arn": failed.arn},
        opts=pulumi.ResourceOptions(depends_on=[policy]),
    )
    ```
    """
    yield from _refused(graph, "failures")


@graph_rule("IAM133", "loses", "logging-gap", rows=("S0-12", "S2-10"))
def logs_that_cannot_be_written(graph: View) -> Iterator[Problem]:
    """A function, state machine or API whose role may not write the logs that the program asks for.

    ## Why is this bad?
    The log group stays empty. AWS refuses a state machine with logging whose role may not set up the delivery.
    https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html

    ## Example
    ```python
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    role = aws.iam.Role("loans", assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [trust]}))
    logs = aws.cloudwatch.LogGroup("loans", name="/aws/lambda/loans", retention_in_days=30)
    code = pulumi.AssetArchive({"app.py": pulumi.StringAsset("def handler(event, context): ...")})
    aws.lambda_.Function(
        "loans", name="loans", role=role.arn, runtime="python3.13", handler="app.handler", code=code
    )
    ```

    ## Use instead
    ```python
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    role = aws.iam.Role("loans", assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [trust]}))
    logs = aws.cloudwatch.LogGroup("loans", name="/aws/lambda/loans", retention_in_days=30)
    write = {
        "Effect": "Allow",
        "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
        "Resource": pulumi.Output.concat(logs.arn, ":*"),
    }
    aws.iam.RolePolicy(
        "write", role=role.name, policy=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": [write]})
    )
    code = pulumi.AssetArchive({"app.py": pulumi.StringAsset("def handler(event, context): ...")})
    aws.lambda_.Function(
        "loans", name="loans", role=role.arn, runtime="python3.13", handler="app.handler", code=code
    )
    ```
    """
    yield from _refused(graph, "logs")


@graph_rule("IAM134", "loses", "tracing-gap", rows=("S2-17", "S0-12"))
def traces_that_cannot_be_sent(graph: View) -> Iterator[Problem]:
    """Tracing that is switched on where the role may not send traces.

    ## Why is this bad?
    X-Ray refuses the segments, and nobody is told: the traces are missing when somebody looks for them.
    https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html

    ## Example
    ```python
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    role = aws.iam.Role("loans", assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [trust]}))
    code = pulumi.AssetArchive({"app.py": pulumi.StringAsset("def handler(event, context): ...")})
    aws.lambda_.Function(
        "loans",
        role=role.arn,
        runtime="python3.13",
        handler="app.handler",
        code=code,
        tracing_config={"mode": "Active"},
    )
    ```

    ## Use instead
    ```python
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    role = aws.iam.Role("loans", assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [trust]}))
    send = {"Effect": "Allow", "Action": ["xray:PutTraceSegments", "xray:PutTelemetryRecords"], "Resource": "*"}
    aws.iam.RolePolicy("trace", role=role.name, policy=json.dumps({"Version": "2012-10-17", "Statement": [send]}))
    code = pulumi.AssetArchive({"app.py": pulumi.StringAsset("def handler(event, context): ...")})
    aws.lambda_.Function(
        "loans",
        role=role.arn,
        runtime="python3.13",
        handler="app.handler",
        code=code,
        tracing_config={"mode": "Active"},
    )
    ```
    """
    yield from _refused(graph, "traces")


def _refused(graph: View, purpose: Purpose) -> Iterator[Problem]:
    """One finding for each place, with all that is missing there."""
    missing: dict[tuple[str, str, str], list[tuple[Wired, Decision]]] = {}
    for one in wired(graph):
        if one.purpose != purpose or not one.need.certain:
            continue
        decision = graph.permissions.ask(one.role, one.need)
        if decision.outcome == "denied":
            key = (one.node.urn, one.path, decision.because)
            missing.setdefault(key, []).append((one, decision))
    for found in missing.values():
        one, decision = found[0]
        wanted = ", ".join(dict.fromkeys(_wanted(w.need) for w, _ in found))
        yield one.node.problem(
            f"{one.says} needs {wanted}; {_refusal(decision)}",
            fix=_grant(one.need, decision, [w.need for w, _ in found]),
            at=one.path,
            related=_related(graph, one.role.resource.urn, decision),
        )


def _wanted(need: Need) -> str:
    action = " or ".join(need.actions)
    return action if need.resource in ("*", HOLE) else f"{action} on {shown(need.resource)}"


def _refusal(decision: Decision) -> str:
    if decision.statement is not None and decision.policy is not None:
        return f"{decision.statement} of {decision.policy.name} denies it"
    if decision.because == "the key's policy":
        return "the key's policy lets neither the role nor the account's policies use it"
    if decision.because == "the permissions boundary":
        return "the role's permissions boundary does not allow it"
    return "no policy of its role allows it"


def _grant(need: Need, decision: Decision, more: Iterable[Need] = ()) -> str:
    if decision.statement is not None:
        return "Narrow the statement that denies it."
    actions: dict[str, dict[str, None]] = {}
    for each in more or [need]:
        resource = "*" if each.resource in ("*", HOLE) else shown(each.resource).replace("…", "*")
        actions.setdefault(resource, {})[each.actions[0]] = None
    where = "The key's policy" if decision.because == "the key's policy" else "A policy of the role"
    statements = [
        f'{{"Effect": "Allow", "Action": {json.dumps(list(listed))}, "Resource": "{resource}"}}'
        for resource, listed in actions.items()
    ]
    return f"{where}: {', '.join(statements)}"


def _related(graph: View, role_urn: str, decision: Decision) -> list[Related]:
    found = list[Related]()
    role = graph.by_urn.get(role_urn)
    if role is not None:
        found.append(role.here("the role"))
    policy = graph.by_urn.get(decision.policy.urn) if decision.policy else None
    if policy is not None:
        found.append(policy.here("the policy"))
    return found
