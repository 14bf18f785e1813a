"""The ports of the uploads domain in memory: small, but honest about conditional writes."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from uploads.errors import ObjectUnreadableError
from uploads.lifecycle import NEW, Transition
from uploads.ports import SignedRequest, StoredObject
from uploads.records import FileRecord

from stackwright_handlers.table.items import Attribute, Guard, Position
from stackwright_handlers.testing import Steps, holds

START = datetime(2025, 3, 4, 5, 6, 7, 89, tzinfo=UTC)


@dataclass
class MemoryTable:
    steps: Steps
    rows: dict[str, dict[str, Attribute]] = field(default_factory=dict[str, dict[str, Attribute]])

    def create(self, record: FileRecord) -> bool:
        def effect() -> bool:
            if not holds(NEW, self.rows.get(record.file_id, {})):
                return False
            self.rows[record.file_id] = record.attributes()
            return True

        return self.steps.run("create", effect)

    def get(self, file_id: str) -> FileRecord | None:
        return self.steps.run("get", lambda: self.peek(file_id))

    def peek(self, file_id: str) -> FileRecord | None:
        row = self.rows.get(file_id)
        return None if row is None else FileRecord.from_item(row)

    def apply(self, file_id: str, transition: Transition) -> FileRecord | None:
        def effect() -> FileRecord | None:
            row = self.rows.get(file_id, {})
            if not holds(transition.guard, row):
                return None
            changed = {name: value for name, value in row.items() if name not in transition.remove}
            self.rows[file_id] = changed | dict(transition.assign)
            return self.peek(file_id)

        return self.steps.run(transition.name, effect)

    def remove(self, file_id: str, guard: Guard) -> bool:
        def effect() -> bool:
            if not holds(guard, self.rows.get(file_id, {})):
                return False
            del self.rows[file_id]
            return True

        return self.steps.run("remove", effect)

    def newest(self, limit: int, after: Position | None) -> list[FileRecord]:
        def key(record: FileRecord) -> tuple[str, str]:
            return record.upload_time, record.file_id

        def effect() -> list[FileRecord]:
            records = sorted((FileRecord.from_item(row) for row in self.rows.values()), key=key, reverse=True)
            later = [r for r in records if after is None or key(r) < (after.sort or "", after.item_id)]
            return later[:limit]

        return self.steps.run("newest", effect)


@dataclass
class MemoryObject:
    content: bytes
    content_type: str
    created: datetime
    chunk_size: int = 1000
    largest_chunk: int = 0

    @property
    def size(self) -> int:
        return len(self.content)

    def chunks(self) -> Iterator[bytes]:
        for start in range(0, len(self.content), self.chunk_size):
            yield self.content[start : start + self.chunk_size]


@dataclass
class MemoryObjects:
    steps: Steps
    clock: Callable[[], datetime]
    objects: dict[str, MemoryObject] = field(default_factory=dict[str, MemoryObject])
    multiparts: dict[str, str] = field(default_factory=dict[str, str])

    def put(self, key: str, content: bytes, content_type: str, sha256: str) -> None:
        assert len(sha256) == 64

        def effect() -> None:
            self.objects[key] = MemoryObject(content, content_type, self.clock())

        self.steps.run("put", effect)

    @contextmanager
    def open(self, key: str) -> Generator[StoredObject]:
        def effect() -> MemoryObject:
            if key not in self.objects:
                raise ObjectUnreadableError("absent")
            return self.objects[key]

        yield self.steps.run("open", effect)

    def delete(self, key: str) -> None:
        self.steps.run("delete", lambda: self.objects.pop(key, None))

    def start_multipart(self, key: str, content_type: str) -> str:
        def effect() -> str:
            upload_id = f"upload-{len(self.steps.log)}"
            self.multiparts[upload_id] = key
            return upload_id

        return self.steps.run("start_multipart", effect)

    def abort_multipart(self, key: str, upload_id: str) -> None:
        self.steps.run("abort_multipart", lambda: self.multiparts.pop(upload_id, None))

    def sign_put(self, key: str, content_type: str, size: int, sha256: str | None, seconds: int) -> SignedRequest:
        return SignedRequest("PUT", f"https://s3/{key}?put", {"Content-Type": content_type})

    def sign_part(self, key: str, upload_id: str, number: int, size: int, seconds: int) -> SignedRequest:
        return SignedRequest("PUT", f"https://s3/{key}?{upload_id}&part={number}", {"Content-Length": str(size)})

    def sign_complete(self, key: str, upload_id: str, seconds: int) -> SignedRequest:
        return SignedRequest("POST", f"https://s3/{key}?{upload_id}", {})

    def sign_get(self, key: str, content_disposition: str, content_type: str, seconds: int) -> str:
        return f"https://s3/{key}?get&{seconds}"


@dataclass
class MemoryTopic:
    steps: Steps
    messages: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])

    def publish(self, subject: str, message: str) -> None:
        self.steps.run("publish", lambda: self.messages.append((subject, message)))


class MemoryWorld:
    """All ports, one clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = START
        self.steps = Steps()
        self.files = MemoryTable(self.steps)
        self.objects = MemoryObjects(self.steps, self.clock)
        self.topic = MemoryTopic(self.steps)

    def cursor_key(self) -> bytes:
        return b"0123456789abcdef"

    def clock(self) -> datetime:
        return self.now

    def wait(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)
