"""The part of Pulumi's protocol that policy packs speak; see `messages`. Nobody else has to import it."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from stackwright.engine.protocol import messages

if TYPE_CHECKING:
    from pulumi.runtime.proto import analyzer_pb2, analyzer_pb2_grpc, plugin_pb2
else:
    for _name in ("analyzer_pb2", "analyzer_pb2_grpc", "plugin_pb2"):
        globals()[_name] = importlib.import_module(f"{messages.__package__}.generated.{_name}")

__all__ = ["analyzer_pb2", "analyzer_pb2_grpc", "plugin_pb2"]
