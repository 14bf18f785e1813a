"""Resource hooks: functions of the program that run before and after a step, or when one has failed.

https://www.pulumi.com/docs/iac/concepts/resources/options/hooks/. The deployment knows them by this protocol only;
`callbacks` has the implementation that calls back into the program.
"""

from __future__ import annotations

from typing import Literal, Protocol, TypeAlias

from stackwright.graph import Options, Resource

Operation: TypeAlias = Literal["create", "update", "delete"]


class Hooks(Protocol):
    """Runs the hooks that a resource's options name."""

    def before(self, operation: Operation, new: Resource | None, old: Resource | None) -> None:
        """Raises:
        ResourceError: a hook did; the step must not happen.
        """
        ...

    def after(self, operation: Operation, new: Resource | None, old: Resource | None) -> None:
        """A hook that fails now can only be reported."""
        ...

    def retry(self, operation: Operation, new: Resource | None, old: Resource | None, errors: list[str]) -> bool:
        """Whether an error hook asks for another try; `errors` are the reasons so far, newest first."""
        ...


class NoHooks:
    """For a run without a program, such as a deletion."""

    def before(self, operation: Operation, new: Resource | None, old: Resource | None) -> None:
        """Nothing to run."""

    def after(self, operation: Operation, new: Resource | None, old: Resource | None) -> None:
        """Nothing to run."""

    def retry(self, operation: Operation, new: Resource | None, old: Resource | None, errors: list[str]) -> bool:
        """Nobody asks for it."""
        return False


def names(options: Options, moment: str) -> tuple[str, ...]:
    """Names of the hooks for a moment such as `before_create`."""
    return options.hooks.get(moment, ())
