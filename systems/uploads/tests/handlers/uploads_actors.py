"""What the tests let happen to one file: it is stored, processed, deleted, given up on."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from uploads.announcing import Announcer
from uploads.catalogue import Catalogue
from uploads.processing import Arrival, Outcome, Processor
from uploads.records import FileRecord
from uploads.requests import InlineUpload
from uploads.storing import Storing
from uploads_memory import MemoryWorld

from stackwright_handlers.cursors import Cursors

CONTENT = b"a,b\n1,2\n"


def csv_file(content: bytes = CONTENT) -> InlineUpload:
    return InlineUpload("report.csv", "text/csv", content, hashlib.sha256(content).hexdigest())


def store(world: MemoryWorld) -> FileRecord:
    """Store the file; the scope makes its id the same in every world."""
    return Storing(world.files, world.objects, world.clock).store(csv_file(), "request-1", "scope")


FILE_ID = store(MemoryWorld()).file_id
KEY = f"{FILE_ID}/report.csv"


def arrived() -> MemoryWorld:
    """A world in which the file has been stored and nothing else has happened."""
    world = MemoryWorld()
    store(world)
    world.steps.log.clear()
    return world


def arrival(owner: str, key: str = KEY) -> Arrival:
    return Arrival(key, owner, 30, "request-2")


def processor(world: MemoryWorld) -> Processor:
    announcer = Announcer(world.files, world.topic, world.clock)
    return Processor(world.files, world.objects, announcer, world.clock, 90)


def process(owner: str) -> Callable[[MemoryWorld], Outcome]:
    return lambda world: processor(world).process(arrival(owner))


def record_failure(owner: str, error: str) -> Callable[[MemoryWorld], Outcome]:
    return lambda world: processor(world).record_failure(arrival(owner), error)


def delete(world: MemoryWorld) -> None:
    Catalogue(world.files, world.objects, Cursors(world.cursor_key), 900).delete(FILE_ID)
