"""Where the commands print what is laid out."""

from __future__ import annotations

from rich.console import Console


class Terminal(Console):
    """Shows values as they are: `:secret:` in an ARN is no emoji, and numbers have no colour of their own."""

    def __init__(self, *, stderr: bool = False) -> None:
        super().__init__(stderr=stderr, highlight=False, emoji=False)
