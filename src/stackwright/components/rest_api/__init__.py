"""A regional REST API: routes to functions, one shape of errors, logs, limits, a stage that follows every change."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Final, NotRequired

import pulumi
from pulumi_aws import apigateway

from .. import limits, names
from ..component import Component, ComponentArgs
from ..errors import ComponentError
from ..json_text import json_text
from ..key import Key
from ..log_group import log_group
from .access_log import ACCESS_LOG_FORMAT, account_role
from .cors import Cors
from .errors import gateway_responses
from .mocks import Mock, declare_mock, health, method_not_allowed, preflight
from .routes import Route, RouteArgs, all_paths, parse_routes, path_role
from .usage import api_key, usage_plan

_DEPLOYED: Final = (
    "aws:apigateway/resource:Resource",
    "aws:apigateway/method:Method",
    "aws:apigateway/methodResponse:MethodResponse",
    "aws:apigateway/integration:Integration",
    "aws:apigateway/integrationResponse:IntegrationResponse",
    "aws:apigateway/model:Model",
    "aws:apigateway/requestValidator:RequestValidator",
    "aws:apigateway/response:Response",
)


class RestApiArgs(ComponentArgs):
    """Arguments of a RestApi."""

    routes: Mapping[str, RouteArgs]
    """Routes by `METHOD /path`, with path parameters in braces."""
    health_path: NotRequired[str]
    """Path whose GET is answered by the gateway alone; default `/health`."""
    cors: NotRequired[Cors]
    """Who may call from a browser; default everybody."""
    error_messages: NotRequired[Mapping[str, str]]
    """By gateway response type, such as REQUEST_TOO_LARGE, what to say in place of the general message."""
    throttle_rate: NotRequired[float]
    """Requests per second that each method takes; default 1,000."""
    throttle_burst: NotRequired[int]
    """Requests that may come at once; default 200."""
    api_key_required: NotRequired[bool]
    """Whether callers of the functions need an API key of the usage plan; default False."""
    tracing: NotRequired[bool]
    """Whether X-Ray traces are written; default True."""
    log_retention_days: NotRequired[int]
    """How long access log lines are kept; default 7."""
    log_key: NotRequired[Key | None]
    """Customer-managed key of the access log."""
    manage_account_role: NotRequired[bool]
    """Whether to set the role with which API Gateway writes logs, one per account and region; default False.

    The stage cannot be made while the account has none. The role outlives the stack, as other APIs may need it.
    """


class RestApi(Component):
    """A REST API with one stage, named after the environment.

    Every path answers OPTIONS, and 405 to methods without a route; an unknown path is 404. Each route has its own
    permission to invoke its function, limited to stage, method and path. Each function is told the headers for browsers
    (variables CORS_ORIGIN, CORS_HEADERS and CORS_METHODS), so that its answers have the same.
    https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-rest-api.html
    """

    url: pulumi.Output[str]
    api_id: pulumi.Output[str]
    api_name: pulumi.Output[str]
    stage_name: str

    def __init__(self, name: str, args: RestApiArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        limits.API_RATE.check(name, "throttle_rate", args.get("throttle_rate"))
        limits.API_BURST.check(name, "throttle_burst", args.get("throttle_burst"))
        routes = parse_routes(name, args["routes"])
        super().__init__("RestApi", name, args, opts)

        self.stage_name = self.environment.name
        self._cors = args.get("cors", Cors())
        self._key_required = args.get("api_key_required", False)
        self.rest_api = apigateway.RestApi(
            f"{name}-api",
            name=self.environment.physical_name(name, names.ALARM),
            endpoint_configuration=apigateway.RestApiEndpointConfigurationArgs(types="REGIONAL"),
            opts=self.inside(),
        )
        health_path = args.get("health_path", "/health")
        self._declare_paths([*(route.path for route in routes), health_path])
        parts: list[pulumi.Resource] = [self._declare_route(route) for route in routes]
        parts += self._declare_mocks(routes, health_path)
        parts += gateway_responses(self, self.rest_api, self._cors, args.get("error_messages", {}))
        self.stage = self._declare_stage(args, self._deploy(parts))
        plan = self._limit(args)
        self.key = api_key(self, plan) if self._key_required else None
        for route in routes:
            self._permit(route)
            for name, value in self._cors.variables.items():
                route.args["function"].variables.set(name, value)
        self.url = self.stage.invoke_url
        self.api_id = self.rest_api.id
        self.api_name = self.rest_api.name
        self.finish(url=self.url, api_id=self.api_id, api_name=self.api_name, stage_name=self.stage_name)

    def _declare_paths(self, paths: Sequence[str]) -> None:
        self._resource_ids: dict[str, pulumi.Output[str]] = {"/": self.rest_api.root_resource_id}
        for path in all_paths(paths):
            parent, _, part = path.rpartition("/")
            resource = apigateway.Resource(
                f"{self.label}-{path_role(path)}",
                rest_api=self.rest_api.id,
                parent_id=self._resource_ids[parent or "/"],
                path_part=part,
                opts=self.inside(),
            )
            self._resource_ids[path] = resource.id

    def _declare_route(self, route: Route) -> apigateway.Integration:
        function = route.args["function"]
        method = apigateway.Method(
            f"{self.label}-{route.role}-method",
            rest_api=self.rest_api.id,
            resource_id=self._resource_ids[route.path],
            http_method=route.method,
            authorization="NONE",
            api_key_required=self._key_required,
            request_models=self._model(route),
            request_parameters=_request_parameters(route) or None,
            request_validator_id=self._validator(route),
            opts=self.inside(),
        )
        return apigateway.Integration(
            f"{self.label}-{route.role}-integration",
            rest_api=self.rest_api.id,
            resource_id=self._resource_ids[route.path],
            http_method=method.http_method,
            type="AWS_PROXY",
            integration_http_method="POST",
            uri=function.invoke_arn,
            opts=self.inside(),
        )

    def _model(self, route: Route) -> Mapping[str, pulumi.Input[str]] | None:
        schema = route.args.get("body")
        if schema is None:
            return None
        model = apigateway.Model(
            f"{self.label}-{route.role}-model",
            rest_api=self.rest_api.id,
            name=route.model_name,
            content_type="application/json",
            schema=json.dumps({"$schema": "http://json-schema.org/draft-04/schema#", **schema}),
            opts=self.inside(),
        )
        return {"application/json": model.name}

    def _validator(self, route: Route) -> pulumi.Output[str] | None:
        body = "body" in route.args and route.args.get("body_checked_by", "gateway") == "gateway"
        parameters = any(route.args.get("query", {}).values())
        if not body and not parameters:
            return None
        validator = apigateway.RequestValidator(
            f"{self.label}-{route.role}-validator",
            rest_api=self.rest_api.id,
            name=route.role,
            validate_request_body=body,
            validate_request_parameters=parameters,
            opts=self.inside(),
        )
        return validator.id

    def _declare_mocks(self, routes: Sequence[Route], health_path: str) -> list[pulumi.Resource]:
        methods = {path: [r.method for r in routes if r.path == path] for path in {r.path for r in routes}}
        if "GET" in methods.get(health_path, []):
            raise ComponentError(f"{self.label}: GET {health_path} is a route and the health check", fix="rename one")
        methods.setdefault(health_path, []).append("GET")
        mocks: list[tuple[str, Mock]] = [(health_path, health(self._cors))]
        for path in sorted(methods):
            mocks.append((path, preflight(self._cors)))
            mocks.append((path, method_not_allowed(self._cors, methods[path])))
        return [
            declare_mock(
                self, f"{mock.http_method.lower()}-{path_role(path)}", self.rest_api, self._resource_ids[path], mock
            )
            for path, mock in mocks
        ]

    def _deploy(self, parts: Sequence[pulumi.Resource]) -> apigateway.Deployment:
        # API Gateway serves a snapshot. The hash covers the inputs of all that is in it, as they are after transforms.
        definition = [[role, props] for kind, role, props in self.declared if kind in _DEPLOYED]
        digest = json_text(definition).apply(lambda text: hashlib.sha256(text.encode()).hexdigest())
        return apigateway.Deployment(
            f"{self.label}-deployment",
            rest_api=self.rest_api.id,
            triggers={"definition": digest},
            opts=self.inside(depends_on=parts),
        )

    def _declare_stage(self, args: RestApiArgs, deployment: apigateway.Deployment) -> apigateway.Stage:
        group = f"/aws/apigateway/{self.environment.physical_name(self.label, names.ALARM)}"
        self.logs = log_group(self, "logs", group, args.get("log_retention_days", 7), args.get("log_key"))
        account = [account_role(self)] if args.get("manage_account_role", False) else []
        return apigateway.Stage(
            f"{self.label}-stage",
            rest_api=self.rest_api.id,
            deployment=deployment.id,
            stage_name=self.stage_name,
            xray_tracing_enabled=args.get("tracing", True),
            access_log_settings=apigateway.StageAccessLogSettingsArgs(
                destination_arn=self.logs.arn, format=ACCESS_LOG_FORMAT
            ),
            opts=self.inside(depends_on=account),
        )

    def _limit(self, args: RestApiArgs) -> apigateway.UsagePlan:
        rate, burst = args.get("throttle_rate", 1000), args.get("throttle_burst", 200)
        apigateway.MethodSettings(
            f"{self.label}-settings",
            rest_api=self.rest_api.id,
            stage_name=self.stage.stage_name,
            method_path="*/*",
            settings=apigateway.MethodSettingsSettingsArgs(
                metrics_enabled=True,
                data_trace_enabled=False,
                throttling_rate_limit=rate,
                throttling_burst_limit=burst,
            ),
            opts=self.inside(),
        )
        return usage_plan(self, self.stage, rate, burst)

    def _permit(self, route: Route) -> None:
        source = pulumi.Output.concat(self.rest_api.execution_arn, f"/{self.stage_name}/{route.permission_path}")
        route.args["function"].accept(self, f"{route.role}-permission", "apigateway.amazonaws.com", source)


def _request_parameters(route: Route) -> dict[str, bool]:
    path = {f"method.request.path.{name}": True for name in route.parameters}
    query = {f"method.request.querystring.{name}": needed for name, needed in route.args.get("query", {}).items()}
    return {**path, **query}
