"""Several stacks of one project brought up in one run: in the order that was asked for, or that they need."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from stackwright.errors import CheckFailed, ResourceError, StackwrightError
from stackwright.workspace.results import Explanation, UpResult

if TYPE_CHECKING:
    from stackwright.engine.deployment.events import Event, Observer
    from stackwright.graph import Graph
    from stackwright.workspace.session import Session
    from stackwright.workspace.up_checks import UpChecks


@dataclass(frozen=True)
class Applied:
    """What became of one stack: a result, or why there is none, and what `check` says of that."""

    stack: str
    result: UpResult | None = None
    failure: StackwrightError | None = None
    explanation: Explanation = field(default_factory=Explanation)

    def to_json(self, project: str) -> dict[str, Any]:
        """The object `up --json` prints."""
        if self.result is not None:
            return self.result.to_json()
        assert self.failure is not None
        of_refusal = [f.to_json() for f in self.explanation.of_refusal]
        others = [f.to_json() for f in self.explanation.others]
        error = {"what": self.failure.what, "where": self.failure.where, "fix": self.failure.fix}
        return {
            "project": project,
            "stack": self.stack,
            "error": {**error, "urn": self.failure.urn, "findings": of_refusal},
            "findings": [*of_refusal, *others],
        }


class Others:
    """The other stacks of a run, as the program of one may refer to them.

    Args:
        to_come: those whose turn has not come.
        begun: those that wait for this one.
        failed: those that could not be brought up.
    """

    def __init__(
        self, to_come: frozenset[str] = frozenset(), begun: tuple[str, ...] = (), failed: frozenset[str] = frozenset()
    ) -> None:
        self._to_come = to_come
        self._begun = begun
        self._failed = failed
        self.needed = ""

    def look(self, stack: str) -> None:
        """Look whether the outputs of a stack can be had now.

        Raises:
            ResourceError: they cannot; `needed` is the stack that must be brought up first, if it can be.
        """
        if stack in self._to_come:
            self.needed = stack
            raise ResourceError(f"the stack {stack} is brought up first")
        if stack in self._failed:
            raise ResourceError(f"the program refers to the stack {stack!r}, which could not be brought up")

    def unless_needed(self, observe: Observer) -> Observer:
        """An observer that is told nothing more once the stack has to be brought up again."""

        def tell(event: Event) -> None:
            if not self.needed:
                observe(event)

        return tell

    def accept(self, stack: str, graph: Graph) -> None:
        """Look whether the outputs that a stack has are of use.

        Raises:
            ResourceError: it waits for the one that asks, and has none from an earlier run.
        """
        if stack in self._begun and not graph.outputs:
            raise ResourceError(
                f"the program refers to the stack {stack!r}, which waits for this one: they refer to each other",
                fix="Let one of them do without the other the first time that it is brought up.",
            )


def apply_all(
    session: Session,
    stacks: Sequence[str],
    overrides: Mapping[str, str],
    observing: Callable[[str], AbstractContextManager[Observer]],
    checks: UpChecks | None = None,
) -> Iterator[Applied]:
    """Bring stacks up, each one after those of them that it refers to; one that fails does not keep the others.

    Args:
        observing: gives the observer of a stack's steps.
        checks: say whether a stack may be brought up, and what they know of a refusal.
    """
    to_come = list(dict.fromkeys(stacks))
    failed: set[str] = set()

    def bring(stack: str, begun: tuple[str, ...]) -> Iterator[Applied]:
        refused = _refused_by(checks, stack)
        if refused is not None:
            failed.add(stack)
            yield refused
            return
        while True:
            others = Others(frozenset(to_come), begun, frozenset(failed))
            try:
                with observing(stack) as observe:
                    result = session.apply(stack, overrides, others.unless_needed(observe), others)
            except StackwrightError as error:
                if others.needed:
                    to_come.remove(others.needed)
                    yield from bring(others.needed, (*begun, stack))
                    continue
                failed.add(stack)
                explanation = checks.explain(stack, error) if checks else Explanation()
                yield Applied(stack, failure=error, explanation=explanation)
            else:
                yield Applied(stack, result)
            return

    while to_come:
        yield from bring(to_come.pop(0), ())


def _refused_by(checks: UpChecks | None, stack: str) -> Applied | None:
    """What becomes of a stack that may not be brought up; None when it may."""
    if checks is None:
        return None
    try:
        explanation = checks.admit(stack)
    except StackwrightError as error:
        return Applied(stack, failure=error)
    if explanation is None:
        return None
    number = len(explanation.others)
    things = "1 thing in the program" if number == 1 else f"{number} things in the program"
    failure = CheckFailed(
        f"{things} will break, so nothing was made",
        fix="Mend what is listed, accept it with a comment, or only be told: --check warn",
    )
    return Applied(stack, failure=failure, explanation=explanation)
