"""The gRPC face of a policy pack: Pulumi's Analyzer service, translated and nothing more.

Pulumi starts the pack's program, which writes its port to the standard output, and speaks to it until it ends it.
https://www.pulumi.com/docs/discovery-governance/policy/policy-packs/
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Final, Literal, Protocol

import grpc
from google.protobuf import empty_pb2, json_format

from stackwright.engine.protocol import stacks
from stackwright.engine.protocol.analyzer_messages import analyzer_pb2, analyzer_pb2_grpc, plugin_pb2
from stackwright.errors import UsageError
from stackwright.graph import Graph

_MAX_MESSAGE: Final = 400 * 1024 * 1024  # bytes; what the engine allows on its side

Enforcement = Literal["advisory", "mandatory", "disabled"]
Severity = Literal["low", "medium", "high", "critical"]

_SEVERITIES: Final = {
    "low": analyzer_pb2.POLICY_SEVERITY_LOW,
    "medium": analyzer_pb2.POLICY_SEVERITY_MEDIUM,
    "high": analyzer_pb2.POLICY_SEVERITY_HIGH,
    "critical": analyzer_pb2.POLICY_SEVERITY_CRITICAL,
}
_LEVELS: Final[Mapping[Enforcement, Any]] = {
    "advisory": analyzer_pb2.ADVISORY,
    "mandatory": analyzer_pb2.MANDATORY,
    "disabled": analyzer_pb2.DISABLED,
}


@dataclass(frozen=True)
class Policy:
    """What Pulumi is told of a policy.

    Attributes:
        name: what configuration calls it.
        parameters: JSON schema by name.
    """

    name: str
    title: str
    description: str
    severity: Severity
    enforcement: Enforcement
    tags: tuple[str, ...] = ()
    remedy: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True)
class Violation:
    """What a policy says; the URN is empty when it is about the whole stack."""

    policy: str
    message: str
    urn: str = ""


@dataclass(frozen=True)
class Verdict:
    """What all policies say of a stack.

    Attributes:
        open: what could not be answered, by policy.
    """

    violations: Sequence[Violation] = ()
    open: Mapping[str, str] = field(default_factory=dict[str, str])


class Pack(Protocol):
    """A set of policies."""

    name: str
    version: str
    description: str

    @property
    def policies(self) -> Sequence[Policy]:
        """All that there are, in their order."""
        ...

    def configure(self, parameters: Mapping[str, Mapping[str, Any]]) -> None:
        """Take parameters by policy.

        Raises:
            UsageError: there is no such parameter, or its value is of another type.
        """
        ...

    def judge(self, graph: Graph, policies: frozenset[str]) -> Verdict:
        """What these policies say of a stack."""
        ...


class Analyzer(analyzer_pb2_grpc.AnalyzerServicer):
    """Answers the engine."""

    def __init__(self, pack: Pack) -> None:
        self._pack = pack
        self._written = stacks.Written()
        self._levels: dict[str, Enforcement] = {p.name: p.enforcement for p in pack.policies}
        self._severities = {p.name: p.severity for p in pack.policies}
        self._descriptions = {p.name: p.description for p in pack.policies}
        self._project = self._stack = ""
        self._preview = False

    def Handshake(self, request: Any, context: grpc.ServicerContext) -> Any:
        return analyzer_pb2.AnalyzerHandshakeResponse()

    def GetPluginInfo(self, request: Any, context: grpc.ServicerContext) -> Any:
        return plugin_pb2.PluginInfo(version=self._pack.version)

    def GetAnalyzerInfo(self, request: Any, context: grpc.ServicerContext) -> Any:
        return analyzer_pb2.AnalyzerInfo(
            name=self._pack.name,
            version=self._pack.version,
            description=self._pack.description,
            supportsConfig=True,
            policies=[_info(policy) for policy in self._pack.policies],
        )

    def Configure(self, request: Any, context: grpc.ServicerContext) -> Any:
        parameters: dict[str, Mapping[str, Any]] = {}
        for name, config in request.policyConfig.items():
            if name not in self._levels:
                continue  # the engine has said so already
            self._levels[name] = _level(config.enforcementLevel)
            parameters[name] = json_format.MessageToDict(config.properties)
        try:
            self._pack.configure(parameters)
        except UsageError as error:
            context.abort(grpc.StatusCode.INVALID_ARGUMENT, f"{error.where}: {error.what}. {error.fix}".rstrip())
        return empty_pb2.Empty()

    def ConfigureStack(self, request: Any, context: grpc.ServicerContext) -> Any:
        self._written.forget()
        self._project, self._stack, self._preview = request.project, request.stack, request.dry_run
        return analyzer_pb2.AnalyzerStackConfigureResponse()

    def Remediate(self, request: Any, context: grpc.ServicerContext) -> Any:
        self._written.note(request)
        return analyzer_pb2.RemediateResponse()

    def Analyze(self, request: Any, context: grpc.ServicerContext) -> Any:
        self._written.check(request)
        return analyzer_pb2.AnalyzeResponse()

    def AnalyzeStack(self, request: Any, context: grpc.ServicerContext) -> Any:
        graph = stacks.graph(
            request.resources, self._written, project=self._project, stack=self._stack, preview=self._preview
        )
        asked = frozenset(name for name, level in self._levels.items() if level != "disabled")
        verdict = self._pack.judge(graph, asked)
        return analyzer_pb2.AnalyzeResponse(
            diagnostics=[self._diagnostic(violation) for violation in verdict.violations],
            not_applicable=[
                analyzer_pb2.PolicyNotApplicable(policy_name=name, reason=reason)
                for name, reason in verdict.open.items()
            ],
        )

    def Cancel(self, request: Any, context: grpc.ServicerContext) -> Any:
        return empty_pb2.Empty()

    def _diagnostic(self, violation: Violation) -> Any:
        return analyzer_pb2.AnalyzeDiagnostic(
            policyName=violation.policy,
            policyPackName=self._pack.name,
            policyPackVersion=self._pack.version,
            description=self._descriptions[violation.policy],
            message=violation.message,
            enforcementLevel=_LEVELS[self._levels[violation.policy]],
            urn=violation.urn,
            severity=_SEVERITIES[self._severities[violation.policy]],
        )


def serve(pack: Pack) -> None:
    """Answer until the process is ended; the port is written to the standard output, as Pulumi expects it."""
    sizes = [("grpc.max_receive_message_length", _MAX_MESSAGE), ("grpc.max_send_message_length", _MAX_MESSAGE)]
    server = grpc.server(ThreadPoolExecutor(max_workers=4), options=sizes)
    analyzer_pb2_grpc.add_AnalyzerServicer_to_server(Analyzer(pack), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    print(port, flush=True)  # the protocol begins with it
    server.wait_for_termination()


def _info(policy: Policy) -> Any:
    info = analyzer_pb2.PolicyInfo(
        name=policy.name,
        displayName=policy.title,
        description=policy.description,
        enforcementLevel=_LEVELS[policy.enforcement],
        policy_type=analyzer_pb2.POLICY_TYPE_STACK,
        severity=_SEVERITIES[policy.severity],
        tags=policy.tags,
        remediation_steps=policy.remedy,
    )
    if policy.parameters:
        info.configSchema.properties.update(dict(policy.parameters))
    return info


def _level(number: int) -> Enforcement:
    """Nothing is remediated, so that level blocks, as it does in Pulumi's own library."""
    if number == analyzer_pb2.DISABLED:
        return "disabled"
    return "advisory" if number == analyzer_pb2.ADVISORY else "mandatory"
