"""Region and account that a program's text takes for granted, where its config names none.

A program with `arn:aws:sqs:eu-west-1:…` in it is deployed to eu-west-1. Run as if elsewhere, its own ARNs would
be those of others.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

_REGION: Final = r"((?:af|ap|ca|cn|eu|il|me|mx|sa|us|us-gov)-[a-z]+-\d)"
_DEFAULT: Final = rf"""["']{_REGION}["'](?!\s*,)"""
_REGIONS: Final = tuple(
    re.compile(pattern, re.IGNORECASE | re.MULTILINE)
    for pattern in (
        rf"arn:aws[\w-]*:[a-z0-9-]+:{_REGION}:",
        rf"(?:com\.amazonaws|\.execute-api|\blogs|\bs3|\bsqs|\bsns)\.{_REGION}\b",
        rf"""["']{_REGION}[a-f]["']""",  # a zone
        rf"^\s*(?:aws_)?region(?:\s*:\s*str)?\s*=\s*{_DEFAULT}",
        rf"""\b(?:aws_)?region["']?\)?\s*or\s*{_DEFAULT}""",
        rf"""environ\.get\(["']AWS_(?:DEFAULT_)?REGION["'],\s*["']{_REGION}""",
    )
)
_ACCOUNTS: Final = tuple(
    re.compile(pattern, re.IGNORECASE | re.MULTILINE)
    for pattern in (
        r"""arn:aws[\w-]*:(?!iam:|sts:)[a-z0-9-]+:[^:"'\s]*:(\d{12})\b""",
        r"""^\s*(?:aws_)?account(?:_id)?(?:\s*:\s*str)?\s*=\s*["'](\d{12})["'](?!\s*,)""",
        r"""arn:aws[\w-]*:iam::(\d{12}):root\b""",
    )
)


@dataclass(frozen=True)
class Granted:
    """Where a program belongs; empty where its text does not say, or says several."""

    region: str = ""
    account: str = ""


def taken_for_granted(texts: Iterable[str]) -> Granted:
    """What the files of a program take for granted."""
    whole = "\n".join(texts)
    return Granted(_only(_REGIONS, whole), _only(_ACCOUNTS, whole))


def _only(patterns: Iterable[re.Pattern[str]], text: str) -> str:
    found = {value.lower() for pattern in patterns for value in pattern.findall(text)}
    return found.pop() if len(found) == 1 else ""
