"""Physical names, `{project}-{name}-{environment}`, and the most characters that each service accepts."""

from __future__ import annotations

import hashlib
import re
from typing import Final

from .errors import ComponentError

BUCKET: Final = 63
FUNCTION: Final = 64
ROLE: Final = 64
QUEUE: Final = 80
STATE_MACHINE: Final = 80
RULE: Final = 64
TABLE: Final = 255
TOPIC: Final = 256
ALARM: Final = 255
DASHBOARD: Final = 255
SECURITY_GROUP: Final = 255
# `alias/` counts as well. https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateAlias.html
KEY_ALIAS: Final = 256 - len("alias/")
# The reference of API Gateway gives no limit for names of APIs, usage plans and API keys.
# An API's log group, whose name may have 512 characters, ends with it.
API: Final = 255
SECRET: Final = 256
CLOUDFRONT: Final = 64

_HASH_LENGTH: Final = 6


def physical_name(*parts: str, limit: int) -> str:
    """Join the non-empty parts with `-`, lower case, cut to `limit` characters with a hash of the whole.

    A part that only repeats the start or the end of its neighbour is not doubled: project `uploads` and name
    `uploads-files` give `uploads-files`.

    Raises:
        ComponentError: nothing is left, or a part holds characters that no AWS name may have.
    """
    words: list[str] = []
    for part in (p.lower() for p in parts if p):
        if not re.fullmatch(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?", part):
            raise ComponentError(
                f"{part!r} cannot be part of an AWS name",
                fix="use letters, digits and hyphens; start and end with a letter or digit",
            )
        pieces = part.split("-")
        overlap = max((n for n in range(1, min(len(pieces), len(words)) + 1) if words[-n:] == pieces[:n]), default=0)
        words += pieces[overlap:]
    name = "-".join(words)
    if not name:
        raise ComponentError("a resource has no name", fix="give the component a name")
    if len(name) <= limit:
        return name
    digest = hashlib.sha256(name.encode()).hexdigest()[:_HASH_LENGTH]
    return f"{name[: limit - _HASH_LENGTH - 1].rstrip('-')}-{digest}"
