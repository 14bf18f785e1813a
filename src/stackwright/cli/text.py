"""How text gets to the user.

What programs, functions and AWS say may hold anything. People's terminals get none of what a terminal obeys; scripts
get values exactly as they are.
"""

from __future__ import annotations

import json
import re
import sys
from typing import Any, Final

import click

# Colours are dropped; everything else that a terminal obeys, or that shows text in another order than it has, becomes
# visible: C0 but for line break and tab, DEL, C1, bidirectional marks, line separators, and what no UTF-8 can hold.
# https://invisible-island.net/xterm/ctlseqs/ctlseqs.html and https://trojansource.codes
_COLOURS: Final = re.compile("(?:\x1b\\[|\x9b)[0-9;:]*m")
_CONTROLS: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)


def plain(text: str) -> str:
    """The text as a terminal may have it."""
    return _CONTROLS.sub(lambda found: ascii(found[0])[1:-1], _COLOURS.sub("", text))


def shown(value: Any) -> str:
    """An output as text: strings as they are, everything else as JSON."""
    return value if isinstance(value, str) else json.dumps(value)


def say(text: str, *, label: str = "", err: bool = False) -> None:
    """A line for people.

    Args:
        label: what comes before it, in colours of our own.
        err: to standard error.
    """
    click.echo(f"{label} {plain(text)}" if label else plain(text), err=err)


def give(text: str) -> None:
    """A value for scripts, as it is: JSON, which escapes what a terminal obeys, or a value of ours."""
    click.echo(text, color=True)  # strips nothing


def give_value(text: str) -> None:
    """A single value: as it is for a script, and as text when it is a person who reads."""
    give(plain(text) if sys.stdout.isatty() else text)
