"""Writes the pages of docs/reference and the tables of config keys, each from what it describes.

python tools/reference.py            write the pages
python tools/reference.py --check    fail when one is not current
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import commands_page
import components_page
import config_page
import graph_page
import models_page
import rules_page
import types_page

from stackwright.provider import fidelity

ROOT = Path(__file__).parents[1]
COMPONENTS = ROOT / "docs/reference/components"
TYPES = ROOT / "docs/reference/types"
PAGES: dict[Path, Callable[[], str]] = {
    ROOT / "docs/reference/commands.md": commands_page.page,
    ROOT / "docs/reference/fidelity.md": fidelity.page,
    ROOT / "docs/reference/graph.md": graph_page.page,
    ROOT / "docs/reference/models.md": models_page.page,
    ROOT / "docs/reference/rules.md": rules_page.page,
    COMPONENTS / "README.md": components_page.index,
    COMPONENTS / "values.md": components_page.values,
    **{COMPONENTS / f"{name}.md": partial(components_page.page, name) for name in components_page.pages()},
    TYPES / "README.md": types_page.index,
    **{TYPES / f"{module}.md": partial(types_page.page, module) for module in types_page.modules()},
    **{readme: partial(config_page.page, readme) for readme in sorted(ROOT.glob("systems/*/README.md"))},
}


def main() -> int:
    """Write or check all pages."""
    stale: list[str] = []
    for path, make in PAGES.items():
        text = make()
        if "--check" not in sys.argv:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        elif not path.exists() or path.read_text(encoding="utf-8") != text:
            stale.append(str(path.relative_to(ROOT)))
    for path in sorted({*(ROOT / "docs/reference").rglob("*.md")} - {*PAGES}):
        if "--check" not in sys.argv:
            path.unlink()
        else:
            stale.append(str(path.relative_to(ROOT)))
    if stale:
        print(f"not current: {', '.join(stale)}; run: make reference", file=sys.stderr)
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
