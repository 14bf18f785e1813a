"""Brings programs up many times with random delays, and says whether graph, outputs and report are the same each time.

    .venv/bin/python tools/repeat.py [--runs 20] [--seconds 0.05] [PROJECT …]

Without projects: both systems and all of `tests/programs` that need no other one. Each run has an emulator and a seed
of its own; before every call of the provider comes a delay of up to so many seconds. Times, ports, and what AWS
makes up by chance are left out of the comparison.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import re
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from stackwright.engine.dispatch import Routes
from stackwright.engine.provider import Provider
from stackwright.errors import StackwrightError
from stackwright.graph import Invoke, Properties, Resource
from stackwright.workspace import UpOptions, applying, locate, open_project

ROOT = Path(__file__).parents[1]
# Needs what another program exports.
NOT_ALONE = {"network-user"}


class Delayed:
    """A provider that takes its time, differently every time.

    Args:
        seconds: the longest delay.
    """

    def __init__(self, provider: Provider, seed: int, seconds: float) -> None:
        self._provider = provider
        self._random = random.Random(seed)
        self._seconds = seconds
        self._lock = threading.Lock()

    def _wait(self) -> None:
        with self._lock:
            seconds = self._random.uniform(0, self._seconds)
        time.sleep(seconds)

    def create(self, new: Resource, config: Properties) -> Resource:
        self._wait()
        return self._provider.create(new, config)

    def update(self, new: Resource, old: Resource, config: Properties) -> Resource:
        self._wait()
        return self._provider.update(new, old, config)

    def delete(self, old: Resource, config: Properties) -> None:
        self._wait()
        self._provider.delete(old, config)

    def read(self, wanted: Resource, config: Properties) -> Resource:
        self._wait()
        return self._provider.read(wanted, config)

    def replacing(self, new: Resource, old: Resource, changed: frozenset[str]) -> frozenset[str]:
        return self._provider.replacing(new, old, changed)

    def invoke(self, token: str, args: Properties, config: Properties) -> Invoke:
        self._wait()
        return self._provider.invoke(token, args, config)


def outcome(project: Path, seed: int, seconds: float) -> Mapping[str, Any]:
    """What one run comes to, without what is made up by chance."""
    original = applying.routes
    with tempfile.TemporaryDirectory(prefix="stackwright-repeat-") as home:
        os.environ["STACKWRIGHT_HOME"] = home

        def delayed(*arguments: Any) -> Routes:
            packages, otherwise = original(*arguments)
            slow = {name: Delayed(provider, seed, seconds) for name, provider in packages.items()}
            return slow, Delayed(otherwise, seed, seconds)

        applying.routes = delayed
        try:
            with open_project(locate(str(project)), UpOptions()).connect() as session:
                result = session.apply()
            graph = result.graph.to_json()
            return {
                "resources": [_without_chance(resource) for resource in graph["resources"]],
                "outputs": sorted(result.graph.outputs),
                "ordering": [missing.to_json() for missing in result.ordering],
            }
        except StackwrightError as error:
            return {"error": _plain(str(error))}
        finally:
            applying.routes = original


def _without_chance(resource: Mapping[str, Any]) -> dict[str, Any]:
    kept = {k: v for k, v in resource.items() if k not in ("id", "outputs", "inputs")}
    return {**kept, "inputs": sorted(resource["inputs"]), "outputs": sorted(resource["outputs"])}


def _plain(text: str) -> str:
    return re.sub(r"[0-9a-f]{8,}|\d{4,}|/tmp/\S+", "…", text)


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("projects", nargs="*", type=Path)
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=0.05)
    options = parser.parse_args(arguments)
    programs = [p for p in sorted((ROOT / "tests/programs").iterdir()) if p.name not in NOT_ALONE]
    projects = options.projects or [*sorted((ROOT / "systems").iterdir()), *programs]
    differ = 0
    for project in (p for p in projects if (p / "Pulumi.yaml").exists()):
        outcomes = [outcome(project.resolve(), seed, options.seconds) for seed in range(options.runs)]
        kinds = Counter(hashlib.sha256(json.dumps(o, sort_keys=True).encode()).hexdigest() for o in outcomes)
        first = outcomes[0]
        what = first.get("error") or f"{len(first['resources'])} resources, {len(first['ordering'])} by luck"
        print(
            f"{project.name}: {len(outcomes)} runs, {len(kinds)} outcome{'s' if len(kinds) > 1 else ''}; {what}",
            flush=True,
        )
        differ += len(kinds) > 1
    sys.exit(bool(differ))


if __name__ == "__main__":
    main(sys.argv[1:])
