"""The function's environment variables, read once and typed.

    @dataclass(frozen=True, slots=True)
    class Settings:
        table_name: str = text("NOTES_TABLE_NAME")
        max_bytes: int = number("MAX_BYTES", default=1000, maximum=100_000)

    settings = read(Settings, os.environ)

Every fault is reported in one error, so that a wrong deployment is repaired in one round.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, Field, field, fields
from typing import Any, ClassVar, Protocol, TypeVar

from .errors import SettingsError


class _Dataclass(Protocol):
    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]


_T = TypeVar("_T", bound=_Dataclass)


def text(variable: str) -> Any:
    """Declare a field that is a text; the variable must be set and not empty."""
    return field(metadata={"variable": variable})


def number(variable: str, *, default: int | None = None, minimum: int = 1, maximum: int) -> Any:
    """Declare a field that is a whole number in a closed range.

    The default counts where the variable is absent; without one it must be there.
    """
    return field(
        default=MISSING if default is None else default, metadata={"variable": variable, "range": (minimum, maximum)}
    )


def read(cls: type[_T], environ: Mapping[str, str]) -> _T:
    """Read and check all variables of a dataclass whose fields are declared with `text` and `number`.

    Raises:
        SettingsError: variables are missing, empty, not whole numbers or out of range.
    """
    values: dict[str, object] = {}
    faults: list[str] = []
    for one in fields(cls):
        try:
            values[one.name] = _value(one, environ)
        except ValueError as fault:
            faults.append(str(fault))
    if faults:
        raise SettingsError("the function's environment is wrong: " + "; ".join(faults))
    return cls(**values)


def _value(one: Field[Any], environ: Mapping[str, str]) -> object:
    variable = str(one.metadata["variable"])
    raw = environ.get(variable)
    if raw is None and one.default is not MISSING:
        return one.default
    if raw is None or (raw == "" and "range" not in one.metadata):
        raise ValueError(f"{variable} is not set")
    if "range" not in one.metadata:
        return raw
    lowest, highest = one.metadata["range"]
    if raw.isascii() and raw.isdigit() and lowest <= int(raw) <= highest:
        return int(raw)
    raise ValueError(f"{variable} is {raw!r}, allowed are whole numbers from {lowest} to {highest}")
