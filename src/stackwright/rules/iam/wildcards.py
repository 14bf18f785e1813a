"""Roles that may do more than their work."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Final

from stackwright.defaults import REGION
from stackwright.iam import services
from stackwright.iam.document import Statement
from stackwright.iam.evaluation import decide
from stackwright.iam.request import Request
from stackwright.iam.roles import Role
from stackwright.rules.finding import Problem
from stackwright.rules.iam.policies import Document, documents
from stackwright.rules.iam.wired import FUNCTION, wired
from stackwright.rules.places import described
from stackwright.rules.rule import graph_rule
from stackwright.rules.view import Node, View

# Nothing but a kind of resource, or not even that, before the star.
_EVERYTHING: Final = re.compile(r"(\*|[A-Za-z-]+[:/]\*)([:/].*)?")
# Their ARNs begin with a name, not with a kind: `arn:aws:s3:::books/*` is one bucket.
_WITHOUT_KIND: Final = frozenset({"s3", "sqs", "sns"})
_FULL_ACCESS: Final = re.compile(
    r":policy/(?:[\w-]+/)*(AdministratorAccess|PowerUserAccess|IAMFullAccess|\w*FullAccess\w*)$"
)


@graph_rule("IAM111", "exposes", "iam-wildcard", rows=("S0-8", "S1-11", "S2-16"))
def every_action_of_a_service(graph: View) -> Iterator[Problem]:
    """A role of an AWS service, such as a function's, that may do everything with a service, or everything.

    ## Why is this bad?
    Whoever gets hold of the function, by its input or by a library, may delete tables and read all buckets. Roles that
    people or a pipeline assume are left alone.
    https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege

    ## Example
    ```python
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    role = aws.iam.Role("loans", assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [trust]}))
    books = aws.s3.Bucket("books")
    use = {"Effect": "Allow", "Action": "s3:*", "Resource": pulumi.Output.concat(books.arn, "/*")}
    aws.iam.RolePolicy(
        "use", role=role.name, policy=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": [use]})
    )
    ```

    ## Use instead
    ```python
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    role = aws.iam.Role("loans", assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [trust]}))
    books = aws.s3.Bucket("books")
    use = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": pulumi.Output.concat(books.arn, "/*")}
    aws.iam.RolePolicy(
        "use", role=role.name, policy=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": [use]})
    )
    ```
    """
    for document, statement in _allowing(graph):
        wide = [a for a in statement.actions if _is_wide(a)]
        if statement.not_actions:
            wide = [f"everything but {', '.join(statement.not_actions)}"]
        if wide:
            yield document.node.problem(
                f"{statement} of {document.says} allows {', '.join(wide)} on "
                f"{', '.join(statement.resources or ('*',))}",
                fix="The actions that are called, by name.",
                at=document.path,
            )


@graph_rule("IAM112", "exposes", "iam-wildcard", rows=("S0-8", "S2-16"))
def every_resource(graph: View) -> Iterator[Problem]:
    """A role of an AWS service that may do something with every resource of the account, where one could be named.

    ## Why is this bad?
    A function that reads one secret may read all. Actions that take no resource, as those of X-Ray, and a short list
    that cannot be narrowed before things exist are left alone; so are statements with a condition.

    ## Example
    ```python
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    role = aws.iam.Role("loans", assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [trust]}))
    use = {"Effect": "Allow", "Action": ["secretsmanager:GetSecretValue", "xray:PutTraceSegments"], "Resource": "*"}
    aws.iam.RolePolicy("use", role=role.name, policy=json.dumps({"Version": "2012-10-17", "Statement": [use]}))
    ```

    ## Use instead
    ```python
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    role = aws.iam.Role("loans", assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [trust]}))
    secret = aws.secretsmanager.Secret("card-reader")
    use = [
        {"Effect": "Allow", "Action": "secretsmanager:GetSecretValue", "Resource": secret.arn},
        {"Effect": "Allow", "Action": "xray:PutTraceSegments", "Resource": "*"},
    ]
    aws.iam.RolePolicy(
        "use", role=role.name, policy=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": use})
    )
    ```
    """
    needed = _needed_everywhere(graph)
    for document, statement in _allowing(graph):
        everywhere = [r for r in statement.resources if _is_everything(r)]
        if not everywhere or statement.conditions:
            continue
        names = [a for a in statement.actions if not _is_wide(a) and not a.lower().startswith("logs:")]
        wide = [a for a in names if _could_be_narrower(a) and a.lower() not in needed]
        if wide:
            yield document.node.problem(
                f"{statement} of {document.says} allows {', '.join(wide)} on {', '.join(everywhere)}",
                fix='"Resource": <the ARNs of what is used>',
                at=document.path,
            )


@graph_rule("IAM113", "exposes", "iam-wildcard", rows=("S0-8", "S1-11", "S2-10"))
def logs_of_other_functions(graph: View) -> Iterator[Problem]:
    """A function that may write into the log groups of others.

    ## Why is this bad?
    It can forge their logs, and whatever reads metrics and alarms off them. AWS's `AWSLambdaBasicExecutionRole` allows
    it, too, and is left alone here.

    ## Example
    ```python
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    role = aws.iam.Role("loans", assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [trust]}))
    write = {
        "Effect": "Allow",
        "Action": ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"],
        "Resource": "arn:aws:logs:*:*:log-group:/aws/lambda/*",
    }
    aws.iam.RolePolicy("write", role=role.name, policy=json.dumps({"Version": "2012-10-17", "Statement": [write]}))
    code = pulumi.AssetArchive({"app.py": pulumi.StringAsset("def handler(event, context): ...")})
    aws.lambda_.Function("loans", role=role.arn, runtime="python3.13", handler="app.handler", code=code)
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
    aws.lambda_.Function("loans", name="loans", role=role.arn, runtime="python3.13", handler="app.handler", code=code)
    ```
    """
    used: set[str] = set()
    for function in graph.all(FUNCTION):
        role = graph.roles.of(function.get("role"))
        if role is not None:
            used.add(role.arn)
            yield from _logs_of_others(role, f"the function {function.name!r}", function.arn, graph, [function])
    for role in graph.roles:
        if "lambda.amazonaws.com" in role.services and role.arn not in used:
            yield from _logs_of_others(role, f"functions with the role {role.name!r}", role.arn, graph, [])


def _logs_of_others(role: Role, who: str, arn: str, graph: View, related: list[Node]) -> Iterator[Problem]:
    _, partition, _, region, account, *_ = [*arn.split(":"), *[""] * 5]
    other = f"arn:{partition}:logs:{region or REGION}:{account}:log-group:/aws/lambda/some-other-function:log-stream:x"
    decision = decide(Request("logs:PutLogEvents", other, role.caller), role.policies, boundary=role.boundary)
    holder = graph.by_urn.get(decision.policy.urn) if decision.policy else None
    if not decision.allowed or decision.statement is None or holder is None:
        return
    if any(_is_wide(a) for a in decision.statement.actions):
        return  # a finding of its own
    resources = ", ".join(decision.statement.resources) or "*"
    yield holder.problem(
        f"{decision.statement} of {holder.name!r} lets {who} write to the logs of others, on {resources}",
        fix='"Action": ["logs:CreateLogStream", "logs:PutLogEvents"], "Resource": <the log group\'s ARN>:*',
        at="policy" if holder.kind != "iam/role:Role" else "inlinePolicies",
        related=[function.here("the function") for function in related],
    )


@graph_rule("IAM114", "exposes", "iam-wildcard", rows=("S0-8", "S2-16"))
def full_access(graph: View) -> Iterator[Problem]:
    """A role of an AWS service with one of AWS's policies that allow everything with a service.

    ## Why is this bad?
    They are for people: `AmazonDynamoDBFullAccess` lets a function that reads one table delete all of them.

    ## Example
    ```python
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    role = aws.iam.Role("loans", assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [trust]}))
    aws.iam.RolePolicyAttachment(
        "books", role=role.name, policy_arn="arn:aws:iam::aws:policy/AmazonDynamoDBFullAccess"
    )
    ```

    ## Use instead
    ```python
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    role = aws.iam.Role("loans", assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [trust]}))
    aws.iam.RolePolicyAttachment(
        "logs", role=role.name, policy_arn="arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
    )
    ```
    """
    for kind, role_path, policies in (
        ("iam/rolePolicyAttachment:RolePolicyAttachment", "role", "policyArn"),
        ("iam/role:Role", "arn", "managedPolicyArns"),
    ):
        for node in graph.all(kind):
            owner = node if kind == "iam/role:Role" else node.refers(role_path, "iam/role:Role")
            role = graph.roles.of(owner.arn) if owner else None
            if role is None or not role.services:
                continue
            for arn in node.items(policies):
                if found := _FULL_ACCESS.search(str(arn)):
                    by = f", by {described(node)}" if node is not owner else ""
                    yield node.problem(
                        f"the role {owner.name if owner else ''!r} of {role.services[0]} has {found[1]}{by}",
                        fix="A policy with the actions that are called, on the resources that are used.",
                        at=policies,
                    )


def _allowing(graph: View) -> Iterator[tuple[Document, Statement]]:
    """Statements that allow something to a role which an AWS service assumes."""
    holders = {p.urn for role in graph.roles if _is_of_service(role) for p in role.policies}
    limits = {role.boundary.urn for role in graph.roles if role.boundary is not None}
    for document in documents(graph, "identity"):
        if document.node.urn in holders and document.node.urn not in limits:
            yield from ((document, s) for s in document.policy if s.effect == "Allow")


def _is_of_service(role: Role) -> bool:
    return bool(role.services)


def _is_wide(action: str) -> bool:
    return action == "*" or action.endswith(":*")


def _is_everything(resource: str) -> bool:
    if resource == "*" or resource.count(":") < 5:
        return resource == "*"
    _, _, service, _, _, rest = resource.split(":", 5)
    return rest.startswith("*") if service in _WITHOUT_KIND else bool(_EVERYTHING.fullmatch(rest))


def _could_be_narrower(action: str) -> bool:
    found = services.expand(action)
    narrow = [a for a in found if a.resources and str(a) not in _reasons()]
    # Of `ec2:Describe*`, most take no resource.
    return 2 * len(narrow) > len(found)


@cache
def _reasons() -> Mapping[str, str]:
    text = files("stackwright.rules").joinpath("data/wildcards.toml").read_text("utf-8")
    return tomllib.loads(text)["reasons"]


def _needed_everywhere(graph: View) -> frozenset[str]:
    """Actions that code or wiring needs on `*`, as `sns:Publish` to a telephone."""
    needs = [n for f in graph.all(FUNCTION) for n in graph.code(f).needs()]
    needs += [w.need for w in wired(graph)]
    return frozenset(a.lower() for n in needs if n.resource == "*" for a in n.actions)
