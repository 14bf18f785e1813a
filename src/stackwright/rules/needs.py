"""What functions need for what their code calls."""

from __future__ import annotations

from collections.abc import Iterator

from stackwright.iam.needs import Need
from stackwright.rules.view import Node, NotKnown


def needs_of(function: Node) -> Iterator[Need]:
    """What the code of a function needs.

    Raises:
        NotKnown: where the function is, so that names in its code mean nothing yet.
    """
    if not function.arn:
        raise NotKnown(function, "arn")
    return function.graph.code(function).needs()
