"""A database may have any version.

AWS: which versions can be created changes every few weeks, and differs by region.
https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeDBEngineVersions.html
MiniStack: a copy of Aurora's and DocumentDB's lists, which lacks versions that AWS still creates, such as Aurora
PostgreSQL 15.4; what is not in it is refused.
Here: the list decides nothing; what cannot be looked up is no reason to refuse a program.
"""

from __future__ import annotations

from typing import Any

from stackwright.local.launcher.patching import Patcher
from stackwright.local.launcher.services import Services


def apply(patcher: Patcher, services: Services) -> None:
    """Register the patch."""

    def patch_rds(rds: Any) -> None:
        def any_version(engine: str, engine_version: str, *, current_version: str | None = None) -> None:
            return None

        patcher.replace(
            rds,
            "_unsupported_aurora_engine_version_error",
            any_version,
            parameters="engine engine_version current_version",
        )

    def patch_documentdb(documentdb: Any) -> None:
        def any_version(engine_version: str) -> None:
            return None

        patcher.replace(documentdb, "_engine_version_error", any_version, parameters="engine_version")

    patcher.on_import("ministack.services.rds", patch_rds)
    patcher.on_import("ministack.services.documentdb", patch_documentdb)
