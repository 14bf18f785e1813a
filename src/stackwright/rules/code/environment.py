"""What a function's code expects of its environment variables."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from typing import Final

from stackwright.caching import cached
from stackwright.iam.code.calls import Call
from stackwright.iam.code.values import Const, Text
from stackwright.iam.patterns import HOLE
from stackwright.rules.code.packages import code_of
from stackwright.rules.finding import Place, Problem
from stackwright.rules.rule import graph_rule
from stackwright.rules.triggers import FUNCTION
from stackwright.rules.view import Node, View

# https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
_RUNTIME: Final = re.compile(r"AWS_.*|LAMBDA_.*|_.*|PATH|LANG|TZ|HOME|PWD|LD_LIBRARY_PATH|PYTHONPATH|SHLVL")


@graph_rule("HDL106", "breaks", "handler-contract", rows=("S2-5",), each=FUNCTION)
def variable_is_not_set(function: Node, graph: View) -> Iterator[Problem]:
    """A function whose code reads an environment variable that the program does not give it.

    ## Why is this bad?
    `os.environ["…"]` raises a KeyError: at the top of a module it fails every invocation, before the handler begins.
    https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html

    ## Example
    ```python
    from pathlib import Path

    role = aws.iam.Role("plots", assume_role_policy="{}")
    plots = aws.dynamodb.Table(
        "plots", billing_mode="PAY_PER_REQUEST", hash_key="plot", attributes=[{"name": "plot", "type": "S"}]
    )
    aws.lambda_.Function(
        "plots",
        role=role.arn,
        runtime="python3.13",
        handler="app.handler",
        code=pulumi.FileArchive(str(Path(__file__).parent / "handlers")),
        environment={"variables": {"TABLE": plots.name}},
    )
    ```
    ```python
    # file: handlers/app.py
    import os

    TABLE = os.environ['PLOTS_TABLE']


    def handler(event, context):
        return TABLE
    ```

    ## Use instead
    ```python
    from pathlib import Path

    role = aws.iam.Role("plots", assume_role_policy="{}")
    plots = aws.dynamodb.Table(
        "plots", billing_mode="PAY_PER_REQUEST", hash_key="plot", attributes=[{"name": "plot", "type": "S"}]
    )
    aws.lambda_.Function(
        "plots",
        role=role.arn,
        runtime="python3.13",
        handler="app.handler",
        code=pulumi.FileArchive(str(Path(__file__).parent / "handlers")),
        environment={"variables": {"PLOTS_TABLE": plots.name}},
    )
    ```
    ```python
    # file: handlers/app.py
    import os

    TABLE = os.environ['PLOTS_TABLE']


    def handler(event, context):
        return TABLE
    ```
    """
    if "environment" in function.resource.options.ignore_changes:
        return
    found = graph.code(function).found
    given = set(function.given("environment.variables") or {})
    if HOLE in found.written:
        return
    seen = set[str]()
    for unset in found.unset:
        name = unset.name
        if name in given | found.written | seen or _RUNTIME.fullmatch(name):
            continue
        seen.add(name)
        has = f"its variables are {', '.join(sorted(given))}" if given else "it has no variables"
        yield function.problem(
            f"the function {function.name!r} reads the environment variable {name} at {unset.place}, and {has}",
            fix=f'environment={{"variables": {{"{name}": …}}}}',
            at="environment.variables",
        )


@graph_rule("HDL107", "breaks", "dangling-reference", rows=("S2-5", "S3-10"), each=FUNCTION)
def called_by_another_name(function: Node, graph: View) -> Iterator[Problem]:
    """A function whose code names a resource in a way that the call does not take: an ARN for a name, or the reverse.

    ## Why is this bad?
    AWS refuses the call: a bucket is called by its name, a queue by its URL, a topic and a state machine by their ARN.
    A bucket's `id` is its name, and so is a table's; what the program calls a resource is not.
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html

    ## Example
    ```python
    from pathlib import Path

    role = aws.iam.Role("shots", assume_role_policy="{}")
    shots = aws.s3.Bucket("shots")
    aws.iam.RolePolicy(
        "shots",
        role=role.name,
        policy=pulumi.Output.json_dumps(
            {
                "Version": "2012-10-17",
                "Statement": [
                    {"Effect": "Allow", "Action": "s3:PutObject", "Resource": pulumi.Output.concat(shots.arn, "/*")}
                ],
            }
        ),
    )
    aws.lambda_.Function(
        "shots",
        role=role.arn,
        runtime="python3.13",
        handler="app.handler",
        code=pulumi.FileArchive(str(Path(__file__).parent / "handlers")),
        environment={"variables": {"BUCKET_NAME": shots.arn}},
    )
    ```
    ```python
    # file: handlers/app.py
    import os

    import boto3

    s3 = boto3.client('s3')


    def handler(event, context):
        s3.put_object(Bucket=os.environ['BUCKET_NAME'], Key=event['key'], Body=b'')
    ```

    ## Use instead
    ```python
    from pathlib import Path

    role = aws.iam.Role("shots", assume_role_policy="{}")
    shots = aws.s3.Bucket("shots")
    aws.iam.RolePolicy(
        "shots",
        role=role.name,
        policy=pulumi.Output.json_dumps(
            {
                "Version": "2012-10-17",
                "Statement": [
                    {"Effect": "Allow", "Action": "s3:PutObject", "Resource": pulumi.Output.concat(shots.arn, "/*")}
                ],
            }
        ),
    )
    aws.lambda_.Function(
        "shots",
        role=role.arn,
        runtime="python3.13",
        handler="app.handler",
        code=pulumi.FileArchive(str(Path(__file__).parent / "handlers")),
        environment={"variables": {"BUCKET_NAME": shots.bucket}},
    )
    ```
    ```python
    # file: handlers/app.py
    import os

    import boto3

    s3 = boto3.client('s3')


    def handler(event, context):
        s3.put_object(Bucket=os.environ['BUCKET_NAME'], Key=event['key'], Body=b'')
    ```
    """
    told = set[tuple[str, str]]()
    for call in graph.code(function).found.calls:
        for name in _names().get(call.service, ()):
            value = call.params.get(name.parameter)
            match value:
                case Text(text) if HOLE not in text and (name.parameter, text) not in told:
                    why = _wrong(graph, name, text)
                case Const(None) if (name.parameter, "") not in told:
                    text, why = "", "None: the environment variable that it is read from is not set"
                case _:
                    continue
            if why:
                told.add((name.parameter, text))
                yield Problem(
                    f"the function {function.name!r} calls {call.service} {call.operation} at {call.place} with the "
                    f"{name.parameter} {why}",
                    f"{name.parameter} takes {name.takes}: the resource's output `{name.output}`.",
                    _place(function, graph, call, text),
                )


@dataclass(frozen=True, slots=True)
class _Name:
    """One entry of the file, which explains the parts."""

    service: str
    parameter: str
    kind: str
    takes: str
    output: str
    refused: str
    source: str


@cached
def _names() -> dict[str, tuple[_Name, ...]]:
    """By service."""
    text = resources.files("stackwright.rules").joinpath("data/called_names.toml").read_text(encoding="utf-8")
    found = [_Name(**entry) for entry in tomllib.loads(text)["name"]]
    return {service: tuple(n for n in found if n.service == service) for service in {n.service for n in found}}


def _wrong(graph: View, name: _Name, text: str) -> str:
    """What is wrong with a name; nothing when it may be right."""
    if re.search(name.refused, text):
        return f"{text!r}, which is not {name.takes}"
    if graph.find(text, name.kind) is not None:
        return ""
    for other in graph.all(name.kind):
        if other.name == text:
            return f"{text!r}, which is what the program calls {other.name!r}, and not {name.takes}"
    kinds = {n.kind for names in _names().values() for n in names} - {name.kind}
    other = graph.find(text, *kinds)
    return f"{text!r}, which is the {other.kind.rpartition(':')[2].lower()} {other.name!r}" if other else ""


def _place(function: Node, graph: View, call: Call, text: str) -> Place:
    """Where the program sets the variable; where none has the value, the call."""
    for key, value in graph.code(function).environment.items():
        if text and value == text:
            return function.place(f"environment.variables.{key}")
    code = code_of(function, graph.lines.root)
    if code is None:
        return function.place("environment")
    return code.place(function, call.place.file, call.place.line, 1, graph.lines.root)
