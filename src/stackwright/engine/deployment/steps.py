"""One step on one resource: what kind of step it takes, the provider's answer, hooks, secrets, the count."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Final, TypeVar

from stackwright.engine import secrecy
from stackwright.engine.deployment import diffs
from stackwright.engine.deployment.events import BusyClock, Event, Observer, Step
from stackwright.engine.deployment.hooks import Hooks, NoHooks, Operation
from stackwright.engine.deployment.ordering import Ordering
from stackwright.engine.deployment.waiting import Waiting
from stackwright.engine.provider import Provider
from stackwright.errors import ResourceError, StackwrightError
from stackwright.graph import Properties, Resource, reveal

_T = TypeVar("_T")

_OPERATIONS: Final[dict[Step, Operation]] = {"create": "create", "replace": "create", "update": "update"}


class Steps:
    """Takes steps and counts them. May be used from several threads at once.

    Attributes:
        counts: finished steps by kind.
        clock: runs while a provider is at work.
        hooks: the program's hooks.
    """

    def __init__(self, provider: Provider, observe: Observer, waiting: Waiting, ordering: Ordering) -> None:
        self.counts: dict[Step, int] = dict.fromkeys(("same", "create", "update", "replace", "delete", "read"), 0)
        self.clock = BusyClock()
        self.hooks: Hooks = NoHooks()
        self._provider = provider
        self._observe = observe
        self._waiting = waiting
        self._ordering = ordering
        self._lock = threading.Lock()

    def create(self, new: Resource, config: Properties, *, replaces: bool = False) -> Resource:
        """Make a resource that does not exist yet."""
        step: Step = "replace" if replaces else "create"
        return self._ask(
            step,
            new,
            None,
            lambda plain: self._provider.create(plain, config),
            lambda made: self._provider.delete(_plain(made), config),
        )

    def read(self, wanted: Resource, config: Properties) -> Resource:
        """Look a resource up by its id."""
        return self._ask("read", wanted, None, lambda plain: self._provider.read(plain, config))

    def update(self, new: Resource, old: Resource, config: Properties) -> Resource:
        """Change a resource in place."""
        plain_old = _plain(old)
        return self._ask(
            "update",
            new,
            old,
            lambda plain: self._provider.update(plain, plain_old, config),
            lambda made: self._provider.update(plain_old, _plain(made), config),
        )

    def keep(self, new: Resource, old: Resource) -> Resource:
        """Leave a resource as it is."""
        outputs = secrecy.carry_over(old.outputs, new.inputs, new.options.additional_secret_outputs)
        kept = replace(new, id=old.id, outputs=outputs, simulated=old.simulated)
        self._count("same", kept)
        return kept

    def delete(self, old: Resource, config: Properties, *, waits: bool = False) -> None:
        """Remove a resource.

        Args:
            waits: while the program runs, for what it changes may make this possible.

        Raises:
            ResourceError: it is protected, or the provider refused.
        """
        if old.options.protect:
            raise ResourceError(
                f"{old.type} {old.name!r} is protected and the program no longer has it",
                fix="Put it back, or run once with `protect=False` before removing it.",
            )
        started = time.monotonic()
        plain = _plain(old)
        self.hooks.before("delete", None, old)

        def delete() -> None:
            with self.clock:
                self._provider.delete(plain, config)

        ticket = self._ordering.ticket(old)
        self._with_retries("delete", None, old, lambda: self._waiting.take(ticket, delete) if waits else delete())
        self.hooks.after("delete", None, old)
        self._count("delete", old, time.monotonic() - started)

    def differences(self, new: Resource, old: Resource) -> tuple[frozenset[str], frozenset[str]]:
        """Changed inputs, and those of them that need a replacement."""
        plain_new, plain_old = _plain(new), _plain(old)
        changed = diffs.changed(plain_new.inputs, plain_old.inputs)
        if not changed:
            return changed, changed
        replacing = self._provider.replacing(plain_new, plain_old, changed)
        return changed, replacing | diffs.touched(changed, new.options.replace_on_changes)

    def _ask(
        self,
        step: Step,
        new: Resource,
        old: Resource | None,
        call: Callable[[Resource], Resource],
        undo: Callable[[Resource], object] | None = None,
    ) -> Resource:
        started = time.monotonic()
        plain = replace(new, inputs=reveal(new.inputs))
        ticket = self._ordering.ticket(new)

        def attempt() -> Resource:
            with self.clock:
                answer = call(plain)
            outputs = secrecy.carry_over(answer.outputs, new.inputs, new.options.additional_secret_outputs)
            result = replace(answer, inputs=new.inputs, outputs=outputs)
            if undo is not None:
                self._ordering.did(ticket.key, result, partial(undo, result), partial(call, plain))
            return result

        operation = _OPERATIONS.get(step)
        if operation is None:
            result = self._waiting.take(ticket, attempt)
        else:
            self.hooks.before(operation, new, old)
            result = self._with_retries(operation, new, old, lambda: self._waiting.take(ticket, attempt))
            self.hooks.after(operation, result, old)
        self._ordering.came_right(ticket)
        self._count(step, result, time.monotonic() - started)
        return result

    def _with_retries(
        self, operation: Operation, new: Resource | None, old: Resource | None, call: Callable[[], _T]
    ) -> _T:
        errors: list[str] = []
        while True:
            try:
                return call()
            except StackwrightError as error:
                errors.insert(0, error.what)
                if not self.hooks.retry(operation, new, old, errors):
                    raise

    def _count(self, step: Step, resource: Resource, seconds: float = 0.0) -> None:
        with self._lock:
            self.counts[step] += 1
        self._observe(Event("step", step=step, resource=resource, seconds=seconds))


def _plain(resource: Resource) -> Resource:
    return replace(resource, inputs=reveal(resource.inputs), outputs=reveal(resource.outputs))
