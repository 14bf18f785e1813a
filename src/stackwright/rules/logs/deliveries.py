"""Logs of state machines and stages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from stackwright.editing.edits import Edit
from stackwright.rules.finding import Finding, Problem
from stackwright.rules.rule import graph_rule
from stackwright.rules.view import Node, View

if TYPE_CHECKING:
    from stackwright.editing.code import Code

_STAGES: Final = ("apigateway/stage:Stage", "apigatewayv2/stage:Stage")


def _with_streams(finding: Finding, code: Code) -> Sequence[Edit]:
    from stackwright.editing.outputs import with_end

    if not finding.place.path.endswith("logDestination"):
        return []
    return with_end(code, finding.place.line, finding.place.column, ":*")


@graph_rule(
    "LOG111",
    "breaks",
    "logging-gap",
    rows=("S0-12", "S2-10"),
    each="sfn/stateMachine:StateMachine",
    fix=_with_streams,
)
def state_machine_log_without_place(machine: Node, graph: View) -> Iterator[Problem]:
    """A state machine whose log goes nowhere.

    ## Why is this bad?
    Step Functions takes the ARN of a log group with `:*` at its end, and refuses another one, or none where a level is
    set. https://docs.aws.amazon.com/step-functions/latest/apireference/API_CloudWatchLogsLogGroup.html

    ## Example
    ```python
    role = aws.iam.Role("orders", assume_role_policy="{}")
    group = aws.cloudwatch.LogGroup("orders", name="/aws/vendedlogs/states/orders", retention_in_days=30)
    aws.sfn.StateMachine(
        "orders",
        role_arn=role.arn,
        definition=json.dumps({"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}),
        logging_configuration={"level": "ALL", "log_destination": group.arn},
    )
    ```

    ## Use instead
    ```python
    role = aws.iam.Role("orders", assume_role_policy="{}")
    group = aws.cloudwatch.LogGroup("orders", name="/aws/vendedlogs/states/orders", retention_in_days=30)
    aws.sfn.StateMachine(
        "orders",
        role_arn=role.arn,
        definition=json.dumps({"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}),
        logging_configuration={"level": "ALL", "log_destination": pulumi.Output.concat(group.arn, ":*")},
    )
    ```
    """
    level = str(machine.given("loggingConfiguration.level", "OFF"))
    destination = machine.given("loggingConfiguration.logDestination")
    if level == "OFF":
        return
    if not destination:
        yield machine.problem(
            f"the state machine {machine.name!r} logs at level {level}, and has no log_destination",
            fix='"log_destination": pulumi.Output.concat(group.arn, ":*")',
            at="loggingConfiguration",
        )
    elif not str(destination).endswith(":*"):
        yield machine.problem(
            f"the state machine {machine.name!r} logs to {destination!r}, which does not end with ':*'",
            fix='"log_destination": pulumi.Output.concat(group.arn, ":*")',
            at="loggingConfiguration.logDestination",
        )


@graph_rule("LOG112", "breaks", "logging-gap", rows=("S0-12",), each="apigateway/stage:Stage")
def access_log_without_account_role(stage: Node, graph: View, *, elsewhere: bool = False) -> Iterator[Problem]:
    """A stage with an access log, in a program that tells API Gateway no role to write it.

    ## Why is this bad?
    A REST API logs with the role in the settings of the account, one for each region: without it the stage is refused,
    "CloudWatch Logs role ARN must be set in account settings". Programs that read other stacks' outputs are left alone:
    one of those may set it.
    https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html

    ## Parameters
    - `elsewhere`: whether the account's role is set by something else.

    ## Example
    ```python
    trust = {"Effect": "Allow", "Principal": {"Service": "apigateway.amazonaws.com"}, "Action": "sts:AssumeRole"}
    role = aws.iam.Role("logs", assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [trust]}))
    aws.iam.RolePolicyAttachment(
        "logs",
        role=role.name,
        policy_arn="arn:aws:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs",
    )
    group = aws.cloudwatch.LogGroup("orders", retention_in_days=30)
    api = aws.apigateway.RestApi("orders")
    deployment = aws.apigateway.Deployment("orders", rest_api=api.id)
    aws.apigateway.Stage(
        "orders",
        rest_api=api.id,
        deployment=deployment.id,
        stage_name="live",
        access_log_settings={"destination_arn": group.arn, "format": "$context.requestId"},
    )
    ```

    ## Use instead
    ```python
    trust = {"Effect": "Allow", "Principal": {"Service": "apigateway.amazonaws.com"}, "Action": "sts:AssumeRole"}
    role = aws.iam.Role("logs", assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [trust]}))
    policy = aws.iam.RolePolicyAttachment(
        "logs",
        role=role.name,
        policy_arn="arn:aws:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs",
    )
    account = aws.apigateway.Account(
        "logs", cloudwatch_role_arn=role.arn, opts=pulumi.ResourceOptions(depends_on=[policy])
    )
    group = aws.cloudwatch.LogGroup("orders", retention_in_days=30)
    api = aws.apigateway.RestApi("orders")
    deployment = aws.apigateway.Deployment("orders", rest_api=api.id)
    aws.apigateway.Stage(
        "orders",
        rest_api=api.id,
        deployment=deployment.id,
        stage_name="live",
        access_log_settings={"destination_arn": group.arn, "format": "$context.requestId"},
        opts=pulumi.ResourceOptions(depends_on=[account]),
    )
    ```
    """
    if not stage.get("accessLogSettings.destinationArn"):
        return
    accounts = graph.all("apigateway/account:Account")
    if any(account.get("cloudwatchRoleArn") for account in accounts):
        return
    roles = [r for r in graph.roles if "apigateway.amazonaws.com" in r.services and "log" in r.resource.name.lower()]
    related = [accounts[0].here("has no role")] if accounts else []
    related += [graph.by_urn[r.resource.urn].here("a role, which nothing gives to API Gateway") for r in roles[:1]]
    if not related and (elsewhere or graph.all("pulumi:pulumi:StackReference")):
        return
    yield stage.problem(
        f"the stage {stage.name!r} has an access log, and API Gateway is told no role to write it",
        fix="aws.apigateway.Account(…, cloudwatch_role_arn=role.arn), and depends_on=[it] for the stage",
        at="accessLogSettings",
        related=related,
    )
