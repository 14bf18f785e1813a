"""What the guard found out about the request that is being served, for the code that serves it."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass

from stackwright.emulator.launcher.guard.claims import Failure
from stackwright.emulator.launcher.guard.destinations import Kind
from stackwright.emulator.launcher.guard.verifier import Signed


@dataclass(frozen=True, slots=True)
class Admitted:
    """Who signed the request.

    Attributes:
        kind: what it is for; None outside of a request.
        signed: its signature, when it has a right one.
        failure: what is wrong with its signature; only APIs and function URLs of the program are asked nevertheless,
            because one that needs no signature ignores it.
    """

    kind: Kind | None = None
    signed: Signed | None = None
    failure: Failure | None = None


_NOBODY = Admitted()
_current: ContextVar[Admitted] = ContextVar("admitted", default=_NOBODY)


def current() -> Admitted:
    """What the guard found; outside of a request, nothing."""
    return _current.get()


def admit(admitted: Admitted) -> None:
    """Note it for the request of the running task."""
    _current.set(admitted)
