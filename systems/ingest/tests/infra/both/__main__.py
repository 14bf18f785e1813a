"""prod and staging in one program, each on a provider of its own."""

import sys
from pathlib import Path

import pulumi

PROJECT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(PROJECT))

from config import IngestConfig  # noqa: E402
from environments import pair_for  # noqa: E402
from ingest_environment import IngestEnvironment  # noqa: E402

from stackwright.components import load_environments  # noqa: E402

environments = load_environments(IngestConfig, PROJECT, current="")
for name in ("prod", "staging"):
    config = environments[name]
    built = IngestEnvironment(config, pair_for(config, environments, "ingest"), apart=True)
    pulumi.export(name, built.outputs)
