"""A stack as Pulumi's engine shows it to a policy pack, as a graph.

The engine shows each resource's inputs before its step, twice: to `Remediate` with the provider's notes on what it has
filled in by itself, and to `Analyze` without them. After all steps, `AnalyzeStack` has the outputs of all.
https://github.com/pulumi/pulumi/blob/master/proto/pulumi/analyzer.proto
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from typing import Any, Final, Literal, cast

from stackwright.engine.deployment.order import canonical
from stackwright.engine.protocol import values
from stackwright.engine.urns import PROVIDER_PREFIX, STACK_TYPE, project_of, stack_of
from stackwright.graph import UNKNOWN, Archive, Asset, Graph, Options, Properties, Resource, Secret, Unknown

# The provider's note beside the properties of a structure: which of them the program has not written.
_DEFAULTS: Final = "__defaults"
_INTERNAL: Final = "__"
# What a provider that could not plan has left out of a preview, as one whose own settings are not known yet.
_ANSWERED: Final = ("arn", "bucket", "id", "identifier", "name", "url")


class Written:
    """What the program has written, by URN."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._noted: dict[str, Properties] = {}
        self._checked: dict[str, Properties] = {}

    def forget(self) -> None:
        """Another stack, or another run, begins."""
        with self._lock:
            self._noted.clear()
            self._checked.clear()

    def note(self, request: Any) -> None:
        """The inputs with the provider's notes."""
        properties = values.decode(request.properties, _digest)
        with self._lock:
            self._noted[request.urn] = properties

    def check(self, request: Any) -> None:
        """The inputs that count: what other packs have remediated is in them."""
        properties = values.decode(request.properties, _digest)
        with self._lock:
            self._checked[request.urn] = properties

    def of(self, urn: str) -> Properties | None:
        """The inputs of a resource without what its provider has filled in; None when nobody has registered it."""
        with self._lock:
            checked = self._checked.get(urn)
            return None if checked is None else _written(checked, self._noted.get(urn, {}))


def graph(resources: Iterable[Any], written: Written, *, project: str, stack: str, preview: bool) -> Graph:
    """The graph of an `AnalyzeStackRequest`.

    Args:
        preview: whether outputs are planned; ids are not known then.
    """
    shown = list(resources)
    read = {r.urn: _resource(r, written, preview=preview) for r in shown}
    for one in shown:
        # A provider may be missing where only some resources were asked for (`--target`).
        if one.HasField("provider") and one.provider.urn not in read:
            read[one.provider.urn] = _provider(one.provider)
    root = next((r for r in read.values() if r.type == STACK_TYPE), None)
    mode: Literal["emulator", "unknown"] = "unknown" if preview else "emulator"
    return Graph(
        project=project or (project_of(root.urn) if root else ""),
        stack=stack or (stack_of(root.urn) if root else ""),
        mode=mode,
        resources=tuple(canonical(read.values())),
        outputs=root.outputs if root else {},
    )


def _resource(shown: Any, written: Written, *, preview: bool) -> Resource:
    outputs = _without_notes(values.decode(shown.properties, _digest))
    inputs = written.of(shown.urn)
    is_provider = shown.type.startswith(PROVIDER_PREFIX)
    # Components of other languages name a provider, too, and have no id.
    custom = is_provider or (shown.HasField("provider") and ("id" in outputs or (preview and inputs is not None)))
    if preview and custom and "id" not in outputs:
        outputs = {**dict.fromkeys(_ANSWERED, UNKNOWN), **outputs}
    dependencies = {key: tuple(sorted(d.urns)) for key, d in shown.propertyDependencies.items()}
    return Resource(
        urn=shown.urn,
        type=shown.type,
        name=shown.name,
        custom=custom,
        id=_id(outputs) if custom else "",
        inputs=inputs or {},
        outputs=outputs,
        parent=shown.parent,
        provider=shown.provider.urn if custom and not is_provider else "",
        dependencies=tuple(sorted(shown.dependencies)),
        property_dependencies={key: urns for key, urns in sorted(dependencies.items()) if urns},
        options=_options(shown.options),
        external=inputs is None,
    )


def _provider(shown: Any) -> Resource:
    inputs = _without_notes(values.decode(shown.properties, _digest))
    return Resource(urn=shown.urn, type=shown.type, name=shown.name, id=UNKNOWN, inputs=inputs, outputs=inputs)


def _options(shown: Any) -> Options:
    return Options(
        protect=shown.protect,
        delete_before_replace=shown.deleteBeforeReplace,
        ignore_changes=tuple(shown.ignoreChanges),
        additional_secret_outputs=tuple(shown.additionalSecretOutputs),
        aliases=tuple(shown.aliases),
    )


def _id(outputs: Properties) -> str | Unknown:
    found = outputs.get("id")
    while isinstance(found, Secret):
        found = found.value
    return found if isinstance(found, str) and found else UNKNOWN


def _digest(_: Asset | Archive) -> str:
    """Files are the engine's, and it says where they are relative to a directory that it does not name."""
    return ""


def _written(checked: Properties, noted: Any) -> dict[str, Any]:
    notes = cast("Mapping[str, Any]", noted) if isinstance(noted, Mapping) else {}
    filled = notes.get(_DEFAULTS)
    names = set(cast("list[Any]", filled)) if isinstance(filled, list) else set[Any]()
    return {
        key: _written_value(value, notes.get(key))
        for key, value in checked.items()
        if key not in names and not key.startswith(_INTERNAL)
    }


def _written_value(value: Any, noted: Any) -> Any:
    noted = noted.value if isinstance(noted, Secret) else noted
    match value:
        case Secret(inner):
            return Secret(_written_value(inner, noted))
        case Mapping():
            return _written(cast("Properties", value), noted)
        case list():
            items = cast("list[Any]", value)
            notes = cast("list[Any]", noted) if isinstance(noted, list) else []
            same = len(notes) == len(items)
            return [_written_value(item, notes[n] if same else None) for n, item in enumerate(items)]
        case _:
            return value


def _without_notes(properties: Properties) -> dict[str, Any]:
    return _written(properties, {})
