"""The gRPC face of a deployment: Pulumi's ResourceMonitor and Engine services, translated and nothing more."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, TypeVar, cast

import grpc
from google.protobuf import empty_pb2

from stackwright.engine.deployment import aliases
from stackwright.engine.deployment.deployment import Deployment
from stackwright.engine.deployment.events import Severity
from stackwright.engine.deployment.hooks import NoHooks
from stackwright.engine.digests import digest
from stackwright.engine.project.pulumi_yaml import Config
from stackwright.engine.protocol import requests, values
from stackwright.engine.protocol.callbacks import Callbacks, ProgramHooks
from stackwright.engine.protocol.messages import engine_pb2, engine_pb2_grpc, resource_pb2, resource_pb2_grpc
from stackwright.engine.protocol.sources import Sources
from stackwright.engine.protocol.transforms import Transforms
from stackwright.errors import Defect, ProgramError, StackwrightError
from stackwright.graph import UNKNOWN, Archive, Asset, Resource, Unknown

# What we say yes to: the name that older SDKs ask for, and the number that newer ones are told. The rest (state
# migrations, byte strings) the SDK refuses by itself.
_FEATURES: Final = {
    "secrets": resource_pb2.RESOURCE_MONITOR_FEATURE_SECRETS,
    "resourceReferences": resource_pb2.RESOURCE_MONITOR_FEATURE_RESOURCE_REFERENCES,
    "outputValues": resource_pb2.RESOURCE_MONITOR_FEATURE_OUTPUT_VALUES,
    "aliasSpecs": resource_pb2.RESOURCE_MONITOR_FEATURE_ALIAS_SPECS,
    "replacementTrigger": resource_pb2.RESOURCE_MONITOR_FEATURE_REPLACEMENT_TRIGGER,
    "deletedWith": resource_pb2.RESOURCE_MONITOR_FEATURE_DELETED_WITH,
    "replaceWith": resource_pb2.RESOURCE_MONITOR_FEATURE_REPLACE_WITH,
    "transforms": resource_pb2.RESOURCE_MONITOR_FEATURE_TRANSFORMS,
    "invokeTransforms": resource_pb2.RESOURCE_MONITOR_FEATURE_INVOKE_TRANSFORMS,
    "parameterization": resource_pb2.RESOURCE_MONITOR_FEATURE_PARAMETERIZATION,
    "resourceHooks": resource_pb2.RESOURCE_MONITOR_FEATURE_RESOURCE_HOOKS,
    "errorHooks": resource_pb2.RESOURCE_MONITOR_FEATURE_ERROR_HOOKS,
    "invokeDependsOn": resource_pb2.RESOURCE_MONITOR_FEATURE_INVOKE_DEPENDS_ON,
}


_Handler = TypeVar("_Handler", bound=Callable[..., Any])


class _RefusedError(Exception):
    """Ends a request with a status."""

    def __init__(self, code: grpc.StatusCode, details: str) -> None:
        super().__init__(details)
        self.code = code
        self.details = details


def _answering(answer: _Handler) -> _Handler:
    """A request's handler: an error ends the request, and with it the program; the user sees the deployment's record.

    Without this, gRPC would hand an unforeseen exception to the program, and its traceback to nobody.
    """

    @functools.wraps(answer)
    def handler(self: Any, request: Any, context: grpc.ServicerContext) -> Any:
        try:
            return answer(self, request, context)
        except _RefusedError as refusal:
            code, details = refusal.code, refusal.details
        except StackwrightError as error:
            code, details = grpc.StatusCode.INVALID_ARGUMENT, self.keep(error)
        except Exception as error:  # noqa: BLE001 - becomes a defect with its traceback
            defect = Defect.of(error, f"the engine's answer to {answer.__name__}")
            code, details = grpc.StatusCode.INTERNAL, self.keep(defect)
        context.abort(code, details)
        raise AssertionError("abort has raised")

    return cast("_Handler", handler)


class _Servicer:
    def __init__(self, deployment: Deployment) -> None:
        self._deployment = deployment

    def keep(self, error: StackwrightError) -> str:
        """Record a failure of the run; the error in one line."""
        if error not in self._deployment.failures and not self._deployment.waiting.has_given_up:
            self._deployment.failures.append(error)
        return f"{error.what} {error.fix}".rstrip()


class Monitor(_Servicer, resource_pb2_grpc.ResourceMonitorServicer):
    """Answers the program's registrations, reads and invokes.

    Args:
        root: directory that relative asset paths start from.
        missing_files: assets that are not there have no digest, instead of being an error.
    """

    def __init__(
        self,
        deployment: Deployment,
        *,
        root: Path,
        sources: Sources,
        config: Config,
        dry_run: bool,
        parallel: int,
        missing_files: bool = False,
    ) -> None:
        super().__init__(deployment)
        self._root = root
        self._missing_files = missing_files
        self._sources = sources
        self._config = config
        self._dry_run = dry_run
        self._parallel = parallel
        self._callbacks = Callbacks()
        self._transforms = Transforms(self._callbacks)
        self._hooks = ProgramHooks(self._callbacks, deployment, dry_run=dry_run)
        deployment.use_hooks(self._hooks)

    def close(self) -> None:
        """The program is gone."""
        self._deployment.use_hooks(NoHooks())
        self._callbacks.close()

    # ---- capabilities ----------------------------------------------------------------------------------------------

    @_answering
    def GetDeploymentInfo(self, request: Any, context: grpc.ServicerContext) -> Any:
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

    @_answering
    def SupportsFeature(self, request: Any, context: grpc.ServicerContext) -> Any:
        return resource_pb2.SupportsFeatureResponse(hasSupport=request.id in _FEATURES)

    @_answering
    def RegisterPackage(self, request: Any, context: grpc.ServicerContext) -> Any:
        name = request.parameterization.name or request.name
        version = request.parameterization.version or request.version
        return resource_pb2.RegisterPackageResponse(ref=f"{name}@{version}")

    # ---- resources -------------------------------------------------------------------------------------------------

    @_answering
    def RegisterResource(self, request: Any, context: grpc.ServicerContext) -> Any:
        self._transforms.apply(request)
        self._transforms.remember(request, self._deployment)
        parent_aliases = self._deployment.former_urns(request.parent)
        former = aliases.resolve(request, self._deployment.stack, self._deployment.project, parent_aliases)
        wanted = requests.registration(request, self._digest, self._sources, former)
        resource = self._deployment.register(wanted)
        return resource_pb2.RegisterResourceResponse(
            urn=resource.urn,
            id=_known_id(resource),
            object=values.encode(resource.outputs if request.custom or request.remote else {}),
            unknown=resource.id is UNKNOWN,
        )

    @_answering
    def ReadResource(self, request: Any, context: grpc.ServicerContext) -> Any:
        wanted = requests.look_up(request, self._digest, self._sources)
        resource_id = UNKNOWN if request.id in ("", values.UNKNOWN_TEXT) else str(request.id)
        resource = self._deployment.read(wanted, resource_id)
        return resource_pb2.ReadResourceResponse(
            urn=resource.urn,
            id=_known_id(resource),
            properties=values.encode(resource.outputs),
            unknown=resource.id is UNKNOWN,
        )

    @_answering
    def ExistsResource(self, request: Any, context: grpc.ServicerContext) -> Any:
        why = f"whether a {request.type} exists cannot be asked without AWS; use `.get()`"
        raise _RefusedError(grpc.StatusCode.UNIMPLEMENTED, why)

    @_answering
    def RegisterResourceOutputs(self, request: Any, context: grpc.ServicerContext) -> Any:
        self._deployment.register_outputs(request.urn, values.decode(request.outputs, self._digest))
        return empty_pb2.Empty()

    # ---- functions -------------------------------------------------------------------------------------------------

    @_answering
    def Invoke(self, request: Any, context: grpc.ServicerContext) -> Any:
        try:
            if any(self._deployment.is_pending(urn) for urn in request.dependsOn):
                return resource_pb2.ResourceInvokeResponse(unknown=True)
            self._transforms.apply_to_invoke(request)
            args = values.marked(values.decode(request.args, self._digest))
            if request.tok == "pulumi:pulumi:getResource":
                found = self._deployment.find(str(args["urn"]))
                result = {"urn": found.urn, "id": _known_id(found), "state": found.outputs}
            else:
                provider = requests.provider_urn(request.provider)
                declared = list(getattr(request, "dependsOn", ()))
                result = self._deployment.invoke(request.tok, args, provider, request.version, declared)
        except StackwrightError as error:
            # No failure of the run yet: the program may catch the exception.
            raise _RefusedError(grpc.StatusCode.INVALID_ARGUMENT, f"{error.what} {error.fix}".rstrip()) from error
        response = resource_pb2.ResourceInvokeResponse()
        getattr(response, "return").CopyFrom(values.encode(result))
        return response

    @_answering
    def Call(self, request: Any, context: grpc.ServicerContext) -> Any:
        why = f"{request.tok} is a method that a package's plugin implements, and plugins do not run here"
        raise _RefusedError(grpc.StatusCode.UNIMPLEMENTED, why)

    # ---- functions of the program ----------------------------------------------------------------------------------

    @_answering
    def RegisterStackTransform(self, request: Any, context: grpc.ServicerContext) -> Any:
        self._transforms.add_for_stack(request)
        return empty_pb2.Empty()

    @_answering
    def RegisterStackInvokeTransform(self, request: Any, context: grpc.ServicerContext) -> Any:
        self._transforms.add_for_invokes(request)
        return empty_pb2.Empty()

    @_answering
    def RegisterResourceHook(self, request: Any, context: grpc.ServicerContext) -> Any:
        self._hooks.add(request)
        return empty_pb2.Empty()

    @_answering
    def RegisterErrorHook(self, request: Any, context: grpc.ServicerContext) -> Any:
        self._hooks.add_error_hook(request)
        return empty_pb2.Empty()

    @_answering
    def SignalAndWaitForShutdown(self, request: Any, context: grpc.ServicerContext) -> Any:
        # The program has registered all it has and ends when this returns; hooks of what is to go need it alive.
        if not self._dry_run and not self._deployment.failures and self._deployment.has_delete_hooks():
            try:
                self._deployment.finish()
            except StackwrightError as error:
                self._deployment.failures.append(error)
        return empty_pb2.Empty()

    # ---- helpers ---------------------------------------------------------------------------------------------------

    def _digest(self, item: Asset | Archive) -> str:
        try:
            return digest(item, self._root)
        except ProgramError:
            if not self._missing_files:
                raise
            return ""


class EngineService(_Servicer, engine_pb2_grpc.EngineServicer):
    """Logs and the root resource."""

    _SEVERITIES: Final[Mapping[int, Severity]] = {
        engine_pb2.DEBUG: "debug",
        engine_pb2.INFO: "info",
        engine_pb2.WARNING: "warning",
        engine_pb2.ERROR: "error",
    }

    def __init__(self, deployment: Deployment) -> None:
        super().__init__(deployment)
        self._root = ""

    @_answering
    def Log(self, request: Any, context: grpc.ServicerContext) -> Any:
        severity = self._SEVERITIES[request.severity]
        # The SDK reports its own doings at level debug.
        if severity != "debug":
            self._deployment.diagnose(severity, request.message, request.urn)
        return empty_pb2.Empty()

    @_answering
    def GetRootResource(self, request: Any, context: grpc.ServicerContext) -> Any:
        return engine_pb2.GetRootResourceResponse(urn=self._root)

    @_answering
    def SetRootResource(self, request: Any, context: grpc.ServicerContext) -> Any:
        self._root = request.urn
        return engine_pb2.SetRootResourceResponse()

    @_answering
    def RequirePulumiVersion(self, request: Any, context: grpc.ServicerContext) -> Any:
        # The range speaks of the CLI, which does not take part; the protocol is that of the installed SDK.
        return engine_pb2.RequirePulumiVersionResponse()


def _known_id(resource: Resource) -> str:
    return "" if isinstance(resource.id, Unknown) else resource.id
