"""What goes into a deployment and what it reports: registrations, steps, events."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from stackwright.graph import Options, Properties, Resource, SourcePosition

Mode: TypeAlias = Literal["simulated", "emulator", "unknown"]
Step: TypeAlias = Literal["same", "create", "update", "replace", "delete", "read"]
Severity: TypeAlias = Literal["debug", "info", "warning", "error"]


@dataclass(frozen=True)
class Registration:
    """What the program asks for, before any decision.

    Attributes:
        remote: a component that its package's plugin would build.
        version: of the package's SDK; default providers are told apart by it.
    """

    type: str
    name: str
    custom: bool
    inputs: Properties
    parent: str = ""
    provider: str = ""
    version: str = ""
    remote: bool = False
    dependencies: tuple[str, ...] = ()
    property_dependencies: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    options: Options = field(default_factory=Options)
    source: SourcePosition | None = None
    stack: tuple[SourcePosition, ...] = ()

    def resource(self, urn: str, provider: str = "") -> Resource:
        """The resource that it asks for, without an answer yet."""
        return Resource(
            urn=urn,
            type=self.type,
            name=self.name,
            custom=self.custom,
            inputs=self.inputs,
            parent=self.parent,
            provider=provider,
            dependencies=self.dependencies,
            property_dependencies=self.property_dependencies,
            options=self.options,
            source=self.source,
            stack=self.stack,
            seed=urn,
        )


@dataclass(frozen=True)
class Event:
    """Something worth showing: a finished step, or a line of output."""

    kind: Literal["step", "line"]
    step: Step | None = None
    resource: Resource | None = None
    seconds: float = 0.0
    severity: Severity = "info"
    text: str = ""


Observer: TypeAlias = Callable[[Event], None]
Journal: TypeAlias = Callable[[str, Resource | None], None]


class BusyClock:
    """Wall time during which at least one thread is inside."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._inside = 0
        self._changed = time.monotonic()
        self._total = 0.0

    def __enter__(self) -> None:
        with self._lock:
            if self._inside == 0:
                self._changed = time.monotonic()
            self._inside += 1

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._inside -= 1
            if self._inside == 0:
                now = time.monotonic()
                self._total += now - self._changed
                self._changed = now

    @property
    def total(self) -> float:
        """Seconds so far."""
        return self._total

    def idle_seconds(self) -> float:
        """For how long nobody has been inside."""
        with self._lock:
            return 0.0 if self._inside else time.monotonic() - self._changed
