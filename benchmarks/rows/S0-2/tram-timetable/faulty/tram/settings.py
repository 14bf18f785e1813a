from __future__ import annotations

from dataclasses import dataclass

import pulumi


@dataclass
class Settings:
    tracing: bool
    retries: int

    @staticmethod
    def read() -> Settings:
        config = pulumi.Config()
        return Settings(tracing=_flag(config, "tracing"), retries=_number(config, "retries", 2))


def _flag(config: pulumi.Config, key: str, default: bool = True) -> bool:
    value = config.get_bool(key)
    return value or default  # expect: CFG101


def _number(config: pulumi.Config, key: str, default: int) -> int:
    value = config.get_int(key)
    return value if value else default  # expect: CFG101
