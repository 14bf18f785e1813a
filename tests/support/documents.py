"""Pages whose code is run: a block with a title is a file, `sh` are commands, `text` after them is what they print."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from markdown_it import MarkdownIt


@dataclass(frozen=True)
class Block:
    """One fenced block."""

    language: str
    title: str
    text: str


def blocks(page: Path) -> Iterator[Block]:
    """The fenced blocks of a page, in its order."""
    for token in MarkdownIt("commonmark").parse(page.read_text(encoding="utf-8")):
        if token.type == "fence":
            language, *options = shlex.split(token.info) or [""]
            titles = [option.removeprefix("title=") for option in options if option.startswith("title=")]
            yield Block(language, titles[0] if titles else "", token.content)


def write(block: Block, folder: Path) -> None:
    """Write the file that a block shows."""
    file = folder / block.title
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(block.text, encoding="utf-8")


def missing(shown: str, said: str) -> list[str]:
    """Lines that a page shows and a command did not say in this order; `…` stands for anything."""
    lines = iter(said.splitlines())
    return [
        line
        for line in shown.splitlines()
        if line != "…" and not any(_pattern(line).fullmatch(each.rstrip()) for each in lines)
    ]


def _pattern(line: str) -> re.Pattern[str]:
    return re.compile(".*".join(re.escape(part) for part in line.rstrip().split("…")))
