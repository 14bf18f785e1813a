"""Calls back into the program: transforms and hooks are functions of its own."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any, Final

import grpc

from stackwright.engine.deployment import hooks
from stackwright.engine.deployment.deployment import Deployment
from stackwright.engine.deployment.hooks import Operation
from stackwright.engine.protocol import values
from stackwright.engine.protocol.messages import callback_pb2, callback_pb2_grpc, resource_pb2
from stackwright.errors import ProgramError, ResourceError
from stackwright.graph import Properties, Resource, Unknown


class Callbacks:
    """The channels back into the program."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._channels: dict[str, grpc.Channel] = {}

    def call(self, callback: Any, request: bytes, what: str) -> bytes:
        """Call one function of the program.

        Args:
            what: names the function in the error.

        Raises:
            ProgramError: the function raised an exception, or the program is gone.
        """
        with self._lock:
            channel = self._channels.get(callback.target)
            if channel is None:
                channel = self._channels[callback.target] = grpc.insecure_channel(callback.target)
        stub = callback_pb2_grpc.CallbacksStub(channel)
        try:
            answer = stub.Invoke(callback_pb2.CallbackInvokeRequest(token=callback.token, request=request))
        except grpc.RpcError as error:
            details = str(error.details())  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
            reason = details.partition(" error: ")[2] or details
            raise ProgramError(f"{what} of the program failed: {reason}") from error
        return bytes(answer.response)

    def close(self) -> None:
        """Hang up."""
        with self._lock:
            for channel in self._channels.values():
                channel.close()
            self._channels.clear()


class ProgramHooks:
    """The hooks of a running program.

    Args:
        dry_run: only hooks that ask for it run then.
    """

    def __init__(self, callbacks: Callbacks, deployment: Deployment, *, dry_run: bool) -> None:
        self._callbacks = callbacks
        self._deployment = deployment
        self._dry_run = dry_run
        self._hooks: dict[str, Any] = {}
        self._error_hooks: dict[str, Any] = {}

    def add(self, request: Any) -> None:
        """Take a `RegisterResourceHookRequest`."""
        if not self._dry_run or request.on_dry_run:
            self._hooks[request.name] = resource_pb2.RegisterResourceHookRequest.FromString(request.SerializeToString())

    def add_error_hook(self, request: Any) -> None:
        """Take a `RegisterErrorHookRequest`."""
        self._error_hooks[request.name] = callback_pb2.Callback.FromString(request.callback.SerializeToString())

    def before(self, operation: Operation, new: Resource | None, old: Resource | None) -> None:
        """See `hooks.Hooks`."""
        for name, reason in self._run(f"before_{operation}", new, old):
            if not self._hooks[name].ignore_errors:
                raise ResourceError(f"the hook {name!r} refused it: {reason}")
            self._deployment.diagnose("warning", f"the hook {name!r} failed: {reason}", _subject(new, old).urn)

    def after(self, operation: Operation, new: Resource | None, old: Resource | None) -> None:
        """See `hooks.Hooks`."""
        for name, reason in self._run(f"after_{operation}", new, old):
            self._deployment.diagnose("warning", f"the hook {name!r} failed: {reason}", _subject(new, old).urn)

    def retry(self, operation: Operation, new: Resource | None, old: Resource | None, errors: list[str]) -> bool:
        """See `hooks.Hooks`."""
        subject = _subject(new, old)
        for name in hooks.names(subject.options, "on_error"):
            if name not in self._error_hooks:
                continue
            request = resource_pb2.ErrorHookRequest(
                **_identity(subject), **_states(new, old), failed_operation=operation, errors=errors
            )
            answer = self._callbacks.call(
                self._error_hooks[name], request.SerializeToString(), f"the error hook {name!r}"
            )
            if resource_pb2.ErrorHookResponse.FromString(answer).retry:
                return True
        return False

    def _run(self, moment: str, new: Resource | None, old: Resource | None) -> list[tuple[str, str]]:
        """Run the hooks of a moment; names and reasons of those that failed."""
        subject = _subject(new, old)
        failed: list[tuple[str, str]] = []
        for name in hooks.names(subject.options, moment):
            if name not in self._hooks:
                if not self._dry_run:
                    text = f"the hook {name!r} does not run: the program no longer has it"
                    self._deployment.diagnose("warning", text, subject.urn)
                continue
            states = _states(new, old)
            if new is not None and moment.startswith("after_"):
                states["new_outputs"] = values.encode(new.outputs)
            request = resource_pb2.ResourceHookRequest(**_identity(subject), **states)
            answer = self._callbacks.call(self._hooks[name].callback, request.SerializeToString(), f"the hook {name!r}")
            reason = resource_pb2.ResourceHookResponse.FromString(answer).error
            if reason:
                failed.append((name, reason))
        return failed


HOOK_MOMENTS: Final = (
    "before_create",
    "after_create",
    "before_update",
    "after_update",
    "before_delete",
    "after_delete",
    "on_error",
)


def hooks_of(request: Any) -> Mapping[str, tuple[str, ...]]:
    """The hooks that a registration names, as `Options.hooks` has them."""
    found = {moment: tuple(getattr(request.hooks, moment)) for moment in HOOK_MOMENTS}
    return {moment: hook_names for moment, hook_names in found.items() if hook_names}


def _subject(new: Resource | None, old: Resource | None) -> Resource:
    subject = new or old
    assert subject is not None
    return subject


def _identity(subject: Resource) -> dict[str, str]:
    resource_id = "" if isinstance(subject.id, Unknown) else subject.id
    return {"urn": subject.urn, "id": resource_id, "name": subject.name, "type": subject.type}


def _states(new: Resource | None, old: Resource | None) -> dict[str, Any]:
    states: dict[str, Properties] = {}
    if new is not None:
        states["new_inputs"] = new.inputs
    if old is not None:
        states["old_inputs"] = old.inputs
        states["old_outputs"] = old.outputs
    return {name: values.encode(properties) for name, properties in states.items()}
