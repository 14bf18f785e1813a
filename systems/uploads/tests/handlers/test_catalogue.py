from __future__ import annotations

import pytest
from uploads.catalogue import Catalogue
from uploads.records import FileRecord, Status
from uploads.storing import Storing
from uploads_actors import FILE_ID, arrived, csv_file, delete, process
from uploads_memory import MemoryWorld

from stackwright_handlers.cursors import Cursors
from stackwright_handlers.errors import RequestError
from stackwright_handlers.pages import PageRequest


def catalogue(world: MemoryWorld) -> Catalogue:
    return Catalogue(world.files, world.objects, Cursors(world.cursor_key), 900)


def with_files(count: int, same_time: bool = False) -> tuple[MemoryWorld, list[FileRecord]]:
    """A world with some files, and their rows, newest first."""
    world = MemoryWorld()
    storing = Storing(world.files, world.objects, world.clock)
    records: list[FileRecord] = []
    for _ in range(count):
        records.append(storing.store(csv_file(), "request", None))
        world.wait(0 if same_time else 0.5)
    return world, sorted(records, key=lambda r: (r.upload_time, r.file_id), reverse=True)


class TestList:
    @pytest.mark.parametrize("same_time", [True, False])
    @pytest.mark.parametrize("limit", [1, 2, 3, 7, 8])
    def test_pages_hold_every_file_once_newest_first(self, limit: int, same_time: bool) -> None:
        world, expected = with_files(7, same_time)
        seen: list[FileRecord] = []
        cursor = None
        while True:
            page = catalogue(world).newest(PageRequest(str(limit), cursor))
            assert len(page.items) <= limit
            seen += page.items
            cursor = page.next_cursor
            if cursor is None:
                break
        assert seen == expected

    def test_there_is_no_empty_last_page(self) -> None:
        world, _ = with_files(4)
        first = catalogue(world).newest(PageRequest("2", None))
        assert catalogue(world).newest(PageRequest("2", first.next_cursor)).next_cursor is None

    def test_twenty_by_default(self) -> None:
        world, _ = with_files(21)
        assert len(catalogue(world).newest(PageRequest(None, None)).items) == 20

    def test_nothing(self) -> None:
        page = catalogue(MemoryWorld()).newest(PageRequest(None, None))
        assert (page.items, page.next_cursor) == ([], None)

    @pytest.mark.parametrize("limit", ["", "0", "101", "-1", "1.0", "ten", " 1", "٣", "1000", "00000000001", "1e1"])
    def test_a_limit_that_is_none(self, limit: str) -> None:
        with pytest.raises(RequestError, match="400 invalid_limit"):
            catalogue(MemoryWorld()).newest(PageRequest(limit, None))

    @pytest.mark.parametrize("cursor", ["", "x", "null"])
    def test_a_cursor_that_is_none(self, cursor: str) -> None:
        with pytest.raises(RequestError, match="400 invalid_cursor"):
            catalogue(MemoryWorld()).newest(PageRequest(None, cursor))


class TestGet:
    @pytest.mark.parametrize("file_id", ["", "unknown", "../x", "a b", "é", "x" * 65, FILE_ID + "0"])
    def test_an_unknown_file_is_404(self, file_id: str) -> None:
        with pytest.raises(RequestError, match="404 file_not_found"):
            catalogue(arrived()).get(file_id)

    @pytest.mark.parametrize("status", [status for status in Status if status is not Status.AVAILABLE])
    def test_only_available_files_can_be_downloaded(self, status: Status) -> None:
        world = arrived()
        world.files.rows[FILE_ID]["status"] = status
        assert catalogue(world).download_url(catalogue(world).get(FILE_ID)) is None

    def test_an_available_file_can(self) -> None:
        world = arrived()
        process("execution-1")(world)
        assert (
            catalogue(world).download_url(catalogue(world).get(FILE_ID)) == f"https://s3/{FILE_ID}/report.csv?get&900"
        )


class TestDelete:
    def test_the_object_goes_before_the_row(self) -> None:
        world = arrived()
        delete(world)
        assert world.steps.log == ["begin_delete", "delete", "remove"]

    @pytest.mark.parametrize("file_id", ["", "unknown", "../x", "x" * 65])
    def test_an_unknown_file_is_deleted_already(self, file_id: str) -> None:
        world = arrived()
        catalogue(world).delete(file_id)
        assert FILE_ID in world.files.rows
