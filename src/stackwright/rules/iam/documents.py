"""Policy documents that AWS refuses, or in which a part means nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from stackwright.iam import services
from stackwright.iam.conditions import OPERATORS, split_operator
from stackwright.iam.document import Statement
from stackwright.rules.finding import Problem
from stackwright.rules.iam.policies import WITH_DOCUMENTS, Document, documents_of
from stackwright.rules.rule import graph_rule
from stackwright.rules.view import Node, View

_OUTPUT: Final = re.compile(r"Output\[|Calling __str__|<pulumi\.|<coroutine|object at 0x")
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_sid.html
_SID: Final = re.compile(r"[A-Za-z0-9]*")
# API Gateway completes what has no ARN: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-resource-policies.html
_SHORT_FORMS: Final = ("apigateway/restApi:RestApi", "apigateway/restApiPolicy:RestApiPolicy")


@graph_rule("IAM101", "breaks", "policy-document", rows=("S0-9", "S1-4", "S2-4", "S3-5"), each=WITH_DOCUMENTS)
def malformed_policy(node: Node, graph: View) -> Iterator[Problem]:
    """A policy document that AWS refuses, or whose resource is no ARN.

    ## Why is this bad?
    AWS refuses it when it is created, or accepts it and a statement matches nothing. Most often the text of an Output
    went into it, or a name where an ARN belongs.
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html

    ## Example
    ```python
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    role = aws.iam.Role("loans", assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [trust]}))
    books = aws.s3.Bucket("books")
    read = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": books.bucket}
    aws.iam.RolePolicy(
        "read", role=role.name, policy=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": [read]})
    )
    ```

    ## Use instead
    ```python
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    role = aws.iam.Role("loans", assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [trust]}))
    books = aws.s3.Bucket("books")
    read = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": pulumi.Output.concat(books.arn, "/*")}
    aws.iam.RolePolicy(
        "read", role=role.name, policy=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": [read]})
    )
    ```
    """
    for document in documents_of(node):
        if document.malformed:
            yield node.problem(
                f"AWS refuses {document.says}: {document.malformed}",
                fix='{"Version": "2012-10-17", "Statement": [{"Effect": …, "Action": …, "Resource": …}]} as JSON',
                at=document.path,
            )
            continue
        for statement in document.policy:
            yield from _faults(document, statement)


def _faults(document: Document, statement: Statement) -> Iterator[Problem]:
    node = document.node
    for fault, fix in _refused(document, statement):
        yield node.problem(f"{statement} of {document.says} {fault}, so AWS refuses it", fix=fix, at=document.path)
    for resource in (*statement.resources, *statement.not_resources):
        if node.kind in _SHORT_FORMS or not (fault := _resource_fault(resource)):
            continue
        yield node.problem(
            f"{statement} of {document.says} names the resource {resource.partition(chr(10))[0][:120]!r}, {fault}",
            fix="The ARN of the resource, from its output `arn`, or `*`.",
            at=document.path,
        )
    if not document.policy.version and any("${" in t for t in _texts(statement)):
        yield node.problem(
            f"{document.says} has no Version, so `${{…}}` in {statement} is a plain text, not a variable",
            fix='"Version": "2012-10-17"',
            at=document.path,
        )


def _refused(document: Document, statement: Statement) -> Iterator[tuple[str, str]]:
    """Why AWS refuses a statement that is well formed, and what to write."""
    has_principal = bool(statement.principals or statement.not_principals)
    has_resource = bool(statement.resources or statement.not_resources)
    if document.kind == "identity":
        if not has_resource:
            yield "has no Resource", '"Resource": <the ARN of what it is about>'
        if has_principal:
            yield "has a Principal, which a policy of a role or user has not", "No Principal: it is whose policy it is."
    else:
        if not has_principal:
            yield "has no Principal", '"Principal": {"Service": …} or {"AWS": <ARN>}'
        if document.kind == "trust" and has_resource:
            yield "has a Resource, which a trust policy has not", "No Resource: it is the role."
    # Other services take any text as Sid.
    if document.kind != "resource" and not _SID.fullmatch(statement.sid):
        yield f"has the Sid {statement.sid!r}", "Letters and digits alone."
    for condition in statement.conditions:
        prefix, operator, _ = split_operator(condition.operator)
        if operator not in OPERATORS or prefix not in ("", "forallvalues", "foranyvalue"):
            yield f"has the condition operator {condition.operator!r}", "Such as StringEquals, ArnLike or Bool."


def _resource_fault(resource: str) -> str:
    if _OUTPUT.search(resource):
        return "the text of an Output that has no value yet"
    if not resource.startswith(("arn:", "*", "${")):
        return "which is no ARN"
    if resource.startswith("arn:") and resource.count(":") < 5 and not resource.endswith("*"):
        return "an ARN with parts missing"
    if ":arn:" in resource:
        return "an ARN with another inside, which matches nothing"
    return ""


def _texts(statement: Statement) -> list[str]:
    wanted = [v for c in statement.conditions for v in c.values]
    return [*statement.resources, *statement.not_resources, *wanted]


@graph_rule("IAM102", "breaks", "policy-document", rows=("S0-8",), each=WITH_DOCUMENTS)
def unknown_action(node: Node, graph: View) -> Iterator[Problem]:
    """A policy statement with an action that AWS does not have.

    ## Why is this bad?
    AWS accepts the policy, and the action allows or denies nothing. Names of calls are not always names of actions:
    `ListObjectsV2` needs `s3:ListBucket`.
    https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html

    ## Example
    ```python
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    role = aws.iam.Role("loans", assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [trust]}))
    books = aws.s3.Bucket("books")
    read = {"Effect": "Allow", "Action": "s3:ListObjectsV2", "Resource": books.arn}
    aws.iam.RolePolicy(
        "read", role=role.name, policy=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": [read]})
    )
    ```

    ## Use instead
    ```python
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    role = aws.iam.Role("loans", assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [trust]}))
    books = aws.s3.Bucket("books")
    read = {"Effect": "Allow", "Action": "s3:ListBucket", "Resource": books.arn}
    aws.iam.RolePolicy(
        "read", role=role.name, policy=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": [read]})
    )
    ```
    """
    for document in documents_of(node):
        for statement in document.policy:
            for action in (*statement.actions, *statement.not_actions):
                if action == "*" or not (fault := _action_fault(action)):
                    continue
                yield node.problem(
                    f"{statement} of {document.says} has the action {action!r}; {fault}",
                    fix="An action that there is: https://docs.aws.amazon.com/service-authorization/latest/reference/",
                    at=document.path,
                )


def _action_fault(action: str) -> str:
    service, colon, name = action.partition(":")
    if not colon:
        return "an action has a service before a colon"
    if {"*", "?"} & set(service):
        return ""
    if not services.has_service(service):
        return f"AWS has no service {service!r}"
    return "" if services.expand(action) else f"{service} has no action that is called {name!r}"


# Asked of `log-group::log-stream:`, as its refusals say, although the reference names no resource.
_OF_ALL_GROUPS: Final = "logs:describeloggroups"
_WITHOUT_KIND: Final = frozenset({"s3", "sns", "sqs"})  # services whose ARNs end in a plain name


@graph_rule("IAM103", "breaks", "iam-wildcard", rows=("S0-8", "S1-4"), each=WITH_DOCUMENTS)
def action_on_another_kind_of_resource(node: Node, graph: View) -> Iterator[Problem]:
    """A statement that allows an action on resources of which none is of the kind that the action is about.

    ## Why is this bad?
    The action is not allowed on anything: `s3:GetObject` is about objects (`<bucket>/*`), `s3:ListBucket` about the
    bucket, `logs:PutLogEvents` about streams (`<log group>:*`), and X-Ray's actions are about no resource (`*`).

    ## Example
    ```python
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    role = aws.iam.Role("loans", assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [trust]}))
    books = aws.s3.Bucket("books")
    read = {"Effect": "Allow", "Action": ["s3:GetObject", "s3:ListBucket"], "Resource": books.arn}
    aws.iam.RolePolicy(
        "read", role=role.name, policy=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": [read]})
    )
    ```

    ## Use instead
    ```python
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    role = aws.iam.Role("loans", assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [trust]}))
    books = aws.s3.Bucket("books")
    inside = pulumi.Output.concat(books.arn, "/*")
    read = {"Effect": "Allow", "Action": ["s3:GetObject", "s3:ListBucket"], "Resource": [books.arn, inside]}
    aws.iam.RolePolicy(
        "read", role=role.name, policy=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": [read]})
    )
    ```
    """
    for document in documents_of(node):
        if document.kind == "trust" or node.kind in _SHORT_FORMS:
            continue
        for statement in document.policy:
            if statement.effect != "Allow" or not statement.resources or "*" in statement.resources:
                continue
            if any(_resource_fault(r) or "${" in r or _is_made_up(r, graph) for r in statement.resources):
                continue  # a finding of its own, or not known before the call
            yield from _misplaced(document, statement)


def _is_made_up(arn: str, graph: View) -> bool:
    """Whether the ARN is that of a resource whose form in AWS is not known here: a name where a path should be."""
    parts = arn.split(":", 5)
    made = graph.find(arn) if len(parts) == 6 and parts[2] not in _WITHOUT_KIND else None
    return made is not None and re.fullmatch(rf"{re.escape(made.name)}-[0-9a-f]{{7}}", parts[5]) is not None


def _misplaced(document: Document, statement: Statement) -> Iterator[Problem]:
    for name in statement.actions:
        found = services.expand(name)
        if not found or any(services.takes(a, r) for a in found for r in statement.resources):
            continue
        if name.lower() == _OF_ALL_GROUPS and any(r.startswith("arn:aws:logs:") for r in statement.resources):
            continue
        kinds = [f for a in found[:1] for k in a.resources for f in services.arn_forms(a.service, k)]
        about = "no resource, so it is allowed on * only" if not kinds else f"{found[0].resources[-1]}s"
        yield document.node.problem(
            f"{statement} of {document.says} allows {name} on {', '.join(statement.resources)}; it is about {about}",
            fix='"Resource": "*"' if not kinds else f'"Resource": {_example(kinds[-1])!r}',
            at=document.path,
        )


def _example(form: str) -> str:
    return form.replace("arn:\0:", "arn:aws:").replace("\0", "…")
