"""Programs that do not run, or run differently in a first preview."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

from stackwright.graph import Archive, Asset, Graph, Resource, Secret
from stackwright.rules.finding import Place, Problem
from stackwright.rules.packaging.archives import is_built
from stackwright.rules.rule import run_rule
from stackwright.rules.runs import Runs


@run_rule("RUN101", "breaks", "program")
def program_fails(runs: Runs) -> Iterator[Problem]:
    """A program that does not run to its end.

    ## Why is this bad?
    `pulumi up` fails in the same way, and leaves what it has made before. Nothing but the source can be checked.

    ## Example
    ```python
    queue = aws.sqs.Queue("orders")
    pulumi.export("endpoint", queue.endpoint)
    ```

    ## Use instead
    ```python
    queue = aws.sqs.Queue("orders")
    pulumi.export("endpoint", queue.url)
    ```
    """
    failure = runs.simulated.failure
    # A made-up setting is named among what was not checked.
    if failure is not None and failure.kind != "setting":
        yield Problem(failure.message, failure.fix or "Mend what the message names.", failure.place)
    for name, place in runs.simulated.undeclared:
        what = f"the program imports {name!r}, which is not installed and which its requirements do not name"
        yield Problem(what, f"Name {name} in requirements.txt.", place)


@run_rule("RUN102", "breaks", "output-misuse", rows=("S3-5",))
def fails_on_unknown(runs: Runs) -> Iterator[Problem]:
    """A program that fails in a first preview, when what AWS computes is not known yet.

    ## Why is this bad?
    Before anything exists, Pulumi runs the program with unknown values: `pulumi preview`, and the preview that
    `pulumi up` begins with, stop at this line.

    ## Example
    ```python
    bucket = aws.s3.Bucket("inbox")


    async def name() -> str:
        return (await bucket.arn.future()).rpartition(":")[2]


    pulumi.export("name", pulumi.Output.from_input(name()))
    ```

    ## Use instead
    ```python
    bucket = aws.s3.Bucket("inbox")
    pulumi.export("name", bucket.arn.apply(lambda arn: arn.rpartition(":")[2]))
    ```
    """
    failure = runs.unknown.failure
    if failure is not None and failure.kind != "setting" and runs.simulated.failure is None:
        yield Problem(
            f"in a first preview, {failure.message}",
            failure.fix or "Use the value inside `apply`, which is not called while it is unknown.",
            failure.place,
        )


@run_rule("RUN103", "breaks", "output-misuse", rows=("S3-5",))
def resource_comes_and_goes(runs: Runs) -> Iterator[Problem]:
    """A resource that is registered only when values are known, mostly one that is made inside `apply`.

    ## Why is this bad?
    A preview does not show it, nothing can depend on it, and a run in which the value is unknown again leaves it out,
    so that Pulumi deletes it. https://www.pulumi.com/docs/iac/concepts/inputs-outputs/apply/

    ## Example
    ```python
    bucket = aws.s3.Bucket("inbox")
    enabled = {"status": "Enabled"}
    bucket.id.apply(lambda name: aws.s3.BucketVersioning("versions", bucket=name, versioning_configuration=enabled))
    ```

    ## Use instead
    ```python
    bucket = aws.s3.Bucket("inbox")
    enabled = {"status": "Enabled"}
    aws.s3.BucketVersioning("versions", bucket=bucket.id, versioning_configuration=enabled)
    ```
    """
    if runs.simulated.failure or runs.unknown.failure:
        return
    known, unknown = _own(runs.simulated.graph), _own(runs.unknown.graph)
    for urn, resource in known.items():
        if urn not in unknown:
            yield _problem(resource, "is not registered in a first preview, when values are unknown")
    for urn, resource in unknown.items():
        if urn not in known:
            yield _problem(resource, "is registered only in a first preview, when values are unknown")


@run_rule("RUN104", "breaks", "packaging", rows=("S0-11", "S1-12", "S2-11"))
def packed_path_is_missing(runs: Runs) -> Iterator[Problem]:
    """A file or folder that is packed and is not there.

    ## Why is this bad?
    `pulumi up` stops at it. Of what a build step makes nothing is said: archives, and what lies in directories such as
    `dist`. A path begins at the working directory, which is the program's when Pulumi runs it and
    another one when a test does.

    ## Example
    ```python
    names = ["templates"]
    archives = {name: pulumi.FileArchive(f"./{name}") for name in names}
    bucket = aws.s3.Bucket("pages")
    aws.s3.BucketObject("pages", bucket=bucket.id, key="pages.zip", source=archives["templates"])
    ```

    ## Use instead
    ```python
    bucket = aws.s3.Bucket("pages")
    page = pulumi.StringAsset("<h1>Hello</h1>")
    aws.s3.BucketObject("pages", bucket=bucket.id, key="index.html", source=page)
    ```
    """
    if runs.simulated.failure:
        return
    for resource in runs.simulated.graph.resources:
        for path in _missing(resource.inputs):
            if is_built(path):
                continue
            yield Problem(
                f"{resource.name!r} ({resource.type}) packs {path!r}, which is not there",
                f'str(Path(__file__).parent / "{path.removeprefix("./")}"), and put it there.',
                _place(resource),
            )


def _missing(value: Any) -> Iterator[str]:
    match value:
        case Asset("file", content, "") | Archive("file", str(content), ""):
            yield content
        case Archive("assets", Mapping() as entries, _):
            yield from (path for entry in entries.values() for path in _missing(entry))
        case Secret(inner):
            yield from _missing(inner)
        case Mapping():
            yield from (path for inner in cast("Mapping[str, Any]", value).values() for path in _missing(inner))
        case list() | tuple():
            yield from (path for inner in cast("Sequence[Any]", value) for path in _missing(inner))
        case _:
            return


def _place(resource: Resource) -> Place:
    source = resource.source
    return Place(resource.urn, source.file, source.line) if source else Place(resource.urn)


def _own(graph: Graph) -> Mapping[str, Resource]:
    return {r.urn: r for r in graph.resources if not r.type.startswith("pulumi:")}


def _problem(resource: Resource, what: str) -> Problem:
    return Problem(
        f"the resource {resource.name!r} ({resource.type}) {what}",
        "Register it outside of `apply` and of conditions on outputs, and pass the outputs as they are.",
        _place(resource),
    )
