"""Which patches to read again after a new version of MiniStack, and whether they still fit.

tools/patched_functions.py           names what has changed since `patched_functions.json` was written
tools/patched_functions.py --write   writes it anew, once the patches have been read
"""

from __future__ import annotations

import hashlib
import inspect
import json
import os
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

KNOWN = Path(__file__).with_suffix(".json")


def current(work: Path) -> dict[str, dict[str, Any]]:
    """Every function of MiniStack that is replaced: the digest of its source, and the patches. ``work`` is empty.

    Raises:
        PatchError: a patch does not fit.
    """
    # MiniStack and the patches read their settings when they are imported.
    settings = {"LAMBDA_ASYNC_RETRY_BASE_SECONDS": "1", "LAMBDA_ASYNC_RETRY_MAX_SECONDS": "1", "AUTH": "true"}
    os.environ.update(settings, HOME=str(work), STATE_DIR=str(work))
    (work / "tmp").mkdir()

    from stackwright.emulator.launcher.launch_options import LaunchOptions
    from stackwright.emulator.launcher.patches import apply_all
    from stackwright.emulator.launcher.patching import Patcher
    from stackwright.emulator.launcher.shared import SharedState

    values = dict.fromkeys(LaunchOptions.__dataclass_fields__, 0) | {
        "state_dir": str(work),
        "home": str(work),
        "path": "",
    }
    patcher = Patcher()
    apply_all(patcher, SharedState(LaunchOptions(**values), patcher))  # pyright: ignore[reportArgumentType]
    patcher.import_all()
    patcher.verify()
    return {
        name: {"patches": sorted(replaced.patches), "source": _digest(replaced.function)}
        for name, replaced in sorted(patcher.replaced.items())
    }


def _digest(function: Any) -> str:
    return hashlib.sha256(inspect.getsource(function).encode()).hexdigest()[:16]


def changes(known: Mapping[str, Any], found: Mapping[str, Any]) -> list[str]:
    """One line for each patch to read, and for each function that is not in the list or not in use any more."""
    lines = [
        f"{patch}: read again, {name} has changed"
        for name in sorted(known.keys() & found.keys())
        if known[name]["source"] != found[name]["source"]
        for patch in found[name]["patches"]
    ]
    lines += [
        f"{', '.join(found[name]['patches'])}: {name} is not in the list, or stands there for other patches"
        for name in sorted(found)
        if name not in known or known[name]["patches"] != found[name]["patches"]
    ]
    return lines + [f"{name}: no patch replaces it any more" for name in sorted(known.keys() - found.keys())]


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="patched-functions-") as work:
        found = current(Path(work))
    if sys.argv[1:] == ["--write"]:
        lines = ",\n".join(f"{json.dumps(name)}: {json.dumps(entry)}" for name, entry in found.items())
        KNOWN.write_text(f"{{\n{lines}\n}}\n", encoding="utf-8")
        return
    lines = changes(json.loads(KNOWN.read_text(encoding="utf-8")) if KNOWN.exists() else {}, found)
    print("\n".join(lines) or f"{len(found)} functions are what their patches were written for.")
    sys.exit(1 if lines else 0)


if __name__ == "__main__":
    main()
