"""State is saved whole or not at all.

MiniStack: a service whose state cannot be read or written is left out of what it saves at shutdown, and the next start
serves the rest as if nothing were missing.
Here: that is noticed, so that the next start begins empty and says so.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from stackwright.emulator.launcher.patching import Patcher
from stackwright.emulator.launcher.shared import SharedState

_logger = logging.getLogger("stackwright.launcher")


def apply(patcher: Patcher, shared: SharedState) -> None:
    """Register the patch."""

    def patch(app: Any) -> None:
        def save_all(states: Mapping[str, Callable[[], Any]]) -> None:
            persistence = patcher.module("ministack.core.persistence")
            lost = [name for name, state in states.items() if not _saved(persistence, name, state)]
            shared.saved_whole = not lost
            if lost:
                shared.log(f"the state of {', '.join(lost)} could not be saved; the next start will begin empty")

        patcher.replace(app, "save_all", save_all, parameters="services")

    patcher.on_import("ministack.app", patch)


def _saved(persistence: Any, name: str, get_state: Callable[[], Any]) -> bool:
    """Save the state of one service; a service without any has nothing to lose."""
    path = Path(persistence.STATE_DIR) / f"{name}.json"
    try:
        state = get_state()
        if state is None:
            return True
        before = path.stat().st_mtime_ns if path.exists() else 0
        persistence.save_state(name, state)
        return path.is_file() and path.stat().st_mtime_ns > before
    except Exception:
        # Whatever a service's state raises must not keep the others from being saved.
        _logger.exception("the state of %s cannot be saved", name)
        return False
