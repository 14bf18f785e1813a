"""Reading option values that several commands share."""

from __future__ import annotations

from stackwright.errors import UsageError


def overrides(pairs: tuple[str, ...]) -> dict[str, str]:
    """The values of `-c KEY=VALUE` options."""
    found: dict[str, str] = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not equals or not key:
            raise UsageError(f"-c takes KEY=VALUE, not {pair!r}")
        found[key] = value
    return found
