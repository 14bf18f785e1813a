"""Pulumi's wire protocol, as it ships in the `pulumi` package, without the SDK around it.

Importing the SDK takes 0.4 s, which the program has to spend and this process has not. So the generated modules are
loaded as a package of their own. They register the same message types as the SDK's; both may live in one process.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Final

from stackwright.errors import EnvironmentFailed

if TYPE_CHECKING:
    from pulumi.runtime.proto import (
        callback_pb2,
        callback_pb2_grpc,
        engine_pb2,
        engine_pb2_grpc,
        provider_pb2,
        provider_pb2_grpc,
        resource_pb2,
        resource_pb2_grpc,
    )

_NAMES: Final = ("callback", "engine", "provider", "resource")

# Marks in values, https://www.pulumi.com/docs/iac/packages-and-automation/ and `pulumi.runtime.rpc`.
UNKNOWN: Final = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
SIGNATURE: Final = "4dabf18193072939515e22adb298388d"
ASSET: Final = "c44067f5952c0a294b673a41bacd8c17"
ARCHIVE: Final = "0def7320c3a5731c473e5ecbe6d01bc7"
SECRET: Final = "1b47061264138c4ac30d75fd1eb44270"
RESOURCE: Final = "5cf8f73096256a8f31e491e813e4eb8e"
OUTPUT: Final = "d0e6a833031e9bbcd3f4e8bde6ca49a4"


def _package() -> str:
    """Name of a package that holds the generated modules."""
    spec = importlib.util.find_spec("pulumi")
    if spec is None or spec.origin is None:
        raise EnvironmentFailed("the pulumi package is not installed", fix="Install Stackwright again.")
    name = f"{__package__}.generated"
    package = ModuleType(name)
    package.__path__ = [str(Path(spec.origin).parent / "runtime" / "proto")]
    sys.modules[name] = package
    return name


if not TYPE_CHECKING:
    _name = _package()
    for _part in _NAMES:
        globals()[f"{_part}_pb2"] = importlib.import_module(f"{_name}.{_part}_pb2")
        globals()[f"{_part}_pb2_grpc"] = importlib.import_module(f"{_name}.{_part}_pb2_grpc")

__all__ = [
    "ARCHIVE",
    "ASSET",
    "OUTPUT",
    "RESOURCE",
    "SECRET",
    "SIGNATURE",
    "UNKNOWN",
    "callback_pb2",
    "callback_pb2_grpc",
    "engine_pb2",
    "engine_pb2_grpc",
    "provider_pb2",
    "provider_pb2_grpc",
    "resource_pb2",
    "resource_pb2_grpc",
]
