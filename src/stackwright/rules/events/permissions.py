"""Who may invoke functions, and who would."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from stackwright.editing.edits import Edit
from stackwright.rules.finding import Finding, Problem
from stackwright.rules.rule import graph_rule
from stackwright.rules.triggers import PERMISSION, TRIGGERS, Trigger, arn_matches, permissions, triggers, triggers_of
from stackwright.rules.view import Node, View

if TYPE_CHECKING:
    from stackwright.editing.code import Code

_QUALIFIED: Final = re.compile(r":function:[^:/]+:([^:/]+)")
# IAM takes actions in any case. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html
_INVOKING: Final = ("lambda:invokefunction", "lambda:*", "lambda:invoke*")


def _with_account(finding: Finding, code: Code) -> Sequence[Edit]:
    """The account of the bucket, where the program makes it where it makes the permission."""
    from stackwright.editing.calls import add_argument, argument_at, call_of

    place = finding.place
    source = argument_at(code, place.line, place.column, "source_arn")
    named = code.named("pulumi_aws", "get_caller_identity_output")
    if source is None or named is None or finding.about is not True:
        return []
    return [*named[1], *add_argument(code, call_of(code, source), f"source_account={named[0]}().account_id")]


def _of_trigger(finding: Finding, code: Code) -> Sequence[Edit]:
    from stackwright.editing.outputs import source_arn

    match finding.about:
        case (str(given), str(expected)):
            return source_arn(code, finding.place.line, finding.place.column, "source_arn", given, expected)
        case _:
            return []


@graph_rule(
    "EVT101",
    "exposes",
    "permission-source",
    rows=("S0-6", "S1-2", "S1-9", "S2-3", "S3-4"),
    each=PERMISSION,
    fix=_with_account,
)
def permission_without_source(permission: Node, graph: View) -> Iterator[Problem]:
    """A permission that lets an AWS service invoke a function on behalf of anybody.

    ## Why is this bad?
    The service calls for all its customers: without `source_arn` anybody's API, bucket or rule may invoke the function.
    A bucket's ARN has no account in it, so S3 needs `source_account` as well: whoever takes the name after the bucket
    is deleted could invoke the function. https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html

    ## Example
    ```python
    role = aws.iam.Role("role", assume_role_policy="{}")
    code = pulumi.AssetArchive({"app.py": pulumi.StringAsset("def handler(event, context): ...")})
    function = aws.lambda_.Function("resize", role=role.arn, runtime="python3.13", handler="app.handler", code=code)
    bucket = aws.s3.Bucket("photos")
    aws.lambda_.Permission(
        "from-photos",
        action="lambda:InvokeFunction",
        function=function.name,
        principal="s3.amazonaws.com",
        source_arn=bucket.arn,
    )
    ```

    ## Use instead
    ```python
    role = aws.iam.Role("role", assume_role_policy="{}")
    code = pulumi.AssetArchive({"app.py": pulumi.StringAsset("def handler(event, context): ...")})
    function = aws.lambda_.Function("resize", role=role.arn, runtime="python3.13", handler="app.handler", code=code)
    bucket = aws.s3.Bucket("photos")
    aws.lambda_.Permission(
        "from-photos",
        action="lambda:InvokeFunction",
        function=function.name,
        principal="s3.amazonaws.com",
        source_arn=bucket.arn,
        source_account=aws.get_caller_identity_output().account_id,
    )
    ```
    """
    principal = str(permission.get("principal", ""))
    source, account = permission.get("sourceArn"), permission.get("sourceAccount")
    if permission.get("principalOrgId") or permission.get("functionUrlAuthType"):
        return
    if principal != "*" and not principal.endswith(".amazonaws.com"):
        return  # an account or a role, which is named
    if source is None and account is None:
        who = "everybody" if principal == "*" else f"{principal}, for whomever it works,"
        yield permission.problem(
            f"the permission {permission.name!r} lets {who} invoke {permission.get('function')!r}",
            fix="source_arn=<the ARN of what triggers the function>",
            at="principal",
        )
    elif principal == "s3.amazonaws.com" and account is None and ":s3:::" in str(source):
        yield permission.problem(
            f"the permission {permission.name!r} names the bucket {source!r}, no account; others may get its name",
            fix="source_account=<the id of the bucket's account>",
            at="sourceArn",
            about=_is_beside(permission, str(source), graph),
        )


def _is_beside(permission: Node, source: str, graph: View) -> bool:
    """Whether the bucket is surely in the account that a look-up without a provider asks about."""
    bucket = graph.find(source, "s3/bucket:Bucket")
    providers = (permission.provider, bucket.provider) if bucket else ()
    return bucket is not None and all(p is None or p.name.startswith("default") for p in providers)


@graph_rule(
    "EVT102",
    "breaks",
    "permission-source",
    rows=("S0-6", "S1-2", "S2-3", "S3-4"),
    each=PERMISSION,
    fix=_of_trigger,
)
def permission_for_another_source(permission: Node, graph: View) -> Iterator[Problem]:
    """A permission whose source is none of what triggers the function.

    ## Why is this bad?
    The source ARN is compared as a pattern with the ARN of the caller. `{orderId}` in it is no placeholder, so it
    matches nobody's request; `*` does. What triggers the function is refused: API Gateway answers 500, events are lost.

    ## Example
    ```python
    role = aws.iam.Role("role", assume_role_policy="{}")
    code = pulumi.AssetArchive({"app.py": pulumi.StringAsset("def handler(event, context): ...")})
    function = aws.lambda_.Function("orders", role=role.arn, runtime="python3.13", handler="app.handler", code=code)
    api = aws.apigatewayv2.Api("shop", protocol_type="HTTP")
    integration = aws.apigatewayv2.Integration(
        "orders", api_id=api.id, integration_type="AWS_PROXY", integration_uri=function.arn
    )
    target = pulumi.Output.concat("integrations/", integration.id)
    aws.apigatewayv2.Route("orders", api_id=api.id, route_key="GET /orders", target=target)
    aws.lambda_.Permission(
        "from-shop",
        action="lambda:InvokeFunction",
        function=function.name,
        principal="apigateway.amazonaws.com",
        source_arn=api.arn,
    )
    ```

    ## Use instead
    ```python
    role = aws.iam.Role("role", assume_role_policy="{}")
    code = pulumi.AssetArchive({"app.py": pulumi.StringAsset("def handler(event, context): ...")})
    function = aws.lambda_.Function("orders", role=role.arn, runtime="python3.13", handler="app.handler", code=code)
    api = aws.apigatewayv2.Api("shop", protocol_type="HTTP")
    integration = aws.apigatewayv2.Integration(
        "orders", api_id=api.id, integration_type="AWS_PROXY", integration_uri=function.arn
    )
    target = pulumi.Output.concat("integrations/", integration.id)
    aws.apigatewayv2.Route("orders", api_id=api.id, route_key="GET /orders", target=target)
    aws.lambda_.Permission(
        "from-shop",
        action="lambda:InvokeFunction",
        function=function.name,
        principal="apigateway.amazonaws.com",
        source_arn=pulumi.Output.concat(api.execution_arn, "/*/*"),
    )
    ```
    """
    source = permission.get("sourceArn")
    function = graph.function(str(permission.get("function", "")))
    if source is None or function is None:
        return
    calling = [t for t in triggers(graph) if t.function is function and _is_caller(permission, t)]
    if not calling or any(_source_fits(permission, t) for t in calling):
        return
    expected = calling[0]
    advice = f"source_arn={expected.sources[0]!r}, from the resource's outputs"
    if "{" in str(source):
        advice = "Write * for what stands in braces in the path."
    yield permission.problem(
        f"the permission {permission.name!r} allows {source!r}, but {expected.says} calls from {expected.sources[0]!r}",
        fix=advice,
        at="sourceArn",
        related=[expected.node.here(f"{expected.says} invokes the function", expected.path)],
        about=(str(source), expected.sources[0]),
    )


@graph_rule("EVT103", "breaks", "trigger-without-permission", rows=("S0-7", "S1-9", "S3-8"), each=tuple(TRIGGERS))
def trigger_without_permission(node: Node, graph: View) -> Iterator[Problem]:
    """Something that triggers a function which does not let it.

    ## Why is this bad?
    API Gateway, S3, SNS and EventBridge invoke a function by its resource policy, not by a role. Without a permission
    API Gateway answers 500, S3 refuses the notification, EventBridge and SNS lose the event.
    https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html

    ## Example
    ```python
    role = aws.iam.Role("role", assume_role_policy="{}")
    code = pulumi.AssetArchive({"app.py": pulumi.StringAsset("def handler(event, context): ...")})
    function = aws.lambda_.Function("nightly", role=role.arn, runtime="python3.13", handler="app.handler", code=code)
    rule = aws.cloudwatch.EventRule("nightly", schedule_expression="rate(1 day)")
    aws.cloudwatch.EventTarget("nightly", rule=rule.name, arn=function.arn)
    ```

    ## Use instead
    ```python
    role = aws.iam.Role("role", assume_role_policy="{}")
    code = pulumi.AssetArchive({"app.py": pulumi.StringAsset("def handler(event, context): ...")})
    function = aws.lambda_.Function("nightly", role=role.arn, runtime="python3.13", handler="app.handler", code=code)
    rule = aws.cloudwatch.EventRule("nightly", schedule_expression="rate(1 day)")
    aws.cloudwatch.EventTarget("nightly", rule=rule.name, arn=function.arn)
    aws.lambda_.Permission(
        "nightly",
        action="lambda:InvokeFunction",
        function=function.name,
        principal="events.amazonaws.com",
        source_arn=rule.arn,
    )
    ```
    """
    for trigger in triggers_of(node, graph):
        if letting(trigger, graph):
            continue
        of_caller = [p for p in permissions(graph, trigger.function) if _is_caller(p, trigger)]
        siblings = [t for t in triggers(graph) if t.function is trigger.function and t.principal == trigger.principal]
        if any(not any(_source_fits(p, t) for t in siblings) for p in of_caller):
            continue  # the permission is meant for it and names another source, which is a finding of its own
        qualifier = "" if trigger.path == "body" else _qualifier(trigger.node.text(trigger.path))
        what = f"{qualifier!r} of the function" if qualifier else "the function"
        more = f", qualifier={qualifier!r}" if qualifier else ""
        yield trigger.node.problem(
            f"{trigger.says} invokes {what} {trigger.function.name!r}, which does not let {trigger.principal}",
            fix=f'aws.lambda_.Permission(…, action="lambda:InvokeFunction", principal="{trigger.principal}", '
            f"function=…, source_arn=<{trigger.sources[0]}>{more})",
            at=trigger.path,
            related=[trigger.function.here("the function")],
        )


def letting(trigger: Trigger, graph: View) -> list[Node]:
    """The permissions that let a trigger invoke its function, or the alias or version of it that it names."""
    wanted = None if trigger.path == "body" else _qualifier(trigger.node.text(trigger.path))
    mine = [p for p in permissions(graph, trigger.function) if wanted in (None, _qualifier_of(p))]
    return [p for p in mine if _is_caller(p, trigger) and _source_fits(p, trigger)]


def _qualifier_of(permission: Node) -> str:
    return permission.text("qualifier").replace("$LATEST", "") or _qualifier(permission.text("function"))


def _qualifier(function: str) -> str:
    """The alias or version in an ARN; each has a policy of its own.
    https://docs.aws.amazon.com/lambda/latest/dg/configuration-aliases.html
    """
    found = _QUALIFIED.search(function)
    return found[1].replace("$LATEST", "") if found else ""


def _is_caller(permission: Node, trigger: Trigger) -> bool:
    principal = str(permission.get("principal", ""))
    if trigger.principal == "logs.amazonaws.com":
        is_caller = principal.startswith("logs.") and principal.endswith("amazonaws.com")
    else:
        is_caller = principal in (trigger.principal, "*")
    return is_caller and str(permission.get("action")).lower() in _INVOKING


def _source_fits(permission: Node, trigger: Trigger) -> bool:
    pattern = permission.get("sourceArn")
    if pattern is None:
        return True
    pattern = str(pattern)
    if ":execute-api:" in pattern:
        return any(_api_fits(pattern, source, trigger) for source in trigger.sources)
    return all(arn_matches(pattern, source) for source in trigger.sources)


def _api_fits(pattern: str, source: str, trigger: Trigger) -> bool:
    """A route of any method may be named so, and an HTTP API's routes by their own text."""
    if arn_matches(pattern, source):
        return True
    if "/ANY/" in source or "/$default" in source:
        head = source.replace("/ANY/", "/GET/").replace("/$default", "/GET/x")
        return arn_matches(pattern, head)
    if trigger.node.kind.startswith("apigatewayv2/"):
        return arn_matches(pattern.replace("/*/*/", "/*/"), source) or pattern.rpartition("/")[2].startswith("{")
    return False
