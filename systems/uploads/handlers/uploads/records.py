"""One row of the metadata table: a file, from the first request until its object expires.

| attribute           | type | meaning                                                                         |
|---------------------|------|---------------------------------------------------------------------------------|
| file_id             | S    | partition key                                                                   |
| listing             | S    | constant `files`: partition key of the index `upload-time-index`                |
| upload_time         | S    | when the request came, UTC, ISO 8601 with microseconds: sort key of the index   |
| file_name           | S    | normalised                                                                      |
| content_type        | S    | declared, or the default of the file name                                       |
| s3_key              | S    | `{file_id}/{safe file name}`                                                    |
| file_size           | N    | bytes; declared until the file is checked                                       |
| sha256              | S    | hexadecimal; declared until the file is checked, absent if it was not declared  |
| status              | S    | see `lifecycle`                                                                 |
| reason              | S    | why the status is `quarantined`, `failed` or `orphaned`                         |
| announcement        | S    | see `lifecycle`                                                                 |
| announcement_reason | S    | why the announcement failed                                                     |
| announced_at        | S    | when the message was published                                                  |
| claim_owner         | S    | run that is publishing                                                          |
| claim_until         | N    | end of its lease, seconds since 1970                                            |
| upload_id           | S    | multipart upload in progress                                                    |
| request_id          | S    | Lambda request that created the row                                             |
| expires_at          | N    | DynamoDB's TTL attribute, seconds since 1970                                    |
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import cast

from stackwright_handlers.table.items import Attribute

Attributes = Mapping[str, Attribute]

LISTING = "files"

UNFINISHED_UPLOAD_SECONDS = 24 * 3600
"""A row whose object never came is forgotten after this time."""


class Status(StrEnum):
    """Where a file is in its life."""

    UPLOADING = "uploading"
    AVAILABLE = "available"
    QUARANTINED = "quarantined"
    FAILED = "failed"
    ORPHANED = "orphaned"
    DELETING = "deleting"


class Announcement(StrEnum):
    """Where the message about an available file is."""

    PENDING = "pending"
    CLAIMED = "claimed"
    ANNOUNCED = "announced"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class FileRecord:
    """A row; the module's docstring describes the attributes."""

    file_id: str
    file_name: str
    content_type: str
    s3_key: str
    file_size: int
    status: Status
    upload_time: str
    request_id: str
    expires_at: int
    sha256: str | None = None
    reason: str | None = None
    announcement: Announcement | None = None
    announcement_reason: str | None = None
    announced_at: str | None = None
    claim_owner: str | None = None
    claim_until: int | None = None
    upload_id: str | None = None

    def attributes(self) -> dict[str, Attribute]:
        """Return the row as it is stored; what is None is absent."""
        values = {field.name: cast("Attribute | None", getattr(self, field.name)) for field in fields(self)}
        return {"listing": LISTING} | {name: value for name, value in values.items() if value is not None}

    @classmethod
    def from_item(cls, attributes: Attributes) -> FileRecord:
        """Build the row from its stored form."""
        announcement = attributes.get("announcement")
        return cls(
            file_id=str(attributes["file_id"]),
            file_name=str(attributes["file_name"]),
            content_type=str(attributes["content_type"]),
            s3_key=str(attributes["s3_key"]),
            file_size=int(attributes["file_size"]),
            status=Status(str(attributes["status"])),
            upload_time=str(attributes["upload_time"]),
            request_id=str(attributes["request_id"]),
            expires_at=int(attributes["expires_at"]),
            sha256=_text(attributes, "sha256"),
            reason=_text(attributes, "reason"),
            announcement=None if announcement is None else Announcement(str(announcement)),
            announcement_reason=_text(attributes, "announcement_reason"),
            announced_at=_text(attributes, "announced_at"),
            claim_owner=_text(attributes, "claim_owner"),
            claim_until=int(attributes["claim_until"]) if "claim_until" in attributes else None,
            upload_id=_text(attributes, "upload_id"),
        )


def object_expiry(created: datetime, days: int) -> int:
    """Return when S3 expires an object, in seconds since 1970: midnight UTC after so many days.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html
    """
    due = created.astimezone(UTC) + timedelta(days=days)
    midnight = due.replace(hour=0, minute=0, second=0, microsecond=0)
    return int((midnight if midnight == due else midnight + timedelta(days=1)).timestamp())


def _text(attributes: Attributes, name: str) -> str | None:
    value = attributes.get(name)
    return None if value is None else str(value)
