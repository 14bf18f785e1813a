"""Services that fail on purpose: the real packages with another entry point in front of them."""

from __future__ import annotations

import io
import json
import urllib.request
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from storefront_stack import Storefront

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


@contextmanager
def faulty_services(storefront: Storefront, directory: Path) -> Iterator[Faults]:
    """All services with faults, none of them on yet; afterwards they are as they were."""
    faults = Faults(directory)
    with ExitStack() as deployed:
        for service in SERVICES:
            deployed.enter_context(_deployed(storefront, storefront.outputs[f"{service}_function_name"], directory))
        yield faults


@contextmanager
def _deployed(storefront: Storefront, name: str, directory: Path) -> Iterator[None]:
    functions = storefront.client("lambda")
    found = functions.get_function(FunctionName=name)
    settings = found["Configuration"]
    with urllib.request.urlopen(found["Code"]["Location"]) as answer:
        package = answer.read()
    variables = settings["Environment"]["Variables"]
    own = {"FAULTS_DIRECTORY": str(directory), "FAULTS_HANDLER": settings["Handler"]}
    try:
        _deploy(functions, name, _with_handler(package), f"{_HANDLER.stem}.handler", {**variables, **own})
        yield
    finally:
        _deploy(functions, name, package, settings["Handler"], variables)
        restored = functions.get_function_configuration(FunctionName=name)
        assert restored["CodeSha256"] == settings["CodeSha256"]


def _deploy(functions: Any, name: str, package: bytes, handler: str, variables: Mapping[str, str]) -> None:
    updated = functions.get_waiter("function_updated_v2")
    functions.update_function_code(FunctionName=name, ZipFile=package)
    updated.wait(FunctionName=name)
    functions.update_function_configuration(FunctionName=name, Handler=handler, Environment={"Variables": variables})
    updated.wait(FunctionName=name)


def _with_handler(package: bytes) -> bytes:
    content = io.BytesIO(package)
    with zipfile.ZipFile(content, "a") as archive:
        archive.write(_HANDLER, _HANDLER.name)
    return content.getvalue()
