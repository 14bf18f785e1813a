"""The gRPC face of a deployment: Pulumi's ResourceMonitor and Engine services, translated and nothing more."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Final, Literal, cast

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import (
    engine_pb2,
    engine_pb2_grpc,
    provider_pb2,
    resource_pb2,
    resource_pb2_grpc,
    source_pb2,
)

from stackwright.engine import values
from stackwright.engine.deployment import Deployment, Registration
from stackwright.engine.digests import digest
from stackwright.engine.project import Config
from stackwright.engine.sources import Sources
from stackwright.engine.transforms import Transforms
from stackwright.errors import StackwrightError
from stackwright.graph import UNKNOWN, Archive, Asset, Options, Resource, ResourceReference, Value

# What we say yes to. Hooks, state migrations and byte strings are refused by the SDK itself, with a message of its own.
_FEATURES: Final = {
    "secrets": resource_pb2.RESOURCE_MONITOR_FEATURE_SECRETS,
    "resourceReferences": resource_pb2.RESOURCE_MONITOR_FEATURE_RESOURCE_REFERENCES,
    "outputValues": resource_pb2.RESOURCE_MONITOR_FEATURE_OUTPUT_VALUES,
    "aliasSpecs": resource_pb2.RESOURCE_MONITOR_FEATURE_ALIAS_SPECS,
    "deletedWith": resource_pb2.RESOURCE_MONITOR_FEATURE_DELETED_WITH,
    "replaceWith": resource_pb2.RESOURCE_MONITOR_FEATURE_REPLACE_WITH,
    "transforms": resource_pb2.RESOURCE_MONITOR_FEATURE_TRANSFORMS,
    "invokeTransforms": resource_pb2.RESOURCE_MONITOR_FEATURE_INVOKE_TRANSFORMS,
    "parameterization": resource_pb2.RESOURCE_MONITOR_FEATURE_PARAMETERIZATION,
}


class Monitor(resource_pb2_grpc.ResourceMonitorServicer):
    """Answers the program's registrations, reads and invokes.

    Args:
        root: directory that relative asset paths start from.
        finished: set when the program has said that it registers nothing more.
    """

    def __init__(
        self, deployment: Deployment, *, root: Path, sources: Sources, config: Config, dry_run: bool, parallel: int
    ) -> None:
        self._deployment = deployment
        self._sources = sources
        self._config = config
        self._dry_run = dry_run
        self._parallel = parallel
        self._transforms = Transforms()
        self._packages: dict[str, str] = {}
        self._lock = threading.Lock()
        self._digest: Callable[[Asset | Archive], str] = lambda item: digest(item, root)

    # ---- capabilities ----------------------------------------------------------------------------------------------

    def GetDeploymentInfo(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802
        return resource_pb2.DeploymentInfo(
            project=self._deployment.project,
            stack=self._deployment.stack,
            organization="organization",
            config=self._config.values,
            configSecretKeys=sorted(self._config.secret_keys),
            dryRun=self._dry_run,
            parallel=self._parallel,
            supportedFeatures=list(_FEATURES.values()),
        )

    def SupportsFeature(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802
        return resource_pb2.SupportsFeatureResponse(hasSupport=request.id in _FEATURES)

    def RegisterPackage(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802
        name = request.parameterization.name or request.name
        with self._lock:
            reference = f"{name}@{request.parameterization.version or request.version}"
            self._packages[reference] = name
        return resource_pb2.RegisterPackageResponse(ref=reference)

    # ---- resources -------------------------------------------------------------------------------------------------

    def RegisterResource(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802
        try:
            self._transforms.apply(request)
            self._transforms.remember(request, self._deployment)
            resource = self._deployment.register(self._registration(request))
        except StackwrightError as error:
            context.abort(grpc.StatusCode.INVALID_ARGUMENT, str(error))
        return resource_pb2.RegisterResourceResponse(
            urn=resource.urn,
            id=resource.id if isinstance(resource.id, str) else "",
            object=values.encode(resource.outputs if resource.custom else {}),
        )

    def ReadResource(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802
        wanted = Registration(
            type=request.type,
            name=request.name,
            custom=True,
            inputs=values.decode(request.properties, self._digest),
            parent=request.parent,
            provider=_provider_urn(request.provider),
            version=request.version,
            dependencies=tuple(request.dependencies),
            source=self._sources.position(request),
            stack=self._sources.stack(request),
        )
        resource_id: Value = UNKNOWN if request.id in ("", values.UNKNOWN_TEXT) else request.id
        try:
            resource = self._deployment.read(wanted, resource_id)
        except StackwrightError as error:
            context.abort(grpc.StatusCode.NOT_FOUND, str(error))
        return resource_pb2.ReadResourceResponse(
            urn=resource.urn,
            id=resource.id if isinstance(resource.id, str) else "",
            properties=values.encode(resource.outputs),
        )

    def RegisterResourceOutputs(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802
        try:
            outputs = values.decode(request.outputs, self._digest)
            self._deployment.register_outputs(request.urn, outputs)
        except StackwrightError as error:
            context.abort(grpc.StatusCode.INVALID_ARGUMENT, str(error))
        return empty_pb2.Empty()

    # ---- functions -------------------------------------------------------------------------------------------------

    def Invoke(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802
        try:
            self._transforms.apply_to_invoke(request)
            args = values.decode(request.args, self._digest)
            if request.tok == "pulumi:pulumi:getResource":
                found = self._deployment.find(str(args["urn"]))
                state = {"urn": found.urn, "id": found.id, "state": found.outputs}
                return provider_pb2.InvokeResponse(**{"return": values.encode(state)})
            result = self._deployment.invoke(
                request.tok, args, _provider_urn(request.provider), request.version, self._sources.position(request)
            )
        except StackwrightError as error:
            context.abort(grpc.StatusCode.INVALID_ARGUMENT, str(error))
        return provider_pb2.InvokeResponse(**{"return": values.encode(result)})

    def Call(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802
        context.abort(
            grpc.StatusCode.UNIMPLEMENTED,
            f"{request.tok} is a method of a component that another language implements; its provider cannot run here",
        )

    # ---- hooks on the way ------------------------------------------------------------------------------------------

    def RegisterStackTransform(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802
        self._transforms.add_for_stack(request)
        return empty_pb2.Empty()

    def RegisterStackInvokeTransform(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802
        self._transforms.add_for_invokes(request)
        return empty_pb2.Empty()

    def SignalAndWaitForShutdown(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802
        # Nothing of the program's runs after this (we refuse hooks), so it may go at once.
        return empty_pb2.Empty()

    # ---- translation -----------------------------------------------------------------------------------------------

    def _registration(self, request: Any) -> Registration:
        dependencies = {key: tuple(sorted(d.urns)) for key, d in request.propertyDependencies.items()}
        timeouts = {k: getattr(request.customTimeouts, k) for k in ("create", "update", "delete")}
        return Registration(
            type=request.type,
            name=request.name,
            custom=request.custom,
            inputs=values.decode(request.object, self._digest),
            parent=request.parent,
            provider=_provider_urn(request.provider),
            version=request.version,
            dependencies=tuple(sorted(request.dependencies)),
            property_dependencies={k: v for k, v in sorted(dependencies.items()) if v},
            options=Options(
                protect=request.protect,
                retain_on_delete=request.retainOnDelete,
                delete_before_replace=request.deleteBeforeReplace,
                ignore_changes=tuple(request.ignoreChanges),
                replace_on_changes=tuple(request.replaceOnChanges),
                additional_secret_outputs=tuple(request.additionalSecretOutputs),
                aliases=self._aliases(request),
                deleted_with=request.deletedWith,
                import_id=request.importId,
                custom_timeouts={k: v for k, v in timeouts.items() if v},
            ),
            source=self._sources.position(request),
            stack=self._sources.stack(request),
        )

    def _aliases(self, request: Any) -> tuple[str, ...]:
        from stackwright.engine.aliases import resolve

        return resolve(request, self._deployment.stack, self._deployment.project)


class EngineService(engine_pb2_grpc.EngineServicer):
    """Logs and the root resource."""

    _SEVERITIES: Final[Mapping[int, Literal["debug", "info", "warning", "error"]]] = {
        engine_pb2.DEBUG: "debug",
        engine_pb2.INFO: "info",
        engine_pb2.WARNING: "warning",
        engine_pb2.ERROR: "error",
    }

    def __init__(self, deployment: Deployment) -> None:
        self._deployment = deployment
        self._root = ""

    def Log(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802
        severity = self._SEVERITIES[request.severity]
        if severity != "debug":
            self._deployment.diagnose(severity, request.message, request.urn)
        return empty_pb2.Empty()

    def GetRootResource(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802
        return engine_pb2.GetRootResourceResponse(urn=self._root)

    def SetRootResource(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802
        self._root = request.urn
        return engine_pb2.SetRootResourceResponse()

    def RequirePulumiVersion(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802
        # The range speaks of the CLI, which does not take part; the protocol is that of the installed SDK.
        return engine_pb2.RequirePulumiVersionResponse()


def _provider_urn(reference: str) -> str:
    """A provider reference is `<urn>::<id>`."""
    return reference.rpartition("::")[0]
