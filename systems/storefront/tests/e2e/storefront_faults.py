"""Services that fail on purpose: the real packages with another entry point in front of them."""

from __future__ import annotations

import io
import json
import urllib.request
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from storefront_stack import DEADLINE, Storefront

SERVICES = ("user_service", "order_service", "product_service")
_HANDLER = Path(__file__).with_name("storefront_faulty_handler.py")


class Faults:
    """What the services do wrong, and what they did."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.stop()

    def draw(self, seed: str, share: float) -> None:
        """A share of the calls about orders fails: before the handler ran or after it, some by the process's end."""
        self._want({"seed": seed, "share": share})

    def fail(self, tasks: Mapping[str, str]) -> None:
        """Every call of these tasks fails, "before" or "after" the handler ran."""
        self._want({"tasks": tasks})

    def stop(self) -> None:
        self.fail({})

    def drawn(self) -> dict[str, Counter[str]]:
        """What became of the calls, by task."""
        found: dict[str, Counter[str]] = {}
        for log in self.directory.glob("* *"):
            found.setdefault(log.name.split()[0], Counter()).update(log.read_text().splitlines())
        return found

    def _want(self, wanted: Mapping[str, Any]) -> None:
        # Services read it at any time, so it is never half written.
        draft = self.directory / "draft"
        draft.write_text(json.dumps(wanted))
        draft.replace(self.directory / "faults.json")


@dataclass(frozen=True)
class Deployment:
    """What runs as a function."""

    function: str
    package: bytes
    handler: str
    variables: Mapping[str, str]

    @classmethod
    def of(cls, storefront: Storefront, function: str) -> Deployment:
        """What runs now."""
        found = storefront.client("lambda").get_function(FunctionName=function)
        with urllib.request.urlopen(found["Code"]["Location"]) as answer:
            package = answer.read()
        settings = found["Configuration"]
        return cls(function, package, settings["Handler"], settings["Environment"]["Variables"])

    def with_faults(self, directory: Path) -> Deployment:
        content = io.BytesIO(self.package)
        with zipfile.ZipFile(content, "a") as archive:
            archive.write(_HANDLER, _HANDLER.name)
        own = {"FAULTS_DIRECTORY": str(directory), "FAULTS_HANDLER": self.handler}
        return Deployment(self.function, content.getvalue(), f"{_HANDLER.stem}.handler", {**self.variables, **own})

    def deploy(self, storefront: Storefront) -> None:
        functions, name = storefront.client("lambda"), self.function

        def updated() -> bool:
            return functions.get_function_configuration(FunctionName=name)["LastUpdateStatus"] == "Successful"

        functions.update_function_code(FunctionName=name, ZipFile=self.package)
        storefront.eventually(f"the code of {name} is updated", updated, DEADLINE)
        environment = {"Variables": self.variables}
        functions.update_function_configuration(FunctionName=name, Handler=self.handler, Environment=environment)
        storefront.eventually(f"the configuration of {name} is updated", updated, DEADLINE)


@contextmanager
def faulty_services(storefront: Storefront, directory: Path) -> Iterator[Faults]:
    """All services with faults, none of them on yet; afterwards they are as they were."""
    faults = Faults(directory)
    real = [Deployment.of(storefront, storefront.outputs[f"{service}_function_name"]) for service in SERVICES]
    try:
        _deploy(storefront, [each.with_faults(directory) for each in real])
        yield faults
    finally:
        _deploy(storefront, real)
        assert [Deployment.of(storefront, each.function) for each in real] == real


def _deploy(storefront: Storefront, deployments: Sequence[Deployment]) -> None:
    with ThreadPoolExecutor(len(deployments)) as pool:
        list(pool.map(lambda each: each.deploy(storefront), deployments))
