"""Resource, stack and invoke transforms: functions of the program that the engine calls back.

https://www.pulumi.com/docs/iac/concepts/resources/options/transforms/: a resource's own come first, then those of its
parents from the inside out, then the stack's.
"""

from __future__ import annotations

import threading
from typing import Any

import grpc
from pulumi.runtime.proto import callback_pb2, callback_pb2_grpc, resource_pb2

from stackwright.engine.deployment import Deployment
from stackwright.engine.urns import make_urn
from stackwright.errors import ProgramError

# Options that a transform may change and that carry the same name and type in both messages.
_SHARED_OPTIONS = {
    "protect": "protect",
    "provider": "provider",
    "version": "version",
    "retainOnDelete": "retain_on_delete",
    "deletedWith": "deleted_with",
    "deleteBeforeReplace": "delete_before_replace",
    "pluginDownloadURL": "plugin_download_url",
    "importId": "import",
}
_SHARED_LISTS = {
    "dependencies": "depends_on",
    "ignoreChanges": "ignore_changes",
    "replaceOnChanges": "replace_on_changes",
    "additionalSecretOutputs": "additional_secret_outputs",
    "aliases": "aliases",
}


class Transforms:
    """All transforms of one run, and the channels back into the program."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._stack: list[Any] = []
        self._invokes: list[Any] = []
        self._by_urn: dict[str, tuple[list[Any], str]] = {}
        self._stubs: dict[str, Any] = {}

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
            options = resource_pb2.TransformResourceOptions()
            for ours, theirs in _SHARED_OPTIONS.items():
                setattr(options, theirs, getattr(request, ours))
            for ours, theirs in _SHARED_LISTS.items():
                getattr(options, theirs).extend(getattr(request, ours))
            options.custom_timeouts.CopyFrom(request.customTimeouts)
            for package, reference in request.providers.items():
                options.providers[package] = reference
            asked = resource_pb2.TransformRequest(
                type=request.type,
                name=request.name,
                custom=request.custom,
                parent=request.parent,
                properties=request.object,
                options=options,
            )
            answer = resource_pb2.TransformResponse.FromString(self._call(callback, asked.SerializeToString()))
            request.object.CopyFrom(answer.properties)
            if answer.HasField("options"):
                _take_options(request, answer.options)

    def apply_to_invoke(self, request: Any) -> None:
        """Change a function call in place."""
        with self._lock:
            callbacks = list(self._invokes)
        for callback in callbacks:
            options = resource_pb2.TransformInvokeOptions(
                provider=request.provider, version=request.version, plugin_download_url=request.pluginDownloadURL
            )
            asked = resource_pb2.TransformInvokeRequest(token=request.tok, args=request.args, options=options)
            answer = resource_pb2.TransformInvokeResponse.FromString(self._call(callback, asked.SerializeToString()))
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

    def _call(self, callback: Any, request: bytes) -> bytes:
        with self._lock:
            stub = self._stubs.get(callback.target)
            if stub is None:
                stub = callback_pb2_grpc.CallbacksStub(grpc.insecure_channel(callback.target))
                self._stubs[callback.target] = stub
        try:
            answer = stub.Invoke(callback_pb2.CallbackInvokeRequest(token=callback.token, request=request))
        except grpc.RpcError as error:
            raise ProgramError(f"a transform of the program failed: {error.details()}") from error  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
        return bytes(answer.response)


def _copy(callback: Any) -> Any:
    return callback_pb2.Callback(target=callback.target, token=callback.token)


def _take_options(request: Any, options: Any) -> None:
    for ours, theirs in _SHARED_OPTIONS.items():
        setattr(request, ours, getattr(options, theirs))
    for ours, theirs in _SHARED_LISTS.items():
        target = getattr(request, ours)
        del target[:]
        target.extend(getattr(options, theirs))
    request.customTimeouts.CopyFrom(options.custom_timeouts)
