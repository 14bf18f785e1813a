"""Keys of the bucket: `<folder>/<job>/<file>`."""

from __future__ import annotations

import re
from typing import Final

INCOMING: Final = "incoming/"
PROCESSED: Final = "processed/"
FAILED: Final = "failed/"
REJECTED: Final = "rejected/"

_INCOMING = re.compile(r"incoming/([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})/[^/]+")


def incoming_key(job_id: str, filename: str) -> str:
    """Return where the file of a job is expected."""
    return f"{INCOMING}{job_id}/{filename}"


def job_of(key: str) -> str | None:
    """Return the job whose file this may be; None if no job could have it."""
    found = _INCOMING.fullmatch(key)
    return None if found is None else found[1]


def moved(key: str, folder: str) -> str:
    """Return the key of an incoming file in another folder."""
    return folder + key.removeprefix(INCOMING)


def report_key(job_id: str) -> str:
    """Return the key of the report on rejected rows."""
    return f"{REJECTED}{job_id}.json"


def part_prefix(job_id: str) -> str:
    """Return what the keys of rejected rows of parts of a large file begin with."""
    return f"{REJECTED}parts/{job_id}/"
