"""A database or cache may have any version.

AWS: which versions can be created changes every few weeks, and differs by region.
https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeDBEngineVersions.html
MiniStack: a copy of Aurora's and DocumentDB's lists, which lacks versions that AWS still creates, such as Aurora
PostgreSQL 16.13; what is not in it is refused. ElastiCache Serverless knows the major versions of one day.
Here: the lists decide nothing; versions that AWS is known to have retired are named by the provider, from dated data.
"""

from __future__ import annotations

from typing import Any

from stackwright.emulator.launcher.patching import Patcher
from stackwright.emulator.launcher.shared import SharedState


def apply(patcher: Patcher, shared: SharedState) -> None:
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

    def patch_elasticache(elasticache: Any) -> None:
        known = elasticache._SERVERLESS_ENGINE_VERSIONS

        def newer_majors_too(engine: Any, major: Any) -> Any:
            found, error = original(engine, major)
            name = str(engine).lower()
            if error and name in known and str(major).isdecimal() and int(major) > max(map(int, known[name])):
                return (name, major, f"{major}.0"), None
            return found, error

        original = patcher.replace(
            elasticache, "_resolve_serverless_engine", newer_majors_too, parameters="engine major"
        )

    patcher.on_import("ministack.services.elasticache", patch_elasticache)
    patcher.require("ministack.services.elasticache", "_SERVERLESS_ENGINE_VERSIONS")
    patcher.on_import("ministack.services.rds", patch_rds)
    patcher.on_import("ministack.services.documentdb", patch_documentdb)
