"""Brings a program up with delays, in some order, and says what came of it."""

from __future__ import annotations

import json
import os
import random
import re
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any
from unittest.mock import patch
from urllib.parse import urlsplit

from stackwright.defaults import ACCOUNT, REGION
from stackwright.engine.deployment.dispatch import Routes
from stackwright.engine.provider import Provider
from stackwright.engine.simulated.random_package import RandomPackage
from stackwright.errors import StackwrightError
from stackwright.graph import Invoke, Properties, Resource
from stackwright.provider import fidelity
from stackwright.provider.aws import Endpoint
from stackwright.workspace import UpOptions, UpResult, applying, locate, open_project, pick_project

ROOT = Path(__file__).parents[2]
PROGRAMS = ROOT / "tests" / "programs"
ENVIRONMENT: Mapping[str, str] = {"PULUMI_CONFIG_PASSPHRASE": "open sesame"}  # of tests/programs/secrets
_CONFIG: Mapping[str, Mapping[str, str]] = {"resource-options": {"step": "1"}}
_NEEDS = {"network-user": "network"}  # what it refers to


class Delayed:
    """A provider that takes its time before and after each call, as the seed says for it."""

    def __init__(self, provider: Provider, seed: int, seconds: float) -> None:
        self._provider = provider
        self._seed = seed
        self._seconds = seconds

    def configure(self, provider: Resource, config: Properties) -> None:
        with self._delays("configure", provider.urn):
            self._provider.configure(provider, config)

    def create(self, new: Resource, config: Properties) -> Resource:
        with self._delays("create", new.urn):
            return self._provider.create(new, config)

    def update(self, new: Resource, old: Resource, config: Properties) -> Resource:
        with self._delays("update", new.urn):
            return self._provider.update(new, old, config)

    def delete(self, old: Resource, config: Properties) -> None:
        with self._delays("delete", old.urn):
            self._provider.delete(old, config)

    def read(self, wanted: Resource, config: Properties) -> Resource:
        with self._delays("read", wanted.urn):
            return self._provider.read(wanted, config)

    def replacing(self, new: Resource, old: Resource, changed: frozenset[str]) -> frozenset[str]:
        return self._provider.replacing(new, old, changed)

    def invoke(self, token: str, args: Properties, config: Properties) -> Invoke:
        with self._delays("invoke", token):
            return self._provider.invoke(token, args, config)

    @contextmanager
    def _delays(self, *call: str) -> Iterator[None]:
        source = random.Random(repr((self._seed, *call)))
        time.sleep(source.uniform(0, self._seconds))
        try:
            yield
        finally:
            time.sleep(source.uniform(0, self._seconds))


@contextmanager
def delayed(seed: int, seconds: float) -> Iterator[None]:
    """Every provider that comes up in here is a `Delayed` one. See `run` for `random`."""
    original = applying.routes

    def routes(*arguments: Any) -> Routes:
        packages, otherwise = original(*arguments)
        packages = {**packages, "random": RandomPackage(seeded=True)}
        slow = {name: Delayed(provider, seed, seconds) for name, provider in packages.items()}
        return slow, Delayed(otherwise, seed, seconds)

    with patch.object(applying, "routes", routes):
        yield


def bring_up(project: Path, options: UpOptions) -> UpResult:
    """Apply a program, and before it what it needs."""
    name = project.name
    if name in _NEEDS:
        needed = project.with_name(_NEEDS[name])
        with open_project(locate(str(needed)), options).connect() as session:
            return _apply(project, UpOptions(endpoint=session.apply().endpoint, order=options.order))
    return _apply(project, options)


def _apply(project: Path, options: UpOptions) -> UpResult:
    with open_project(locate(str(project)), options).connect() as session:
        config = dict(_CONFIG.get(project.name, {}))
        if project.name == "lookups":
            assert session.alive()  # it has started
            endpoint = (
                Endpoint.at(options.endpoint, ACCOUNT, REGION)
                if options.endpoint
                else pick_project(str(project)).endpoint
            )
            config["queueUrl"] = endpoint.client("sqs").create_queue(QueueName="made-by-hand")["QueueUrl"]
            config["bucket"] = "made-by-hand"
            endpoint.client("s3").create_bucket(Bucket=config["bucket"])
        return session.apply(None, config)


def run(project: Path, seed: int, seconds: float, options: UpOptions | None = None) -> Mapping[str, Any]:
    """What one run comes to, on an emulator of its own: graph, outputs, and all that `up` reports.

    Results of the `random` package depend on the resource alone, so that a wrong one is seen.
    """
    with (
        tempfile.TemporaryDirectory(prefix="stackwright-repeat-") as home,
        patch.dict(os.environ, {**ENVIRONMENT, "STACKWRIGHT_HOME": home}),
        delayed(seed, seconds),
    ):
        port = None
        try:
            result = bring_up(project, options or UpOptions())
        except StackwrightError as error:
            outcome = {"error": str(error), "notes": getattr(error, "__notes__", [])}
        else:
            port, outcome = urlsplit(result.endpoint).port, _told(result)
        text = json.dumps(outcome).replace(home, "<home>")
        return json.loads(re.sub(rf":{port}(?!\d)", ":<port>", text) if port else text)


def _told(result: UpResult) -> dict[str, Any]:
    return {
        **result.graph.to_json(show_secrets=True),
        "ordering": [missing.to_json() for missing in result.ordering],
        "counts": dict(result.counts),
        "limits": [repr(asdict(entry)) for entry in fidelity.limits(result.graph)],
        "simulated": result.simulated_types(),
        "functions": result.simulated_functions(),
        "notices": list(result.notices),
        "pages": [list(page) for page in result.pages.items()],
        "libraries": [str(path) for path in result.libraries],
    }
