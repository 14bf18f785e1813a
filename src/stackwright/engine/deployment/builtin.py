"""Resources that the engine itself provides: stack references and stashes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from stackwright.engine.secrecy import contains_secret
from stackwright.errors import ResourceError
from stackwright.graph import UNKNOWN, Properties, Resource, Unknown

STACK_REFERENCE: Final = "pulumi:pulumi:StackReference"
STASH: Final = "pulumi:index:Stash"


def is_builtin(type_token: str) -> bool:
    """Whether no provider is needed."""
    return type_token in (STACK_REFERENCE, STASH)


def stack_reference(blank: Resource, outputs: Properties | Unknown) -> Resource:
    """What a program sees of another stack (https://www.pulumi.com/docs/iac/concepts/stacks/#stackreferences)."""
    seen: dict[str, Any] = {"name": blank.id, "outputs": UNKNOWN, "secretOutputNames": UNKNOWN}
    if not isinstance(outputs, Unknown):
        secret_names = sorted(k for k, v in outputs.items() if contains_secret(v))
        seen.update(outputs=dict(outputs), secretOutputNames=secret_names)
    return replace(blank, outputs=seen)


def stash(blank: Resource, old: Resource | None) -> Resource:
    """A stash keeps the first value it was given until it is replaced."""
    value = blank.inputs.get("input")
    kept = value if old is None else old.outputs.get("output")
    return replace(blank, id=blank.name, outputs={"input": value, "output": kept})


def no_stacks(name: str) -> Properties:
    """For a run that can see no other stack.

    Raises:
        ResourceError: always.
    """
    raise ResourceError(
        f"the program refers to the stack {name!r}, whose outputs are not known here",
        fix="Bring that stack up on this machine first: stackwright up <its project>.",
    )
