"""What becomes of an exception on its way to the user: whose fault it is, where, and without secrets."""

from __future__ import annotations

import bisect
import json
import threading
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from stackwright.engine import secrecy
from stackwright.engine.deployment.events import Registration
from stackwright.errors import Defect, Refused, StackwrightError
from stackwright.graph import Properties, Resource, value_to_json

_T = TypeVar("_T")


class Failures(list[StackwrightError]):
    """What could not be done in a run, in the order of the program; what belongs to no line of it comes last."""

    def __init__(self) -> None:
        super().__init__()
        self._places: list[tuple[Any, ...]] = []
        self._lock = threading.Lock()

    def place(self, key: tuple[Any, ...], urn: str, failure: StackwrightError) -> StackwrightError:
        """Put one where the program's line says, and give it back."""
        with self._lock:
            index = bisect.bisect(self._places, (key, urn))
            self._places.insert(index, (key, urn))
            self.insert(index, failure)
        return failure


def located(error: Exception, urn: str, wanted: Registration | Resource) -> StackwrightError:
    """An error with the place in the program that it speaks of. What nobody has foreseen is a defect of ours."""
    masked = secrecy.masking(wanted.inputs)
    where = f"{wanted.source}, {urn}" if wanted.source else urn
    details = {"resource": f"{wanted.type} {wanted.name}", "inputs": _shown(wanted.inputs)}
    if isinstance(error, StackwrightError):
        error.what = masked(error.what)
        error.where = error.where or where
        error.urn = urn
        if isinstance(error, Defect):
            error.traceback = masked(error.traceback)
            error.details = {**details, **error.details}
        return error
    return Defect.of(error, f"{wanted.type} {wanted.name!r}", where=where, details=details, masked=masked)


def of_invoke(error: Exception, token: str, args: Properties) -> Defect:
    """The defect that a function call has run into."""
    details = {"function": token, "arguments": _shown(args)}
    return Defect.of(error, f"the function {token}", details=details, masked=secrecy.masking(args))


def in_some_order(items: Sequence[_T], act: Callable[[_T], None]) -> None:
    """Act on all, in this order as far as that goes: what is refused for now comes after the others.

    Raises:
        Refused: the first of those that never came right.
    """
    while items:
        refused: list[tuple[_T, Refused]] = []
        for item in items:
            try:
                act(item)
            except Refused as error:
                refused.append((item, error))
        if len(refused) == len(items):
            raise refused[0][1]
        items = [item for item, _ in refused]


def _shown(inputs: Properties) -> str:
    return json.dumps(value_to_json(inputs), indent=2, sort_keys=True, default=repr)
