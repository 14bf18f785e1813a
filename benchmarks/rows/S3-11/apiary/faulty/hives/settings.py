from dataclasses import dataclass


@dataclass(frozen=True)
class Settings:
    archive_after: int
    delete_after: int
