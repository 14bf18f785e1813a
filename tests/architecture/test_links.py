"""Links between pages lead somewhere: to a file, and to a heading in it."""

from __future__ import annotations

import functools
import itertools
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

ROOT = Path(__file__).parents[2]
MARKDOWN = MarkdownIt("commonmark").enable("table")


def pages() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.md"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    found = [ROOT / line for line in listed.stdout.splitlines()] if listed.returncode == 0 else []
    return [page for page in found if page.is_file()] or [*ROOT.glob("*.md"), *ROOT.glob("[!.]*/**/*.md")]


def inline(page: Path) -> Iterator[Token]:
    for token in MARKDOWN.parse(page.read_text(encoding="utf-8")):
        yield token
        yield from token.children or ()


def links(page: Path) -> Iterator[str]:
    for token in inline(page):
        target = token.attrGet("href") or token.attrGet("src")
        if target is not None:
            yield str(target)


@functools.cache
def anchors(page: Path) -> set[str]:
    """What the headings are called in addresses, as GitHub makes them."""
    found: dict[str, int] = {}
    tokens = list(MARKDOWN.parse(page.read_text(encoding="utf-8")))
    for opening, content in itertools.pairwise(tokens):
        if opening.type == "heading_open":
            text = "".join(t.content for t in content.children or () if t.type in ("text", "code_inline"))
            slug = re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-")
            found[slug] = found.get(slug, -1) + 1
    return {f"{slug}-{n}" if n else slug for slug, count in found.items() for n in range(count + 1)}


def broken(page: Path) -> Iterator[str]:
    for link in links(page):
        parts = urlsplit(link)
        if parts.scheme or parts.netloc:
            continue
        target = (page.parent / unquote(parts.path)).resolve() if parts.path else page
        if not target.exists():
            yield f"{link}: there is no such file"
        elif parts.fragment and parts.fragment not in anchors(target):
            yield f"{link}: {target.name} has no such heading"


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_relative_links_lead_somewhere(page: Path) -> None:
    assert list(broken(page)) == []


def test_a_link_that_leads_nowhere_is_found(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# A `page`, twice\n\n# A page twice\n")
    page = tmp_path / "b.md"
    page.write_text("[x](a.md#a-page-twice) [y](a.md#a-page-twice-1) [z](a.md#other) `[code](no.md)`\n\n[v](gone.md)\n")
    assert list(broken(page)) == ["a.md#other: a.md has no such heading", "gone.md: there is no such file"]


def test_a_system_links_to_nothing_outside_of_it() -> None:
    """It is copied to other places."""
    outside = {
        f"{page.relative_to(ROOT)}: {link}"
        for page in ROOT.glob("systems/*/README.md")
        for link in links(page)
        if not urlsplit(link).scheme and not (page.parent / link).resolve().is_relative_to(page.parent)
    }
    assert outside == set()
