"""What a resource type brings along so that it can exist on an AWS endpoint."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, NoReturn, cast

from stackwright.errors import ResourceError
from stackwright.graph import Properties, Resource
from stackwright.provider import fidelity
from stackwright.provider.aws import Aws


class Settings(dict[str, Any]):
    """Nested settings as the program gave them.

    The SDK's types let a property be left out, or be written as a dict with a misspelt key. Asking for it is then the
    user's error, at the user's line. A key that is missing anywhere else is a fault of ours.

    Args:
        needed_by: what the error says before the path of the property.
    """

    def __init__(self, given: Mapping[str, Any], needed_by: str, path: str = "") -> None:
        prefix = f"{path}." if path else ""
        super().__init__({key: _named(value, needed_by, f"{prefix}{key}") for key, value in given.items()})
        self._needed_by = needed_by
        self._prefix = prefix

    def __missing__(self, key: str) -> NoReturn:
        has = f"; {self._prefix[:-1] or 'it'} has {', '.join(map(repr, self)) or 'nothing'}"
        raise ResourceError(f"{self._needed_by}{self._prefix + key!r}{has}")


def _named(value: Any, needed_by: str, path: str) -> Any:
    if isinstance(value, Mapping):
        return Settings(cast("Mapping[str, Any]", value), needed_by, path)
    if isinstance(value, list | tuple):
        items = cast("Sequence[Any]", value)
        return [_named(item, needed_by, f"{path}[{number}]") for number, item in enumerate(items)]
    return value


class Inputs(Mapping[str, Any]):
    """A resource's inputs, noting which ones were read.

    Whatever a provisioner does not read is not on the emulator, and is listed as without effect; nobody has to keep a
    list of what is supported. That an input which is read has no effect either is said by the fidelity ledger alone.

    Attributes:
        name: the physical name, given or generated.
        outputs: the made-up outputs, from which defaults may be taken; the provisioner's own go over them.
        root: directory that relative asset paths start from.
    """

    def __init__(self, resource: Resource, root: Path, old: Resource | None = None) -> None:
        """`old` is the resource before an update: what did not change has the effect that it had."""
        self.resource = resource
        self.root = root
        self.outputs: Properties = resource.outputs
        self._given = Settings(resource.inputs, f"{resource.type} {resource.name!r} needs ")
        self._old = old
        self._read: set[str] = set()
        self._limits: dict[str, str] = {}

    @property
    def logical_name(self) -> str:
        """The name in the program."""
        return self.resource.name

    def __getitem__(self, key: str) -> Any:
        """A required input, or its default or generated value.

        Raises:
            ResourceError: it has neither.
        """
        self._read.add(key)
        value = self._given.get(key)
        if value is None:
            value = self.outputs.get(key)
        if value is None:
            raise ResourceError(f"{self.resource.type} {self.resource.name!r} needs {key!r}")
        return value

    def get(self, key: str, default: Any = None) -> Any:
        """An input as given, or `default`."""
        self._read.add(key)
        value = self._given.get(key)
        return default if value is None else value

    def __iter__(self) -> Iterator[str]:
        return iter(self._given)

    def __len__(self) -> int:
        return len(self._given)

    def look_at(self, *keys: str) -> None:
        """Count inputs as read that have an effect by another way."""
        self._read.update(keys)

    def limit(self, key: str, case: str) -> None:
        """Say that an input has a value that the ledger has an entry for, under this case."""
        self._read.add(key)
        entry = self._ledger[key, case]
        if self._given.get(key) is not None:
            self._limits[key] = entry.says

    def simulated(self) -> dict[str, str]:
        """Inputs without effect, and why."""
        found = self._not_read()
        for (key, case), entry in self._ledger.items():
            if case or not key or entry.status == "enforced":
                continue
            is_unread = found.pop(key, None) is not None
            if entry.is_shown() or not entry.touches(self._given):
                continue
            if is_unread or entry.status in ("dropped", "not-emulated"):
                found[key] = entry.says
        return {**found, **self._limits}

    def _not_read(self) -> dict[str, str]:
        given = {key: value for key, value in self.resource.inputs.items() if value is not None}
        if self._old is None:
            return {key: fidelity.NOT_LOOKED_AT for key in given if key not in self._read}
        before = {key: value for key, value in self._old.inputs.items() if value is not None}
        changed = {key for key in (*before, *given) if given.get(key) != before.get(key)}
        same = {key: why for key, why in self._old.simulated.items() if key in given and key not in changed}
        return {
            **{key: why for key, why in same.items() if key not in self._read},
            **dict.fromkeys(sorted(changed - self._read), fidelity.NOT_CHANGED),
        }

    @property
    def _ledger(self) -> Mapping[tuple[str, str], fidelity.Entry]:
        return fidelity.about(self.resource.type.removeprefix("aws:"))


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


def only(found: Sequence[Mapping[str, Any]], wanted: Resource) -> Mapping[str, Any]:
    """The one that was looked up; some services answer with an empty list where others refuse.

    Raises:
        ResourceError: there is none.
    """
    if not found:
        raise ResourceError(f"cannot find {wanted.type} with the id {id_of(wanted)!r}: there is none")
    return found[0]
