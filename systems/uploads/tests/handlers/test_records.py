from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from uploads.records import Announcement, FileRecord, Status, object_expiry

from stackwright_handlers.values import timestamp

RECORD = FileRecord(
    file_id="id",
    file_name="name",
    content_type="text/plain",
    s3_key="id/name",
    file_size=2**53 + 1,
    status=Status.AVAILABLE,
    upload_time="2025-03-04T05:06:07.000089Z",
    request_id="request",
    expires_at=1_800_000_000,
    announcement=Announcement.CLAIMED,
    claim_owner="owner",
    claim_until=1_700_000_000,
)


def test_a_row_survives_being_stored() -> None:
    assert FileRecord.from_item(RECORD.attributes()) == RECORD


def test_a_row_is_listed_and_holds_no_empty_attributes() -> None:
    attributes = RECORD.attributes()
    assert attributes["listing"] == "files"
    assert "sha256" not in attributes
    assert all(isinstance(value, str | int) for value in attributes.values())


def test_timestamps_sort_as_moments_do() -> None:
    moments = [datetime(2025, 1, 1, tzinfo=UTC) + timedelta(microseconds=n) for n in (0, 1, 10**6, 10**9)]
    assert sorted(timestamp(moment) for moment in reversed(moments)) == [timestamp(moment) for moment in moments]
    assert timestamp(datetime(2025, 1, 1, 2, tzinfo=timezone(timedelta(hours=2)))) == "2025-01-01T00:00:00.000000Z"


@pytest.mark.parametrize(
    ("created", "expires"),
    [
        (datetime(2025, 1, 15, 10, 30, tzinfo=UTC), datetime(2025, 1, 19, tzinfo=UTC)),
        (datetime(2025, 1, 15, 23, 59, 59, tzinfo=UTC), datetime(2025, 1, 19, tzinfo=UTC)),
        (datetime(2025, 1, 15, tzinfo=UTC), datetime(2025, 1, 18, tzinfo=UTC)),
    ],
)
def test_an_object_expires_at_midnight_after_its_days(created: datetime, expires: datetime) -> None:
    assert object_expiry(created, 3) == int(expires.timestamp())
