"""Nothing that a terminal obeys gets through."""

from __future__ import annotations

import io
import unicodedata

import pytest
from rich.markup import escape
from rich.table import Table

from stackwright.cli.terminal import Terminal
from stackwright.cli.text import give, give_value, plain, say

OBEYED = [
    *(chr(code) for code in range(32) if chr(code) not in "\t\n"),
    "\x7f",
    *(chr(code) for code in range(0x80, 0xA0)),
    *"\u061c\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069",
]
SEQUENCES = {
    "title": "\x1b]0;gone\x07",
    "link": "\x1b]8;;https://example.com\x1b\\click\x1b]8;;\x1b\\",
    "clipboard": "\x1b]52;c;cm0gLXJm\x07",
    "clear": "\x1b[2J\x1b[H",
    "up": "\x1b[1A\rerror: all is well",
    "eight bits": "\x9b2J\x9d0;gone\x9c",
    "answer": "\x1b[c\x1b[6n\x1bP$q\x1b\\",
    "reversed": "txt.\u202eexe.\u2066",
    "half a character": "\ud800",
}


def assert_plain(text: str) -> None:
    assert not set(text) & set(OBEYED), ascii(text)
    assert all(unicodedata.category(c) != "Cs" for c in text)


@pytest.mark.parametrize("text", [*OBEYED, *SEQUENCES.values()])
def test_controls_become_visible(text: str) -> None:
    assert_plain(plain(text))
    assert "\\" in plain(text)


def test_the_rest_stays() -> None:
    text = "höhe \t 漢字 👩‍👩‍👧 \\x1b [bold] {}\n second line"
    assert plain(text) == text
    assert plain("\x1b[1;31mred\x1b[0m \x9b38:5:1mred\x1b[m") == "red red"
    assert plain("\x1b]0;gone\x07") == "\\x1b]0;gone\\x07"


@pytest.mark.parametrize("text", SEQUENCES.values())
def test_the_terminal_gets_text_only(text: str) -> None:
    terminal = Terminal()
    terminal.file = io.StringIO()
    table = Table(title=escape(text))
    table.add_column(escape(text))
    table.add_row(escape(text))
    terminal.print(escape(text), soft_wrap=True)
    terminal.print(f"[bold]{escape(text)}[/]")
    terminal.print(table)
    assert_plain(terminal.file.getvalue())


def test_the_terminals_own_controls_work() -> None:
    terminal = Terminal()
    terminal.file = io.StringIO()
    terminal._force_terminal = True  # pyright: ignore[reportPrivateUsage]
    terminal._color_system = None  # pyright: ignore[reportPrivateUsage]
    with terminal.status("working \x1b[2J"):
        terminal.print("a line")
    written = terminal.file.getvalue()
    assert "\x1b[?25l" in written  # hides the cursor while something turns
    assert "\x1b[2J" not in written


def test_people_get_text_and_scripts_get_values(capsys: pytest.CaptureFixture[str]) -> None:
    say("\x1b[2Jtext", label="label:")
    give('{"a": "\\u001b"}')
    give_value("\x1b[2Jvalue")
    assert capsys.readouterr().out == 'label: \\x1b[2Jtext\n{"a": "\\u001b"}\n\x1b[2Jvalue\n'
