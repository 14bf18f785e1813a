from dataclasses import dataclass


@dataclass(frozen=True)
class Settings:
    tracing: bool = True
    stage: str = "prod"
