"""Dynamic providers (https://www.pulumi.com/docs/iac/concepts/resources/dynamic-providers/), which really run.

They are Python objects of the program, sent along with each resource as the input `__provider`. The SDK's own server
runs them in the program's interpreter; we speak Pulumi's provider protocol to it.
"""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import grpc

from stackwright.engine.deployment.diagnostics import Stream
from stackwright.engine.digests import digest
from stackwright.engine.program.child import Child
from stackwright.engine.project.pulumi_yaml import Config, Project
from stackwright.engine.protocol import values
from stackwright.engine.protocol.messages import provider_pb2, provider_pb2_grpc
from stackwright.errors import ProgramError, ResourceError
from stackwright.graph import Archive, Asset, Invoke, Properties, Resource, Unknown

_HOST: Final = Path(__file__).with_name("dynamic_host.py")
_START_SECONDS: Final = 30.0


class DynamicPackage:
    """The provider of `pulumi-python`. Its process starts when it is first needed; `close` ends it.

    Args:
        config: what a provider's `configure` sees.
        report: told of every line that a provider prints.
    """

    def __init__(self, project: Project, config: Config, report: Callable[[str], None] = lambda _: None) -> None:
        self._project = project
        self._config = config
        self._report = report
        self._lock = threading.Lock()
        self._server: _Server | None = None

    def __enter__(self) -> DynamicPackage:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the process, if there is one."""
        with self._lock:
            server, self._server = self._server, None
        if server is not None:
            server.stop()

    def configure(self, provider: Resource, config: Properties) -> None:
        """There is nothing to get ready."""

    def create(self, new: Resource, config: Properties) -> Resource:
        """Check the inputs, then create."""
        request = provider_pb2.CreateRequest(urn=new.urn, properties=self._checked(new, {}))
        answer = self._call(new, "create", lambda stub: stub.Create(request))
        return replace(new, id=answer.id, outputs=self._decoded(answer.properties))

    def update(self, new: Resource, old: Resource, config: Properties) -> Resource:
        """Change in place, unless the provider sees no difference."""
        if self._difference(new, old).changes == provider_pb2.DiffResponse.DIFF_NONE:
            return replace(new, id=old.id, outputs=old.outputs)
        request = provider_pb2.UpdateRequest(
            id=_id_of(old),
            urn=new.urn,
            olds=values.encode(old.outputs),
            news=self._checked(new, old.inputs),
        )
        answer = self._call(new, "update", lambda stub: stub.Update(request))
        return replace(new, id=old.id, outputs=self._decoded(answer.properties))

    def delete(self, old: Resource, config: Properties) -> None:
        """Delete."""
        request = provider_pb2.DeleteRequest(id=_id_of(old), urn=old.urn, properties=values.encode(old.outputs))
        self._call(old, "delete", lambda stub: stub.Delete(request))

    def read(self, wanted: Resource, config: Properties) -> Resource:
        """Look up."""
        request = provider_pb2.ReadRequest(id=_id_of(wanted), urn=wanted.urn, inputs=values.encode(wanted.inputs))
        answer = self._call(wanted, "read", lambda stub: stub.Read(request))
        return replace(wanted, id=answer.id, outputs=self._decoded(answer.properties))

    def replacing(self, new: Resource, old: Resource, changed: frozenset[str]) -> frozenset[str]:
        """What the provider's `diff` says."""
        return frozenset(self._difference(new, old).replaces)

    def invoke(self, token: str, args: Properties, config: Properties) -> Invoke:
        """Raises:
        ResourceError: always; dynamic providers have no functions.
        """
        raise ResourceError(f"a dynamic provider has no function {token}")

    # ---- protocol --------------------------------------------------------------------------------------------------

    def _checked(self, new: Resource, olds: Properties) -> Any:
        request = provider_pb2.CheckRequest(urn=new.urn, olds=values.encode(olds), news=values.encode(new.inputs))
        answer = self._call(new, "check", lambda stub: stub.Check(request))
        if answer.failures:
            reasons = "; ".join(f"{f.property}: {f.reason}" if f.property else f.reason for f in answer.failures)
            raise ResourceError(f"{new.name!r}: its dynamic provider refuses the inputs: {reasons}")
        return answer.inputs

    def _difference(self, new: Resource, old: Resource) -> Any:
        request = provider_pb2.DiffRequest(
            id=_id_of(old), urn=new.urn, olds=values.encode(old.outputs), news=values.encode(new.inputs)
        )
        return self._call(new, "diff", lambda stub: stub.Diff(request))

    def _call(self, subject: Resource, operation: str, call: Callable[[Any], Any]) -> Any:
        stub = self._stub()
        try:
            return call(stub)
        except grpc.RpcError as error:
            text = str(error.details())  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
            reason = text.strip().rpartition("\n")[2]
            frames = re.findall(r'File "([^"]+)", line (\d+)', text)
            where = ":".join(frames[-1]) if frames else ""
            raise ResourceError(
                f"{subject.name!r}: its dynamic provider failed in `{operation}`: {reason}", where=where
            ) from error

    def _decoded(self, properties: Any) -> dict[str, Any]:
        return values.decode(properties, self._digest)

    def _digest(self, item: Asset | Archive) -> str:
        return digest(item, self._project.program_directory)

    def _stub(self) -> Any:
        with self._lock:
            if self._server is None:
                self._server = _Server(self._project, self._config, self._report)
            return self._server.stub


class _Server:
    """The process, configured."""

    def __init__(self, project: Project, config: Config, report: Callable[[str], None]) -> None:
        port: Future[int] = Future()

        def listen(stream: Stream, line: str) -> None:
            if stream == "stdout" and not port.done():
                port.set_result(int(line))
            else:
                report(line)

        self._child = Child(
            [project.interpreter, "-u", str(_HOST)],
            cwd=project.program_directory,
            environment={**os.environ, "PULUMI_PROJECT": project.name},
            listen=listen,
        )
        try:
            self._channel = grpc.insecure_channel(f"127.0.0.1:{port.result(timeout=_START_SECONDS)}")
        except TimeoutError:
            self._child.stop()
            self._child.wait()
            raise ProgramError(
                "the server for the program's dynamic providers does not start", where=project.interpreter
            ) from None
        self.stub = provider_pb2_grpc.ResourceProviderStub(self._channel)
        self.stub.Configure(provider_pb2.ConfigureRequest(args=values.encode(config.values)))

    def stop(self) -> None:
        self._channel.close()
        self._child.stop()
        self._child.wait()


def _id_of(resource: Resource) -> str:
    return "" if isinstance(resource.id, Unknown) else resource.id
