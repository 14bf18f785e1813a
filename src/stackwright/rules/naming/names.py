"""Names that programs give to resources."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from stackwright.rules.finding import Problem
from stackwright.rules.rule import graph_rule
from stackwright.rules.view import Node, View

# Input, what AWS takes, and the page that says so.
_RULES: Final[Mapping[str, tuple[str, str, str]]] = {
    "s3/bucket:Bucket": (
        "bucket",
        r"(?!xn--|sthree-)(?!.*(?:\.\.|-s3alias$))(?!\d+\.\d+\.\d+\.\d+$)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]",
        "3 to 63 lowercase letters, digits, dots and hyphens",
    ),
    "lambda/function:Function": ("name", r"[A-Za-z0-9_-]{1,64}", "at most 64 letters, digits, hyphens and underscores"),
    "iam/role:Role": ("name", r"[\w+=,.@-]{1,64}", "at most 64 letters, digits and + = , . @ - _"),
    "sqs/queue:Queue": (
        "name",
        r"[A-Za-z0-9_-]{1,80}|[A-Za-z0-9_-]{1,75}\.fifo",
        "at most 80 letters, digits, hyphens and underscores, with .fifo for a FIFO queue",
    ),
    "sns/topic:Topic": (
        "name",
        r"[A-Za-z0-9_-]{1,256}|[A-Za-z0-9_-]{1,251}\.fifo",
        "at most 256 letters, digits, hyphens and underscores, with .fifo for a FIFO topic",
    ),
    "dynamodb/table:Table": ("name", r"[A-Za-z0-9_.-]{3,255}", "3 to 255 letters, digits and . - _"),
    "sfn/stateMachine:StateMachine": ("name", r"[A-Za-z0-9_-]{1,80}", "at most 80 letters, digits and - _"),
    "cloudwatch/eventRule:EventRule": ("name", r"[A-Za-z0-9_.-]{1,64}", "at most 64 letters, digits and . - _"),
    "cloudwatch/logGroup:LogGroup": ("name", r"[A-Za-z0-9_./#-]{1,512}", "at most 512 letters, digits and _ - / . #"),
}
_SHORTEST_WORD: Final = 3
_KINDS: Final = tuple(_RULES)


@graph_rule("NAM101", "breaks", "naming", rows=("S3-2",), each=_KINDS)
def name_is_refused(node: Node, graph: View) -> Iterator[Problem]:
    """A name that AWS does not take: too long, or with characters that it may not have.

    ## Why is this bad?
    The resource is refused when it is made, after others that came before it.
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html

    ## Example
    ```python
    aws.s3.Bucket("letters", bucket="Letters_of_the_North")
    ```

    ## Use instead
    ```python
    aws.s3.Bucket("letters", bucket="letters-of-the-north")
    ```
    """
    path, pattern, says = _RULES[node.kind]
    name = node.given(path)
    if isinstance(name, str) and not re.fullmatch(pattern, name):
        long = f", and has {len(name)} characters" if len(name) > _most(says) else ""
        message = f"{name!r} is no name for {node.name!r}: AWS takes {says}{long}"
        yield node.problem(message, fix=f"A name of {says}.", at=path)


def _most(says: str) -> int:
    return max(int(number) for number in re.findall(r"\d+", says))


@graph_rule("NAM102", "breaks", "naming", rows=("S3-2",), each=_KINDS)
def name_repeats_itself(node: Node, graph: View) -> Iterator[Problem]:
    """A name with the same word, or the same words, twice in a row.

    ## Why is this bad?
    A prefix or an environment was put before, or behind, a name that has it already. Whoever puts the name together in
    the right way, in another stack, a policy or a script, does not find the resource.

    ## Example
    ```python
    prefix = "harbour-dev"
    aws.s3.Bucket("crates", bucket=f"{prefix}-{prefix}-crates")
    ```

    ## Use instead
    ```python
    prefix = "harbour-dev"
    aws.s3.Bucket("crates", bucket=f"{prefix}-crates")
    ```
    """
    path, _, _ = _RULES[node.kind]
    name = node.given(path)
    repeated = _repeated(name) if isinstance(name, str) else ""
    if repeated:
        message = f"the name {name!r} has {repeated!r} twice in a row"
        yield node.problem(message, fix=f"Put {repeated!r} in once.", at=path)


def _repeated(name: str) -> str:
    words = re.split(r"[-_./]", name.lower())
    for size in range(len(words) // 2, 0, -1):
        for start in range(len(words) - 2 * size + 1):
            first = words[start : start + size]
            if first == words[start + size : start + 2 * size]:
                found = "-".join(first)
                if len(found) >= _SHORTEST_WORD and re.search(r"[a-z]", found):
                    return found
    return ""
