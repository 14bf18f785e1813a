"""What programs imported of Pulumi's SDKs the last time they were checked: a file for each, in the user's cache.

It only saves time, so a cache that cannot be read or written is no error.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, cast

from stackwright.engine.project.pulumi_yaml import Project


def of(project: Project) -> list[str]:
    """The modules of the last check; none when there was none."""
    try:
        found: Any = json.loads(_file(project).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []
    names = cast("list[Any]", found) if isinstance(found, list) else []
    return [name for name in names if isinstance(name, str) and name.startswith("pulumi_")]


def remember(project: Project, modules: Sequence[str]) -> None:
    """Keep the modules of this check."""
    if list(modules) == of(project):
        return
    file = _file(project)
    draft = file.with_name(f"{file.name}.{os.getpid()}")
    with suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        draft.write_text(json.dumps(list(modules)), encoding="utf-8")
        draft.replace(file)


def _file(project: Project) -> Path:
    digest = hashlib.sha256(f"{project.location}\0{project.interpreter}".encode()).hexdigest()[:20]
    return cache() / "modules" / f"{digest}.json"


def cache() -> Path:
    """Where this user keeps what only saves time."""
    return Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser() / "stackwright"
