"""Resource, stack and invoke transforms: functions of the program that may change what it registers.

https://www.pulumi.com/docs/iac/concepts/resources/options/transforms/: a resource's own come first, then those of its
parents from the inside out, then the stack's.
"""

from __future__ import annotations

import threading
from typing import Any, Final

from stackwright.engine.deployment.deployment import Deployment
from stackwright.engine.protocol.callbacks import Callbacks
from stackwright.engine.protocol.messages import callback_pb2, resource_pb2
from stackwright.engine.urns import make_urn

# Options that a transform may change: field of the registration -> field of the transform's options.
_SCALARS: Final = {
    "protect": "protect",
    "provider": "provider",
    "version": "version",
    "retainOnDelete": "retain_on_delete",
    "deletedWith": "deleted_with",
    "deleteBeforeReplace": "delete_before_replace",
    "pluginDownloadURL": "plugin_download_url",
    "importId": "import",
}
_LISTS: Final = {
    "dependencies": "depends_on",
    "ignoreChanges": "ignore_changes",
    "replaceOnChanges": "replace_on_changes",
    "replace_with": "replace_with",
    "additionalSecretOutputs": "additional_secret_outputs",
    "aliases": "aliases",
}
_MESSAGES: Final = {
    "customTimeouts": "custom_timeouts",
    "hooks": "hooks",
    "replacement_trigger": "replacement_trigger",
}


class Transforms:
    """All transforms of one run."""

    def __init__(self, callbacks: Callbacks) -> None:
        self._callbacks = callbacks
        self._lock = threading.Lock()
        self._stack: list[Any] = []
        self._invokes: list[Any] = []
        self._by_urn: dict[str, tuple[list[Any], str]] = {}

    def add_for_stack(self, callback: Any) -> None:
        """A transform for every resource of the stack."""
        with self._lock:
            self._stack.append(_copy(callback))

    def add_for_invokes(self, callback: Any) -> None:
        """A transform for every function call."""
        with self._lock:
            self._invokes.append(_copy(callback))

    def remember(self, request: Any, deployment: Deployment) -> None:
        """Keep a component's transforms for its children."""
        urn = make_urn(deployment.stack, deployment.project, request.type, request.name, request.parent)
        with self._lock:
            self._by_urn[urn] = ([_copy(c) for c in request.transforms], request.parent)

    def apply(self, request: Any) -> None:
        """Change a registration in place as its transforms say.

        Raises:
            ProgramError: a transform raised an exception.
        """
        for callback in self._for(request):
            asked = resource_pb2.TransformRequest(
                type=request.type,
                name=request.name,
                custom=request.custom,
                parent=request.parent,
                properties=request.object,
                options=_options_of(request),
            )
            response = self._callbacks.call(callback, asked.SerializeToString(), "a transform")
            answer = resource_pb2.TransformResponse.FromString(response)
            request.object.CopyFrom(answer.properties)
            if answer.HasField("options"):
                _take_options(request, answer.options)

    def apply_to_invoke(self, request: Any) -> None:
        """Change a function call in place.

        Raises:
            ProgramError: a transform raised an exception.
        """
        with self._lock:
            callbacks = list(self._invokes)
        for callback in callbacks:
            options = resource_pb2.TransformInvokeOptions(
                provider=request.provider, version=request.version, plugin_download_url=request.pluginDownloadURL
            )
            asked = resource_pb2.TransformInvokeRequest(token=request.tok, args=request.args, options=options)
            response = self._callbacks.call(callback, asked.SerializeToString(), "an invoke transform")
            answer = resource_pb2.TransformInvokeResponse.FromString(response)
            request.args.CopyFrom(answer.args)
            if answer.HasField("options"):
                request.provider = answer.options.provider or request.provider

    def _for(self, request: Any) -> list[Any]:
        with self._lock:
            found = list(request.transforms)
            parent = request.parent
            while parent in self._by_urn:
                inherited, parent = self._by_urn[parent]
                found.extend(inherited)
            return found + self._stack


def _copy(callback: Any) -> Any:
    return callback_pb2.Callback(target=callback.target, token=callback.token)


def _options_of(request: Any) -> Any:
    options = resource_pb2.TransformResourceOptions()
    for ours, theirs in _SCALARS.items():
        value = getattr(request, ours)
        if value:
            setattr(options, theirs, value)
    for ours, theirs in _LISTS.items():
        getattr(options, theirs).extend(getattr(request, ours))
    for ours, theirs in _MESSAGES.items():
        if request.HasField(ours):
            getattr(options, theirs).CopyFrom(getattr(request, ours))
    for package, reference in request.providers.items():
        options.providers[package] = reference
    return options


def _take_options(request: Any, options: Any) -> None:
    for ours, theirs in _SCALARS.items():
        setattr(request, ours, getattr(options, theirs))
    for ours, theirs in _LISTS.items():
        target = getattr(request, ours)
        del target[:]
        target.extend(getattr(options, theirs))
    for ours, theirs in _MESSAGES.items():
        request.ClearField(ours)
        if options.HasField(theirs):
            getattr(request, ours).CopyFrom(getattr(options, theirs))
