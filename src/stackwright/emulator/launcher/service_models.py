"""What botocore's data say of a service, read late and no more than is asked for.

A session of botocore looks through all its data for each service; most emulators are asked for the protocol of ten.
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

from stackwright.caching import cached


@cached
def described(service: str) -> Description | None:
    """The description of a service by botocore's name for it; None when botocore has none."""
    spec = importlib.util.find_spec("botocore")
    if spec is None or spec.origin is None:
        return None
    # Versions are dates.
    files = sorted((Path(spec.origin).parent / "data" / service).glob("*/service-2.json.gz"))
    return Description(service, files[-1]) if files else None


@cached
def model(service: str) -> Any:
    """The whole `ServiceModel` of a service that botocore has."""
    models: Any = importlib.import_module("botocore.model")
    return models.ServiceModel(_loader().load_service_model(service, "service-2"), service)


@cached
def _loader() -> Any:
    loaders: Any = importlib.import_module("botocore.loaders")
    return loaders.Loader()


class Description:
    """A service's metadata, and the whole model when more of it is asked for."""

    def __init__(self, service: str, file: Path) -> None:
        self._service = service
        self._file = file

    @functools.cached_property
    def metadata(self) -> Mapping[str, Any]:
        """What stands under `metadata` in its file."""
        return json.loads(gzip.decompress(self._file.read_bytes()))["metadata"]

    def __getattr__(self, name: str) -> Any:
        return getattr(model(self._service), name)
