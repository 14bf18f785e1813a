"""Inputs that an update leaves alone."""

from __future__ import annotations

from collections.abc import Iterable

from stackwright.local.provisioner import Inputs


def look_at(new: Inputs, keys: Iterable[str]) -> None:
    """Inputs that cannot change in place took effect at creation; an update must not list them as without effect."""
    for key in keys:
        new.get(key)
