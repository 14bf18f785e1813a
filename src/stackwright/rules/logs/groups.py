"""Log groups."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Final

from stackwright.graph import UNKNOWN, reveal
from stackwright.rules.finding import Problem
from stackwright.rules.rule import graph_rule
from stackwright.rules.triggers import FUNCTION
from stackwright.rules.view import Node, View

GROUP: Final = "cloudwatch/logGroup:LogGroup"
_OF_LAMBDA: Final = "/aws/lambda/"
_MADE_UP: Final = re.compile(r"-?[0-9a-f]{7}$")
# They speak of a group, and write nothing into it.
_READERS: Final = ("iam/", "cloudwatch/logMetricFilter", "cloudwatch/logSubscriptionFilter", "cloudwatch/dashboard")
_ENVIRONMENTS: Final = frozenset({"dev", "development", "test", "qa", "staging", "prod", "production"})
_GENERIC: Final = frozenset({"log", "logs", "group", "lambda", "function", "fn", "handler"})


@graph_rule("LOG101", "leaks", "logging-gap", rows=("S0-12", "S2-10"), each=GROUP)
def log_group_without_retention(group: Node, graph: View) -> Iterator[Problem]:
    """A log group whose lines stay for ever.

    ## Why is this bad?
    Lines hold what users sent, and are paid for by the month. Without `retention_in_days`, or with 0, CloudWatch never
    deletes them. https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/Working-with-log-groups-and-streams.html

    ## Example
    ```python
    aws.cloudwatch.LogGroup("orders", name="/shop/orders")
    ```

    ## Use instead
    ```python
    aws.cloudwatch.LogGroup("orders", name="/shop/orders", retention_in_days=30)
    ```
    """
    # Groups of the delivery class have a retention of their own.
    if not group.get("retentionInDays") and group.given("logGroupClass") != "DELIVERY":
        yield group.problem(
            f"the log group {group.name!r} keeps its lines for ever: retention_in_days is "
            f"{group.given('retentionInDays')}",
            fix="retention_in_days=30",
            at="retentionInDays",
        )


@graph_rule("LOG102", "preference", "logging-gap", rows=("S0-12", "S2-10"), each=GROUP)
def log_group_that_keeps_long(group: Node, graph: View, *, most_days: int = 7) -> Iterator[Problem]:
    """A log group that keeps lines for longer than is wanted.

    ## Why is this bad?
    It is a preference: what is looked at within days is deleted after days.

    ## Parameters
    - `most_days`: how long lines may stay.

    ## Example
    ```python
    aws.cloudwatch.LogGroup("orders", name="/shop/orders", retention_in_days=90)
    ```

    ## Use instead
    ```python
    aws.cloudwatch.LogGroup("orders", name="/shop/orders", retention_in_days=7)
    ```
    """
    days = group.get("retentionInDays")
    if isinstance(days, (int, float)) and days > most_days:
        yield group.problem(
            f"the log group {group.name!r} keeps its lines for {days:g} days, and {most_days} are wanted",
            fix=f"retention_in_days={most_days}",
            at="retentionInDays",
        )


@graph_rule("LOG103", "loses", "logging-gap", rows=("S0-12", "S2-10"), each=GROUP)
def log_group_of_no_function(group: Node, graph: View) -> Iterator[Problem]:
    """A log group that is meant for a function, and does not have its name.

    ## Why is this bad?
    A function writes to `/aws/lambda/<its name>`, or to the group of its `logging_config`. Pulumi adds a suffix to the
    function's name, so a group with the short name stays empty: retention, encryption, filters and alarms are about
    nothing, and the real group keeps its lines for ever.
    https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-loggroups.html

    ## Example
    ```python
    role = aws.iam.Role("orders", assume_role_policy="{}")
    code = pulumi.AssetArchive({"app.py": pulumi.StringAsset("def handler(event, context): ...")})
    aws.cloudwatch.LogGroup("orders", name="/aws/lambda/orders", retention_in_days=30)
    aws.lambda_.Function("orders", role=role.arn, runtime="python3.13", handler="app.handler", code=code)
    ```

    ## Use instead
    ```python
    role = aws.iam.Role("orders", assume_role_policy="{}")
    code = pulumi.AssetArchive({"app.py": pulumi.StringAsset("def handler(event, context): ...")})
    group = aws.cloudwatch.LogGroup("orders", name="/aws/lambda/orders", retention_in_days=30)
    aws.lambda_.Function(
        "orders",
        name="orders",
        role=role.arn,
        runtime="python3.13",
        handler="app.handler",
        code=code,
        opts=pulumi.ResourceOptions(depends_on=[group]),
    )
    ```
    """
    name = str(group.get("name", ""))
    functions = graph.all(FUNCTION)
    if not functions or any(group_name(f) == name for f in functions) or _has_writer(group, graph):
        return
    wanted = name.removeprefix(_OF_LAMBDA) if name.startswith(_OF_LAMBDA) else ""
    if group.given("name") is None and not wanted:
        wanted = group.name
    exact = not name.startswith(_OF_LAMBDA)
    function = next((f for f in functions if wanted and _is_like(wanted, f, exact=exact)), None)
    if function is None:
        return
    yield group.problem(
        f"the log group {group.name!r} is {name!r}, and the function {function.name!r} writes to "
        f"{group_name(function)!r}",
        fix='name=f"/aws/lambda/{NAME}" with the name=NAME of the function, or '
        'logging_config={"log_group": group.name, "log_format": "JSON"} on the function',
        at="name",
        related=[function.here("the function", "name")],
    )


@graph_rule("LOG104", "loses", "logging-gap", rows=("S0-12",), each=GROUP)
def log_group_after_its_function(group: Node, graph: View) -> Iterator[Problem]:
    """A log group that is made after the function that writes to it.

    ## Why is this bad?
    A function that is invoked before its group is there makes one, if its role may, and CloudWatch then refuses to
    make it again: the deployment fails with ResourceAlreadyExistsException. If it may not, the first lines are lost.
    Take the function's name from a constant, and let the function wait for the group.
    https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-loggroups.html

    ## Example
    ```python
    role = aws.iam.Role("orders", assume_role_policy="{}")
    code = pulumi.AssetArchive({"app.py": pulumi.StringAsset("def handler(event, context): ...")})
    function = aws.lambda_.Function("orders", role=role.arn, runtime="python3.13", handler="app.handler", code=code)
    aws.cloudwatch.LogGroup(
        "orders", name=pulumi.Output.concat("/aws/lambda/", function.name), retention_in_days=30
    )
    ```

    ## Use instead
    ```python
    role = aws.iam.Role("orders", assume_role_policy="{}")
    code = pulumi.AssetArchive({"app.py": pulumi.StringAsset("def handler(event, context): ...")})
    group = aws.cloudwatch.LogGroup("orders", retention_in_days=30)
    aws.lambda_.Function(
        "orders",
        role=role.arn,
        runtime="python3.13",
        handler="app.handler",
        code=code,
        logging_config={"log_group": group.name, "log_format": "JSON"},
    )
    ```
    """
    name = group.get("name")
    for function in graph.all(FUNCTION):
        if group_name(function) == name and group.waits_for(function):
            yield group.problem(
                f"the log group {name!r} is made after the function {function.name!r}, which writes to it",
                fix="depends_on=[group] on the function, and the name of both from one constant",
                at="name",
                related=[function.here("the function")],
            )


def group_name(function: Node) -> str:
    """Where a function writes."""
    return str(function.get("loggingConfig.logGroup") or f"{_OF_LAMBDA}{function.get('name', '')}")


def _has_writer(group: Node, graph: View) -> bool:
    """Whether another resource is told of the group."""
    name, arn = str(group.get("name", "")), group.arn
    for node in graph:
        if node.urn == group.urn or not node.resource.custom or node.kind.startswith(_READERS):
            continue
        if group.urn not in node.resource.dependencies:
            continue
        plain = reveal(node.resource.inputs)
        text = "" if plain is UNKNOWN else json.dumps(dict(plain), default=str)
        if name in text or arn in text:
            return True
    return False


def _is_like(wanted: str, function: Node, *, exact: bool) -> bool:
    """Whether a group's name is the function's but for what Pulumi and conventions add."""
    stack, project = function.urn.split("::")[0].rpartition(":")[2], function.urn.split("::")[1]
    added = {*_words(stack), *_words(project), *_ENVIRONMENTS}
    real = set(_words(_MADE_UP.sub("", str(function.get("name", "")))))
    mine, its = set(_words(wanted)), set(_words(function.name))
    if exact:
        return bool(mine - _GENERIC) and mine - _GENERIC == its - _GENERIC
    return mine == its or wanted == function.name or bool(real & mine - added and mine ^ real <= added | _GENERIC)


def _words(text: str) -> list[str]:
    return [word for word in re.split(r"[-_./ ]+", text.lower()) if word]
