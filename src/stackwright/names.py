"""Names of projects and stacks: what Pulumi takes, so they can be file names as well."""

from __future__ import annotations

import re
from typing import Final

# https://www.pulumi.com/docs/iac/concepts/projects/ and https://www.pulumi.com/docs/iac/concepts/stacks/
_NAME: Final = re.compile(r"[A-Za-z0-9_.-]{1,100}")
NAME_RULE: Final = "Names have up to 100 letters, digits, hyphens, underscores and periods."


def is_name(text: str) -> bool:
    """Whether Pulumi takes the name. Two that it takes lead out of any directory, and are not taken here."""
    return bool(_NAME.fullmatch(text)) and text not in (".", "..")


def as_name(text: str) -> str:
    """A name made of any text, such as a file's name."""
    name = re.sub(r"[^A-Za-z0-9_.-]", "-", text)[:100]
    return name if is_name(name) else "project"
