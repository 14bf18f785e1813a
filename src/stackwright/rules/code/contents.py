"""What is in the package of a function, and what is not."""

from __future__ import annotations

from collections.abc import Iterator

from stackwright.rules.code.packages import Code, code_of
from stackwright.rules.finding import Problem
from stackwright.rules.rule import graph_rule
from stackwright.rules.triggers import FUNCTION
from stackwright.rules.view import Node, View
from stackwright.source import handlers


@graph_rule("HDL101", "breaks", "handler-contract", rows=("S0-11", "S1-12"), each=FUNCTION)
def handler_is_missing(function: Node, graph: View) -> Iterator[Problem]:
    """A handler that its package does not have: no such file, or no such function in it.

    ## Why is this bad?
    Every invocation fails with `Runtime.ImportModuleError` or `Runtime.HandlerNotFound`; nothing says so before.
    https://docs.aws.amazon.com/lambda/latest/dg/python-handler.html

    ## Example
    ```python
    role = aws.iam.Role("meter", assume_role_policy="{}")
    code = pulumi.AssetArchive({"app.py": pulumi.StringAsset("def handler(event, context): return {}")})
    aws.lambda_.Function("meter", role=role.arn, runtime="python3.13", handler="app.lambda_handler", code=code)
    ```

    ## Use instead
    ```python
    role = aws.iam.Role("meter", assume_role_policy="{}")
    code = pulumi.AssetArchive({"app.py": pulumi.StringAsset("def handler(event, context): return {}")})
    aws.lambda_.Function("meter", role=role.arn, runtime="python3.13", handler="app.handler", code=code)
    ```
    """
    code = code_of(function, graph.lines.root)
    given = str(function.given("handler", ""))
    if code is None or not given or function.items("layers"):
        return
    module, _, name = given.rpartition(".")
    path = code.module(module)
    if not path:
        there = ", ".join(sorted(code.texts)) or "no Python"
        yield function.problem(
            f"the function {function.name!r} has the handler {given!r}, but its package has no "
            f"{module.replace('.', '/')}.py; it has {there}",
            fix="<file without .py>.<function>, from the top of the package",
            at="handler",
        )
        return
    tree = code.tree(path)
    if tree is not None and handlers.defined(tree, name) is None:
        yield function.problem(
            f"the function {function.name!r} has the handler {given!r}, but {path} defines no {name!r}",
            fix=f"the name of a function in {path}",
            at="handler",
        )


@graph_rule("HDL102", "breaks", "handler-contract", rows=("S0-11",), each=FUNCTION)
def import_is_not_packaged(function: Node, graph: View) -> Iterator[Problem]:
    """A handler that imports what neither its package nor the runtime has.

    ## Why is this bad?
    Every invocation fails with `Runtime.ImportModuleError`. The runtime brings Python, boto3 and what boto3 needs,
    and nothing else. https://docs.aws.amazon.com/lambda/latest/dg/python-package.html

    ## Example
    ```python
    from pathlib import Path

    role = aws.iam.Role("meter", assume_role_policy="{}")
    code = pulumi.FileArchive(str(Path(__file__).parent / "handlers"))
    aws.lambda_.Function("meter", role=role.arn, runtime="python3.13", handler="app.handler", code=code)
    ```
    ```python
    # file: handlers/app.py
    import requests


    def handler(event, context):
        return requests.get(event['url']).status_code
    ```

    ## Use instead
    ```python
    from pathlib import Path

    role = aws.iam.Role("meter", assume_role_policy="{}")
    code = pulumi.FileArchive(str(Path(__file__).parent / "handlers"))
    aws.lambda_.Function("meter", role=role.arn, runtime="python3.13", handler="app.handler", code=code)
    ```
    ```python
    # file: handlers/app.py
    import urllib.request


    def handler(event, context):
        return urllib.request.urlopen(event['url']).status
    ```
    """
    code = code_of(function, graph.lines.root)
    if code is None or function.items("layers") or function.given("environment.variables.PYTHONPATH"):
        return  # the rest may be elsewhere
    path = code.module(str(function.given("handler", "")).rpartition(".")[0])
    for file in _reached(code, path) if path else ():
        tree = code.tree(file)
        for module, at in handlers.imported(tree) if tree is not None else ():
            if not handlers.is_standard(module) and module.partition(".")[0] not in code.tops:
                yield Problem(
                    f"{file} of the function {function.name!r} imports {module!r}, which its package does not have",
                    "Pack the library with the code, or in a layer of the function.",
                    code.place(function, file, at.line, at.column, graph.lines.root),
                )


def _reached(code: Code, path: str) -> list[str]:
    """The files of the package that are imported from one on."""
    found = [path]
    for file in found:
        tree = code.tree(file)
        for module, _ in handlers.imported(tree) if tree is not None else ():
            other = code.module(module)
            if other and other not in found:
                found.append(other)
    return found
