"""What Lambda has given up, written later.

The changes themselves are of no use by then: later ones of the same key may have been written. Each item is copied as
it is now, until it was the same before and after.
"""

from __future__ import annotations

from typing import Any, Final

from ..errors import InfrastructureError
from ..tasks import Report, Task
from .ports import Copy, Failures, Source, Stream, TypedItem
from .replicating import RESERVE_SECONDS

ATTEMPTS: Final = 20


class Redriving:
    """Takes what is in the queue of failures, until it is empty or the time is up.

    Args:
        failures: the queue.
        stream: the table's stream.
        source: the table.
        copy: its copy.
    """

    def __init__(self, failures: Failures, stream: Stream, source: Source, copy: Copy) -> None:
        self._failures = failures
        self._stream = stream
        self._source = source
        self._copy = copy

    def run(self, task: Task) -> Report:
        """Copy the items of all failures that there is time for.

        Raises:
            InfrastructureError: one could not be copied. It stays in the queue.
        """
        batches = items = 0
        while found := self._failures.receive():
            for failure in found:
                distinct = {repr(sorted(key.items())): key for key in self._stream.keys(failure)}
                for key in distinct.values():
                    self._settle(key)
                self._failures.done(failure)
                batches, items = batches + 1, items + len(distinct)
                if task.remaining() < RESERVE_SECONDS:
                    return {"batches": batches, "items": items, "finished": False}
        return {"batches": batches, "items": items, "finished": True}

    def _settle(self, key: TypedItem) -> None:
        item: Any = self._source.get(key)
        for _ in range(ATTEMPTS):
            self._copy.write(key, item)
            # A change in between may have been replicated before this write, which then has undone it.
            now = self._source.get(key)
            if now == item:
                return
            item = now
        raise InfrastructureError(f"an item has changed {ATTEMPTS} times while it was copied")
