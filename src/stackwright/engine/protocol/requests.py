"""From messages of the protocol to the engine's own values."""

from __future__ import annotations

from typing import Any, Final

from stackwright.engine.deployment.events import Registration
from stackwright.engine.protocol import values
from stackwright.engine.protocol.callbacks import hooks_of
from stackwright.engine.protocol.sources import Sources
from stackwright.graph import Options

_TIMEOUTS: Final = ("create", "update", "delete", "read")


def registration(request: Any, digest: values.Digest, sources: Sources, aliases: tuple[str, ...]) -> Registration:
    """A `RegisterResourceRequest`."""
    dependencies = {key: tuple(sorted(d.urns)) for key, d in request.propertyDependencies.items()}
    timeouts = {k: str(getattr(request.customTimeouts, k)) for k in _TIMEOUTS}
    stack = sources.stack(request)
    trigger = values.decode_value(request.replacement_trigger, digest) if _has(request, "replacement_trigger") else None
    return Registration(
        type=request.type,
        name=request.name,
        custom=request.custom,
        inputs=values.decode(request.object, digest),
        parent=request.parent,
        provider=provider_urn(request.provider),
        version=request.version,
        remote=request.remote,
        dependencies=tuple(sorted(request.dependencies)),
        property_dependencies={k: v for k, v in sorted(dependencies.items()) if v},
        options=Options(
            protect=request.protect,
            retain_on_delete=request.retainOnDelete,
            delete_before_replace=request.deleteBeforeReplace,
            ignore_changes=tuple(request.ignoreChanges),
            replace_on_changes=tuple(request.replaceOnChanges),
            additional_secret_outputs=tuple(request.additionalSecretOutputs),
            aliases=aliases,
            deleted_with=request.deletedWith,
            replace_with=tuple(request.replace_with),
            replacement_trigger=trigger,
            import_id=request.importId,
            custom_timeouts={k: v for k, v in timeouts.items() if v},
            hooks=hooks_of(request),
        ),
        source=stack[0] if stack else None,
        stack=stack,
    )


def look_up(request: Any, digest: values.Digest, sources: Sources) -> Registration:
    """A `ReadResourceRequest`."""
    stack = sources.stack(request)
    return Registration(
        type=request.type,
        name=request.name,
        custom=True,
        inputs=values.decode(request.properties, digest),
        parent=request.parent,
        provider=provider_urn(request.provider),
        version=request.version,
        dependencies=tuple(sorted(request.dependencies)),
        options=Options(additional_secret_outputs=tuple(request.additionalSecretOutputs)),
        source=stack[0] if stack else None,
        stack=stack,
    )


def provider_urn(reference: str) -> str:
    """A provider reference is `<urn>::<id>`."""
    return reference.rpartition("::")[0]


def _has(request: Any, field: str) -> bool:
    return bool(request.HasField(field))
