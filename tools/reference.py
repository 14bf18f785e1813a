"""Writes the pages of docs/reference, each from what it describes.

python tools/reference.py            write the pages
python tools/reference.py --check    fail when one is not current
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import commands_page
import graph_page

from stackwright.local import fidelity

DIRECTORY = Path(__file__).parents[1] / "docs/reference"
PAGES: dict[str, Callable[[], str]] = {
    "commands.md": commands_page.page,
    "fidelity.md": fidelity.page,
    "graph.md": graph_page.page,
}


def main() -> int:
    """Write or check all pages."""
    stale: list[str] = []
    for name, make in PAGES.items():
        path, text = DIRECTORY / name, make()
        if "--check" not in sys.argv:
            DIRECTORY.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        elif not path.exists() or path.read_text(encoding="utf-8") != text:
            stale.append(name)
    if stale:
        print(f"not current in docs/reference: {', '.join(stale)}; run: make reference", file=sys.stderr)
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
