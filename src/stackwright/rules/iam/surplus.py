"""What roles may do and nobody asks of them, and calls that could not be followed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from stackwright.iam.patterns import matches
from stackwright.iam.roles import Role
from stackwright.rules.finding import Problem
from stackwright.rules.iam.policies import documents_of
from stackwright.rules.iam.wired import FUNCTION, wired
from stackwright.rules.needs import needs_of
from stackwright.rules.rule import graph_rule
from stackwright.rules.view import Node, View

# What Lambda does with the role, whatever the code calls; what is done with keys shows in no call.
_PLATFORM: Final = ("logs:", "xray:", "kms:", "ec2:")


@graph_rule("IAM122", "advice", "iam-wildcard", rows=("S0-8", "S2-16"))
def permission_that_is_never_used(graph: View) -> Iterator[Problem]:
    """A role of functions that may do what none of them calls.

    ## Why is this bad?
    What is not needed is there for whoever takes the function over, and tells the reader something wrong. It is said
    only when all calls of the functions could be followed, and no name of the call stands anywhere in their code.

    ## Example
    ```python
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    role = aws.iam.Role("loans", assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [trust]}))
    books = aws.s3.Bucket("books")
    use = {
        "Effect": "Allow",
        "Action": ["s3:GetObject", "s3:DeleteObject"],
        "Resource": pulumi.Output.concat(books.arn, "/*"),
    }
    aws.iam.RolePolicy(
        "use", role=role.name, policy=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": [use]})
    )
    aws.lambda_.Function(
        "loans",
        role=role.arn,
        runtime="python3.13",
        handler="loans.handler",
        code=pulumi.AssetArchive({"loans.py": pulumi.FileAsset("loans.py")}),
        environment={"variables": {"BOOKS": books.bucket}},
    )
    ```
    ```python
    # file: loans.py
    import os

    import boto3


    def handler(event, context):
        return boto3.client("s3").get_object(Bucket=os.environ["BOOKS"], Key=event["isbn"])["ContentLength"]
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
    aws.lambda_.Function(
        "loans",
        role=role.arn,
        runtime="python3.13",
        handler="loans.handler",
        code=pulumi.AssetArchive({"loans.py": pulumi.FileAsset("loans.py")}),
        environment={"variables": {"BOOKS": books.bucket}},
    )
    ```
    ```python
    # file: loans.py
    import os

    import boto3


    def handler(event, context):
        return boto3.client("s3").get_object(Bucket=os.environ["BOOKS"], Key=event["isbn"])["ContentLength"]
    ```
    """
    for role in graph.roles:
        functions = [f for f in graph.all(FUNCTION) if graph.roles.of(f.get("role")) is role]
        if not functions or role.services != ("lambda.amazonaws.com",) or not _all_followed(graph, functions):
            continue
        used, names = _used(graph, role, functions)
        for urn in dict.fromkeys(p.urn for p in role.policies if p.urn):
            holder = graph.by_urn[urn]
            for document in documents_of(holder):
                granted = [a for s in document.policy if s.effect == "Allow" for a in s.actions]
                surplus = [a for a in dict.fromkeys(granted) if not _is_used(a, used, names)]
                if document.kind == "identity" and surplus:
                    yield holder.problem(
                        f"{document.says} allows {', '.join(surplus)}, which {_named(functions)} never call",
                        fix="Leave it out.",
                        at=document.path,
                        related=[f.here("the function") for f in functions],
                    )


@graph_rule("IAM123", "advice", "iam-missing-permission", each=FUNCTION)
def call_that_cannot_be_followed(function: Node, graph: View) -> Iterator[Problem]:
    """A function whose calls of AWS could not all be read off its code.

    ## Why is this bad?
    Nothing is wrong with it. It is said because what this call needs was not compared with the role.

    ## Example
    ```python
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    role = aws.iam.Role("loans", assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [trust]}))
    aws.lambda_.Function(
        "loans",
        role=role.arn,
        runtime="python3.13",
        handler="loans.handler",
        code=pulumi.AssetArchive({"loans.py": pulumi.FileAsset("loans.py")}),
    )
    ```
    ```python
    # file: loans.py
    import boto3


    def handler(event, context):
        return boto3.client(event["service"]).list_things()
    ```

    ## Use instead
    ```python
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    role = aws.iam.Role("loans", assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [trust]}))
    aws.lambda_.Function(
        "loans",
        role=role.arn,
        runtime="python3.13",
        handler="loans.handler",
        code=pulumi.AssetArchive({"loans.py": pulumi.FileAsset("loans.py")}),
    )
    ```
    ```python
    # file: loans.py
    def handler(event, context):
        return {"loans": []}
    ```
    """
    if graph.roles.of(function.get("role")) is None:
        return
    code = graph.code(function)
    said = [(code.package.missing, "")] if code.package.missing else [(u.why, str(u.place)) for u in code.unfollowed]
    for why, where in dict.fromkeys(said):
        yield function.problem(
            f"the calls of the function {function.name!r} were not all compared with its role: {why}"
            + (f" ({where})" if where else ""),
            fix="Write names of services and methods as texts in the code, or compare the role by hand.",
            at="code",
        )


def _all_followed(graph: View, functions: list[Node]) -> bool:
    codes = [graph.code(f) for f in functions]
    return all(not code.package.missing and not code.unfollowed for code in codes)


def _used(graph: View, role: Role, functions: list[Node]) -> tuple[set[str], set[str]]:
    codes = [graph.code(f) for f in functions]
    needs = graph.permissions.with_keys(n for function in functions for n in needs_of(function))
    needs += [w.need for w in wired(graph) if w.role is role]
    used = {a for n in needs for a in n.actions}
    if "s3:GetObject" in used:
        # With it a missing object is 404 and not 403: https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
        used.add("s3:ListBucket")
    return used, {name for code in codes for name in code.found.names}


def _is_used(action: str, used: set[str], names: set[str]) -> bool:
    if action == "*" or action.lower().startswith(_PLATFORM):
        return True
    if any(matches(one, action, ignore_case=True) is True for one in used):
        return True
    plain = action.partition(":")[2]
    return "*" in plain or re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", plain).lower() in names


def _named(functions: list[Node]) -> str:
    return ", ".join(f.name for f in functions)
