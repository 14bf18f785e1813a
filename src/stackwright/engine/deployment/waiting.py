"""When a step is tried, and tried again.

What a provider refuses because something else is not there yet is no failure while anything can still change the
answer. Such a step is put aside and tried again whenever everything else has come to rest: no other step is under way,
and the program can ask for nothing more until it is answered (`attention`). It fails when nothing has changed since its
last try and no other step that has been put aside comes right. Steps that have failed for good are answered then, too,
so what a run does, and what it says, does not depend on which thread was faster. docs/decisions/0008 has the reasons.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol, TypeAlias, TypeVar

from stackwright.errors import EnvironmentFailed, Refused, ResourceError, StackwrightError
from stackwright.graph import Resource

_T = TypeVar("_T")

Order: TypeAlias = Literal["eager", "worst"]
Key: TypeAlias = tuple[Any, ...]
"""Where a step stands in the program; sorts like the program's lines."""


class Program(Protocol):
    """What a run can know of the program that makes it."""

    @property
    def has_ended(self) -> bool: ...

    def is_quiet(self, kept: int) -> bool:
        """Whether the program asks for nothing more until one of the `kept` steps is answered."""
        ...


@dataclass(eq=False)
class Undoable:
    """A step of this run that can be taken back for a moment.

    Attributes:
        key: see `Key`.
        urn: of its resource.
        undo: makes what was before.
        redo: makes it again.
    """

    key: Key
    urn: str
    undo: Callable[[], None]
    redo: Callable[[], None]


@dataclass(eq=False)
class Ticket:
    """One step on its way.

    Attributes:
        key: see `Key`.
        urn: of its resource; of a lookup the token.
        is_lookup: a function call: it changes nothing, and the program may go on when it fails.
        rivals: other steps of this run that may decide whether this one is accepted, and that it does not depend on.
        meets: whether a step that is under way is such a rival, or this one a rival of it.
        comes_last: in the worst order, after all that may need it.
        subject: the resource; None for a lookup.
        variant: tells lookups of one function apart.
        done_before: URNs of what had been done when this step came.
        needs: URNs of the rivals without which it was refused, filled in as that shows.
        waited: it was refused for want of something, and came right later.
        refusal: the last answer, when it was no.
        tried_at: how many steps had been finished at the last try.
        tried_with: URNs of the rivals that were there at the last try.
        is_free: it is this one's turn.
    """

    key: Key
    urn: str
    is_lookup: bool = False
    rivals: Callable[[], Sequence[Undoable]] = lambda: ()
    meets: Callable[[Ticket], bool] = lambda _: False
    comes_last: bool = False
    subject: Resource | None = None
    variant: str = ""
    done_before: frozenset[str] = frozenset()
    needs: list[str] = field(default_factory=list[str])
    waited: bool = False
    refusal: Refused | None = None
    tried_at: int = -1
    tried_with: frozenset[str] = frozenset()
    is_free: bool = False


class Waiting:
    """Lets steps begin, keeps those that are refused for now, and says when all is lost.

    Every step calls from a thread of its own.

    Attributes:
        order: `eager`, as soon as it is asked for; `worst`, one at a time and as late as the program allows.
        program: what steps come from; None when they come one by one from a caller who waits for each.
        kept: told how many steps are kept waiting, whenever there are more than ever before.
        has_given_up: steps have failed, and the program has been told; what it still asks for is of no use.
    """

    def __init__(self, order: Order = "eager") -> None:
        self.order: Order = order
        self.program: Program | None = None
        self.kept: Callable[[int], None] = lambda _: None
        self.has_given_up = False
        self._changed = threading.Condition()
        self._running: list[Ticket] = []
        self._alone: Ticket | None = None
        self._entering: list[Callable[[], bool]] = []  # what those who come wait for
        self._held: list[Ticket] = []  # the worst order
        self._refused: list[Ticket] = []
        self._failed: list[Ticket] = []
        self._most_kept = 0
        self._finished = 0

    def take(self, ticket: Ticket, attempt: Callable[[], _T]) -> _T:
        """Try until it is done.

        Raises:
            Refused: nothing can change the provider's answer any more.
            StackwrightError: it was refused for good.
        """
        if self.has_given_up:
            raise moot(f"{ticket.urn} has not been tried, because others failed")
        self._enter(ticket)
        while True:
            try:
                result = self._try(ticket, attempt)
            except Refused as refusal:
                ticket.refusal = refusal
                self._keep(ticket, self._refused)
                if not ticket.is_free:
                    raise
            else:
                ticket.waited = ticket.refusal is not None and not ticket.refusal.is_contention
                return result

    def fail(self, key: Key, urn: str, error: StackwrightError) -> None:
        """Wait with the bad news until everything else that can be done is done."""
        if not self.has_given_up and not isinstance(error, EnvironmentFailed):
            self._keep(Ticket(key, urn), self._failed)

    def look(self) -> None:
        """Something about the program has changed."""
        with self._changed:
            self._advance()

    # ---- trying ----------------------------------------------------------------------------------------------------

    def _enter(self, ticket: Ticket) -> None:
        if self.order == "worst" and not self.has_given_up:
            self._keep(ticket, self._held)
        with self._changed:
            if not ticket.is_free:
                self._wait_until(lambda: self._may_begin(ticket))
                self._running.append(ticket)
            ticket.is_free = False

    def _wait_until(self, may: Callable[[], bool]) -> None:
        self._entering.append(may)
        # Whoever waits for nobody to be under way may be the last one to wait for.
        self._changed.notify_all()
        self._changed.wait_for(may)
        self._entering.remove(may)

    def _may_begin(self, ticket: Ticket) -> bool:
        return self._alone is None and not any(ticket.meets(other) or other.meets(ticket) for other in self._running)

    def _try(self, ticket: Ticket, attempt: Callable[[], _T]) -> _T:
        with self._changed:
            ticket.tried_at = self._finished
        try:
            if not ticket.rivals():
                result = attempt()
            else:
                with_rivals = self._attempt_without if ticket.refusal is None else self._attempt_again
                result = with_rivals(ticket, attempt)
        except BaseException:
            self._leave(ticket, finished=0)
            raise
        self._leave(ticket, finished=0 if ticket.is_lookup else 1)
        return result

    def _leave(self, ticket: Ticket, *, finished: int) -> None:
        with self._changed:
            self._running.remove(ticket)
            self._finished += finished
            if self._alone is ticket:
                self._alone = None
            self._advance()
            self._changed.notify_all()

    def _attempt_without(self, ticket: Ticket, attempt: Callable[[], _T]) -> _T:
        """The first try, as if none of its rivals had been there before it: so it goes in the worst order."""
        with self._changed:
            self._running.remove(ticket)
            self._wait_until(lambda: self._alone is None)
            self._alone = ticket
            self._wait_until(lambda: not self._running)
            self._running.append(ticket)
        rivals = _in_order(ticket.rivals())
        try:
            with _Aside(rivals):
                return attempt()
        except Refused:
            ticket.tried_at = -1  # they are back
            raise

    def _attempt_again(self, ticket: Ticket, attempt: Callable[[], _T]) -> _T:
        """Nothing else is under way: find those of the rivals that make the difference, in the order of the program."""
        rivals = _in_order(ticket.rivals())
        refusal = ticket.refusal
        assert refusal is not None
        known, ticket.tried_with = ticket.tried_with, frozenset(rival.urn for rival in rivals)
        if len(rivals) == 1 or refusal.is_contention:
            result = attempt()
            ticket.needs.extend(ticket.tried_with - known if not refusal.is_contention else ())
            return result
        needs: list[str] = []
        with _Aside(rivals) as aside:
            for rival in rivals:
                aside.bring_back(rival)
                try:
                    result = attempt()
                except Refused as again:
                    if again.what != refusal.what:
                        needs.append(rival.urn)
                    refusal = again
                else:
                    ticket.needs.extend([*needs, rival.urn])
                    return result
        raise refusal

    # ---- waiting ---------------------------------------------------------------------------------------------------

    def _keep(self, ticket: Ticket, among: list[Ticket]) -> None:
        """Wait until it is this one's turn , or all is lost."""
        with self._changed:
            ticket.is_free = False
            if self.has_given_up:
                return
            among.append(ticket)
            count = self._kept()
            if count > self._most_kept:
                self._most_kept = count
                self.kept(count)
            self._advance()
            self._changed.wait_for(lambda: ticket not in among)

    def _kept(self) -> int:
        return len(self._held) + len(self._refused) + len(self._failed)

    def _advance(self) -> None:
        """When everything is at rest, let the next one go on."""
        count = self._kept()
        if not count or self._running or self._entering or self._alone:
            return
        if self.program is not None and not self.program.is_quiet(count):
            return
        again = [ticket for ticket in _sorted(self._refused) if ticket.tried_at < self._finished]
        if self._held:
            # The last line of the program first; what others may need after everything else.
            self._free(min(reversed(_sorted(self._held)), key=lambda ticket: ticket.comes_last), self._held)
        elif again:
            self._free(again[0], self._refused)
        elif lookups := [ticket for ticket in self._refused if ticket.is_lookup]:
            for ticket in lookups:
                self._refused.remove(ticket)
        else:
            if self.program is not None:
                self.has_given_up = True
                for ticket in self._refused:
                    assert ticket.refusal is not None
                    ticket.refusal.is_moot = self.program.has_ended
            self._refused.clear()
            self._failed.clear()
        self._changed.notify_all()

    def _free(self, ticket: Ticket, among: list[Ticket]) -> None:
        among.remove(ticket)
        ticket.is_free = True
        self._running.append(ticket)


class _Aside:
    """Takes steps back on entering, and brings them back on leaving at the latest."""

    def __init__(self, steps: Sequence[Undoable]) -> None:
        self._steps = steps
        self._gone: list[Undoable] = []

    def __enter__(self) -> _Aside:
        try:
            for step in reversed(self._steps):
                self._gone.insert(0, step)
                try:
                    step.undo()
                except ResourceError:
                    # Something stands on it already, so it cannot be without it.
                    self.bring_back(step)
        except BaseException:
            self._bring_all_back()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._bring_all_back()

    def bring_back(self, step: Undoable) -> None:
        """Before the others."""
        if step in self._gone:
            self._gone.remove(step)
            step.redo()

    def _bring_all_back(self) -> None:
        while self._gone:
            self._gone.pop(0).redo()


def moot(what: str) -> Refused:
    """A refusal that tells nothing."""
    refusal = Refused(what)
    refusal.is_moot = True
    return refusal


def _in_order(steps: Sequence[Undoable]) -> list[Undoable]:
    return sorted(steps, key=lambda step: (step.key, step.urn))


def _sorted(tickets: Sequence[Ticket]) -> list[Ticket]:
    return sorted(tickets, key=lambda ticket: (ticket.key, ticket.urn, ticket.variant))
