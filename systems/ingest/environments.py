"""All environments at once: read from their files, compared, and put together to what one of them is built from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pulumi
from config import IngestConfig

from stackwright.components import (
    ConfigError,
    ConfigProblem,
    ReplicationEnd,
    ReplicationPair,
    StackFiles,
    check_alike,
    load_config,
    load_environments,
)

PROJECT: Final = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Plan:
    """What one environment is built from.

    Attributes:
        config: its own.
        pair: both ends of the replication, in an environment that takes part in it.
    """

    config: IngestConfig
    pair: ReplicationPair | None


def plan(directory: Path = PROJECT) -> Plan:
    """The plan of the stack that is being deployed, when its environment is like the others.

    Raises:
        ConfigError: lists every bad value of every stack.
        EnvironmentsDiffer: lists everything that differs and may not.
    """
    stack = pulumi.get_stack()
    environments = load_environments(IngestConfig, directory)
    check_alike(environments, StackFiles(directory).may_differ)
    config = load_config(IngestConfig, suffix=stack)
    if config.enable_replication and len(environments) == 1:
        # A stack without a file of its own may still be an end of the replication.
        environments = {**load_environments(IngestConfig, directory, current=""), config.environment: config}
    return Plan(config, pair_for(config, environments, pulumi.get_project()))


def pair_for(config: IngestConfig, environments: Mapping[str, IngestConfig], project: str) -> ReplicationPair | None:
    """Both ends of the replication, if an environment takes part in it.

    Raises:
        ConfigError: the other end has no file, or no account.
    """
    ends = (config.replication_source, config.replication_copy)
    if not config.enable_replication or config.environment not in ends:
        return None
    problems = [
        ConfigProblem("replication_source" if name == ends[0] else "replication_copy", name, allowed)
        for name in ends
        if name != config.environment
        for allowed in _missing(name, environments)
    ]
    if problems:
        raise ConfigError(problems, namespace=project)
    source, copy = (_end(environments[name]) for name in ends)
    return ReplicationPair(
        project=project,
        source=source,
        copy=copy,
        table="items",
        function="replicate",
        writer="items-writer",
        external_id=config.replication_external_id,
    )


def _missing(name: str, environments: Mapping[str, IngestConfig]) -> list[str]:
    if name not in environments:
        return [f"an environment whose stack has a file, Pulumi.{name}.yaml"]
    return [] if environments[name].expected_account_id else [f"an environment with expected_account_id, unlike {name}"]


def _end(config: IngestConfig) -> ReplicationEnd:
    return ReplicationEnd(
        environment=config.environment, region=config.primary_region, account_id=config.expected_account_id or ""
    )
