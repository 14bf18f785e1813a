"""What a resource type brings along so that it can exist on an AWS endpoint."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

from stackwright.errors import ResourceError
from stackwright.graph import Properties, Resource
from stackwright.local.aws import Aws


class Inputs(Mapping[str, Any]):
    """A resource's inputs, noting which ones were used.

    Whatever a provisioner does not look at is not on the emulator, and is listed as simulated. So nobody has to keep a
    list of what is supported, and the list cannot be wrong.

    Attributes:
        name: the physical name, given or generated.
        outputs: the made-up outputs, from which defaults may be taken; the provisioner's own go over them.
        root: directory that relative asset paths start from.
    """

    def __init__(self, resource: Resource, root: Path) -> None:
        self.resource = resource
        self.root = root
        self.outputs: Properties = resource.outputs
        self._given = resource.inputs
        self._used: set[str] = set()
        self._unsupported: dict[str, str] = {}

    @property
    def logical_name(self) -> str:
        """The name in the program."""
        return self.resource.name

    def __getitem__(self, key: str) -> Any:
        """A required input, or its default or generated value.

        Raises:
            ResourceError: it has neither.
        """
        self._used.add(key)
        value = self._given.get(key)
        if value is None:
            value = self.outputs.get(key)
        if value is None:
            raise ResourceError(f"{self.resource.type} {self.resource.name!r} needs {key!r}")
        return value

    def get(self, key: str, default: Any = None) -> Any:
        """An input as given, or `default`."""
        self._used.add(key)
        value = self._given.get(key)
        return default if value is None else value

    def __iter__(self) -> Iterator[str]:
        return iter(self._given)

    def __len__(self) -> int:
        return len(self._given)

    def look_at(self, *keys: str) -> None:
        """Count inputs as used: they took effect at creation, or speak to the provider and not to AWS."""
        self._used.update(keys)

    def unsupported(self, key: str, why: str) -> None:
        """Say that an input was looked at but has no effect here."""
        self._used.add(key)
        if self._given.get(key) is not None:
            self._unsupported[key] = why

    def simulated(self) -> dict[str, str]:
        """Inputs without effect, and why."""
        unused = {k: "not emulated" for k, v in self._given.items() if v is not None and k not in self._used}
        # Settings of the provider's own bookkeeping, not of AWS.
        for key in ("namePrefix", "bucketPrefix", "region", "tagsAll", "skipDestroy", "forceDestroy"):
            unused.pop(key, None)
        return {**unused, **self._unsupported}


@dataclass(frozen=True)
class Created:
    """What AWS answered.

    Attributes:
        id: the provider's id of the resource; None keeps the made-up one (for resources whose id is their name).
        outputs: what goes over the made-up outputs.
    """

    id: str | None = None
    outputs: Mapping[str, Any] = field(default_factory=dict[str, Any])


class Provisioner:
    """One resource type on an AWS endpoint. Has no state: everything is in the arguments.

    Class attributes:
        type: the type token without the package, such as `sqs/queue:Queue`.
        replace_on: inputs that AWS cannot change in place.
    """

    type: ClassVar[str]
    replace_on: ClassVar[frozenset[str]] = frozenset()

    def create(self, aws: Aws, new: Inputs) -> Created:
        """Make the resource. Compute outputs from what is known: every further call costs 5 to 10 ms."""
        raise NotImplementedError

    def update(self, aws: Aws, new: Inputs, old: Resource) -> Mapping[str, Any]:
        """Change the resource in place; outputs that changed. Types whose create call overwrites need not define it."""
        return self.create(aws, new).outputs

    def delete(self, aws: Aws, old: Resource) -> None:
        """Remove the resource. Gone already is fine."""
        raise NotImplementedError

    def read(self, aws: Aws, wanted: Resource) -> Created:
        """Look the resource up by `wanted.id`; outputs must hold at least what cannot be made up."""
        raise ResourceError(f"{self.type} cannot be looked up on the emulator yet, only created")


def id_of(resource: Resource) -> str:
    """A resource's id, which is known by the time a provisioner sees it."""
    assert isinstance(resource.id, str)
    return resource.id
