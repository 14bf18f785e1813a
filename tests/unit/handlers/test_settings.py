from __future__ import annotations

from dataclasses import dataclass

import pytest

from stackwright_handlers.errors import SettingsError
from stackwright_handlers.settings import number, read


@dataclass(frozen=True, kw_only=True)
class Settings:
    tries: int = number("TRIES", default=3, maximum=9)
    size: int = number("SIZE", maximum=9)


def test_a_default_counts_only_where_there_is_one() -> None:
    assert read(Settings, {"SIZE": "2"}) == Settings(tries=3, size=2)
    with pytest.raises(SettingsError, match=r"SIZE is not set$"):
        read(Settings, {})


def test_an_empty_number_is_none() -> None:
    with pytest.raises(SettingsError, match=r"TRIES is '', allowed are whole numbers from 1 to 9; SIZE is '0'"):
        read(Settings, {"TRIES": "", "SIZE": "0"})
