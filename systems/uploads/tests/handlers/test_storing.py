from __future__ import annotations

import pytest
from uploads.catalogue import Catalogue
from uploads.records import Status
from uploads.requests import ReservedUpload
from uploads.storing import SINGLE_UPLOAD_BYTES, Reservation, Storing, part_sizes
from uploads_actors import FILE_ID, KEY, arrived, csv_file, process, store
from uploads_memory import MemoryWorld

from stackwright_handlers.cursors import Cursors
from stackwright_handlers.errors import StorageError, TableError

MIB = 2**20


def reserve(world: MemoryWorld, size: int, scope: str | None = None) -> Reservation:
    upload = ReservedUpload("film.mp4", "video/mp4", size, None)
    return Storing(world.files, world.objects, world.clock).reserve(upload, "request-1", scope)


class TestStore:
    def test_the_row_comes_first(self) -> None:
        world = MemoryWorld()
        store(world)
        assert world.steps.log == ["create", "put"]

    def test_without_a_row_nothing_is_stored(self) -> None:
        world = MemoryWorld()
        world.steps.failures["create"] = TableError("down")
        with pytest.raises(TableError):
            store(world)
        assert not world.objects.objects

    def test_a_failing_upload_leaves_a_row_that_says_so(self) -> None:
        world = MemoryWorld()
        world.steps.failures["put"] = StorageError("down")
        with pytest.raises(StorageError):
            store(world)
        record = world.files.peek(FILE_ID)
        assert record is not None
        assert record.status is Status.UPLOADING

    def test_requests_without_a_scope_are_different_files(self) -> None:
        world = MemoryWorld()
        storing = Storing(world.files, world.objects, world.clock)
        ids = {storing.store(csv_file(), "request", None).file_id for _ in range(3)}
        assert len(ids) == 3

    def test_repeating_a_finished_request_stores_nothing_again(self) -> None:
        world = arrived()
        process("execution-1")(world)
        world.steps.log.clear()

        assert store(world).s3_key == KEY
        assert world.steps.log == ["create", "get"]


class TestReserve:
    def test_up_to_100_mib_it_is_one_request(self) -> None:
        reservation = reserve(MemoryWorld(), SINGLE_UPLOAD_BYTES)
        assert reservation.put is not None
        assert reservation.parts == ()
        assert reservation.complete is None

    def test_beyond_that_it_is_parts_and_a_completion(self) -> None:
        world = MemoryWorld()
        reservation = reserve(world, SINGLE_UPLOAD_BYTES + 1)
        assert reservation.put is None
        assert [part.number for part in reservation.parts] == list(range(1, 8))
        assert sum(part.size for part in reservation.parts) == SINGLE_UPLOAD_BYTES + 1
        assert reservation.complete is not None
        assert reservation.record.upload_id in world.objects.multiparts

    def test_a_multipart_upload_without_a_row_is_given_up(self) -> None:
        world = MemoryWorld()
        world.steps.failures["create"] = TableError("down")
        with pytest.raises(TableError):
            reserve(world, SINGLE_UPLOAD_BYTES + 1)
        assert not world.objects.multiparts

    def test_repeating_it_continues_the_same_multipart_upload(self) -> None:
        world = MemoryWorld()
        first = reserve(world, SINGLE_UPLOAD_BYTES + 1, "scope")
        second = reserve(world, SINGLE_UPLOAD_BYTES + 1, "scope")
        assert second.record == first.record
        assert second.parts == first.parts
        assert list(world.objects.multiparts) == [first.record.upload_id]

    def test_deleting_it_gives_the_multipart_upload_up(self) -> None:
        world = MemoryWorld()
        file_id = reserve(world, SINGLE_UPLOAD_BYTES + 1).record.file_id
        Catalogue(world.files, world.objects, Cursors(world.cursor_key), 900).delete(file_id)
        assert not world.objects.multiparts
        assert not world.files.rows


@pytest.mark.parametrize("size", [1, 16 * MIB, 100 * MIB + 1, 1024 * MIB, 1600 * MIB, 1600 * MIB + 1, 5 * 1024 * MIB])
def test_parts_add_up_and_keep_within_the_limits_of_s3(size: int) -> None:
    sizes = part_sizes(size)
    assert sum(sizes) == size
    assert len(sizes) <= 100
    # https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html
    assert all(5 * MIB <= part <= 5 * 1024 * MIB for part in sizes[:-1])
    assert len(set(sizes[:-1])) <= 1
    assert 0 < sizes[-1] <= sizes[0]
