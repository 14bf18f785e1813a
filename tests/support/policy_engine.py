"""What Pulumi's engine says to a policy pack, from a graph of ours.

The order and the arguments are those of the engine's `pkg/resource/deploy/step_generator.go` and of the language host's
`RunPlugin` in `sdk/python/cmd/pulumi-language-python/main.go`.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import grpc
from google.protobuf import empty_pb2, struct_pb2

from stackwright.engine.protocol import values
from stackwright.engine.protocol.analyzer_messages import analyzer_pb2, analyzer_pb2_grpc
from stackwright.graph import UNKNOWN, Graph, Resource

_ENGINE = "127.0.0.1:1"  # a pack may call it, and need not


class PolicyEngine:
    """An engine that asks one policy pack."""

    def __init__(self, pack: Any, directory: Path) -> None:
        self.pack = pack
        place = str(directory)
        pack.Handshake(
            analyzer_pb2.AnalyzerHandshakeRequest(engine_address=_ENGINE, root_directory=place, program_directory=place)
        )
        self.info = pack.GetAnalyzerInfo(empty_pb2.Empty())

    def configure(self, **policies: Mapping[str, Any]) -> None:
        """As `--policy-pack-config` does it; `enforcementLevel` is said as in its file."""
        request = analyzer_pb2.ConfigureAnalyzerRequest()
        known = {p.name: p.enforcementLevel for p in self.info.policies}
        for name, level in known.items():
            given = dict(policies.get(name, {}))
            said = given.pop("enforcementLevel", None)
            config = request.policyConfig[name]
            config.enforcementLevel = analyzer_pb2.EnforcementLevel.Value(said.upper()) if said else level
            config.properties.update(given)
        self.pack.Configure(request)

    def run(self, graph: Graph, planned: Graph | None = None) -> list[Any]:
        """What the pack says of a stack.

        Args:
            planned: the graph of the same program with unknown values; then this is its first preview.
        """
        self.pack.ConfigureStack(
            analyzer_pb2.AnalyzerStackConfigureRequest(
                stack=graph.stack, project=graph.project, organization="organization", dry_run=planned is not None
            )
        )
        shown = graph if planned is None else _preview(graph, planned)
        by_urn = shown.by_urn()
        for resource in shown:
            if resource.external:
                continue
            filled = {"timeoutInMinutes": 5, **resource.inputs}
            noted = {**filled, "__defaults": ["timeoutInMinutes"]}
            self.pack.Remediate(_request(resource, noted, by_urn))
            answer = self.pack.Analyze(_request(resource, filled, by_urn))
            assert not answer.diagnostics
        answer = self.pack.AnalyzeStack(
            # In no order: the engine keeps them in a map.
            analyzer_pb2.AnalyzeStackRequest(resources=[_shown(r, by_urn) for r in reversed(shown.resources)])
        )
        self.open = {one.policy_name: one.reason for one in answer.not_applicable}
        return list(answer.diagnostics)


@contextmanager
def started(directory: Path) -> Generator[PolicyEngine]:
    """The pack in a directory, started as the language host starts it."""
    command = [sys.executable, "-u", "-m", "pulumi.policy", _ENGINE, str(directory)]
    process = subprocess.Popen(command, cwd=directory, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        port = int(process.stdout.readline())
        sizes = [("grpc.max_receive_message_length", 400 * 1024 * 1024)]
        with grpc.insecure_channel(f"127.0.0.1:{port}", options=sizes) as channel:
            yield PolicyEngine(analyzer_pb2_grpc.AnalyzerStub(channel), directory)
    finally:
        process.kill()
        process.communicate()


def _preview(graph: Graph, planned: Graph) -> Graph:
    """What a provider plans: what the program gives, and that AWS will answer the rest."""
    from dataclasses import replace

    answered = {r.urn: r.outputs for r in graph if r.custom}
    return replace(
        planned,
        resources=tuple(
            replace(r, outputs={**dict.fromkeys(answered.get(r.urn, {}), UNKNOWN), **r.outputs}) for r in planned
        ),
    )


def _request(resource: Resource, properties: Mapping[str, Any], by_urn: Mapping[str, Resource]) -> Any:
    request = analyzer_pb2.AnalyzeRequest(
        type=resource.type, urn=resource.urn, name=resource.name, properties=values.encode(properties)
    )
    _add_provider(request, resource, by_urn)
    return request


def _shown(resource: Resource, by_urn: Mapping[str, Resource]) -> Any:
    outputs = {**resource.outputs, **({"id": resource.id} if resource.id != "" else {})}
    shown = analyzer_pb2.AnalyzerResource(
        type=resource.type,
        urn=resource.urn,
        name=resource.name,
        properties=_with_hashes(values.encode(outputs)),
        options=analyzer_pb2.AnalyzerResourceOptions(
            protect=resource.options.protect, ignoreChanges=resource.options.ignore_changes, parent=resource.parent
        ),
        parent=resource.parent,
        dependencies=resource.dependencies,
        propertyDependencies={
            key: analyzer_pb2.AnalyzerPropertyDependencies(urns=urns)
            for key, urns in resource.property_dependencies.items()
        },
    )
    _add_provider(shown, resource, by_urn)
    return shown


def _with_hashes(properties: struct_pb2.Struct) -> struct_pb2.Struct:
    """The engine says an archive's hash, which a program does not."""
    for value in properties.fields.values():
        if value.struct_value.fields.get(values.protocol.SIGNATURE) is not None:
            value.struct_value.fields["hash"].string_value = "0" * 64
    return properties


def _add_provider(message: Any, resource: Resource, by_urn: Mapping[str, Resource]) -> None:
    provider = by_urn.get(resource.provider)
    if provider is not None:
        message.provider.CopyFrom(
            analyzer_pb2.AnalyzerProviderResource(
                type=provider.type,
                urn=provider.urn,
                name=provider.name,
                properties=values.encode(provider.inputs),
            )
        )
