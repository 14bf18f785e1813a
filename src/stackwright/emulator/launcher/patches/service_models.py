"""What kind of answer a service gives is read from its description alone.

AWS: each protocol has a content type of its own.
https://smithy.io/2.0/aws/protocols/index.html
MiniStack: makes a session of botocore for every service that is called, a third of a second in all of a start, to read
one word of the service's metadata.
Here: the metadata is read from botocore's data; the model as a whole is made when more of it is asked for.
"""

from __future__ import annotations

import functools
import gzip
import importlib
import importlib.util
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from stackwright.emulator.launcher.patching import Patcher
from stackwright.emulator.launcher.services import Services


def apply(patcher: Patcher, services: Services) -> None:
    """Register the patch."""
    del services
    patcher.require("ministack.core.responses", "_BOTOCORE_NAME")

    def patch(responses: Any) -> None:
        @functools.cache
        def service_model(service: str) -> _Description | None:
            return described(responses._BOTOCORE_NAME.get(service, service))

        patcher.replace(responses, "_service_model", service_model, parameters="service")

    patcher.on_import("ministack.core.responses", patch)


def described(service: str) -> _Description | None:
    """The description of a service by botocore's name for it; None when botocore has none."""
    spec = importlib.util.find_spec("botocore")
    if spec is None or spec.origin is None:
        return None
    # Versions are dates.
    files = sorted((Path(spec.origin).parent / "data" / service).glob("*/service-2.json.gz"))
    return _Description(service, files[-1]) if files else None


class _Description:
    """A service model that is made late."""

    def __init__(self, service: str, file: Path) -> None:
        self._service = service
        self._file = file

    @functools.cached_property
    def metadata(self) -> Mapping[str, Any]:
        return json.loads(gzip.decompress(self._file.read_bytes()))["metadata"]

    @functools.cached_property
    def _model(self) -> Any:
        session: Any = importlib.import_module("botocore.session")
        return session.get_session().get_service_model(self._service)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._model, name)
