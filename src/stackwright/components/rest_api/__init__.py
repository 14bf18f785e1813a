"""A regional REST API: routes to functions, errors of one shape, access log, throttling."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Final

import pulumi
from pulumi_aws import apigateway

from .. import limits, names
from ..component import Component, Transform
from ..errors import ComponentError
from ..json_text import json_text
from ..key import Key
from ..log_group import log_group
from .access_log import ACCESS_LOG_FORMAT, account_role
from .cors import Cors
from .errors import gateway_responses
from .mocks import Mock, declare_mock, health, method_not_allowed, preflight
from .routes import Method, Route, all_paths, methods_of, path_role
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


class RestApi(Component):
    """A REST API with one stage, named after the environment.

    Every path answers OPTIONS, and 405 to methods without a route; an unknown path is 404. Each route has its own
    permission to invoke its function, limited to stage, method and path. Each function is told the headers for browsers
    (variables CORS_ORIGIN, CORS_HEADERS and CORS_METHODS), so that its answers have the same.
    https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-rest-api.html

    Args:
        routes: routes by `METHOD /path`, with path parameters in braces.
        health_path: path whose GET is answered by the gateway alone.
        cors: who may call from a browser.
        error_messages: by gateway response type, such as REQUEST_TOO_LARGE, what to say in place of the general
            message.
        throttle_rate: requests per second that each method takes, 0..10,000.
        throttle_burst: requests that may come at once, 0..5,000.
        api_key_required: whether callers of the functions need an API key of the usage plan.
        tracing: whether X-Ray traces are written.
        log_retention_days: how long access log lines are kept, one of LOG_RETENTION_DAYS.
        log_key: customer-managed key of the access log.
        manage_account_role: whether to set the role with which API Gateway writes logs, one per account and region. The
            stage cannot be made while the account has none. The role outlives the stack, as other APIs may need it.
        transform: changes to inner resources by role, see `Component`.

    Raises:
        ComponentError: a route is malformed, or its schema uses what API Gateway does not know; there is no such
            gateway response; a number is out of its range.
    """

    url: pulumi.Output[str]
    api_id: pulumi.Output[str]
    api_name: pulumi.Output[str]
    stage_name: str

    def __init__(
        self,
        name: str,
        *,
        routes: Mapping[str, Route],
        health_path: str = "/health",
        cors: Cors = Cors(),
        error_messages: Mapping[str, str] | None = None,
        throttle_rate: float = 1000,
        throttle_burst: int = 200,
        api_key_required: bool = False,
        tracing: bool = True,
        log_retention_days: int = 7,
        log_key: Key | None = None,
        manage_account_role: bool = False,
        transform: Mapping[str, Transform] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        limits.API_RATE.check(name, "throttle_rate", throttle_rate)
        limits.API_BURST.check(name, "throttle_burst", throttle_burst)
        methods = methods_of(name, routes)
        super().__init__("RestApi", name, transform=transform, opts=opts)

        self.stage_name = self.environment.name
        self._cors = cors
        self._key_required = api_key_required
        self.rest_api = apigateway.RestApi(
            f"{name}-api",
            name=self.environment.physical_name(name, names.API),
            endpoint_configuration=apigateway.RestApiEndpointConfigurationArgs(types="REGIONAL"),
            opts=self.inside(),
        )
        self._declare_paths([*(method.path for method in methods), health_path])
        parts: list[pulumi.Resource] = [self._declare_method(method) for method in methods]
        parts += self._declare_mocks(methods, health_path)
        parts += gateway_responses(self, self.rest_api, self._cors, error_messages or {})
        deployment = self._deploy(parts)
        group = f"/aws/apigateway/{self.environment.physical_name(name, names.API)}"
        self.logs = log_group(self, "logs", group, log_retention_days, log_key)
        account = [account_role(self)] if manage_account_role else []
        self.stage = apigateway.Stage(
            f"{name}-stage",
            rest_api=self.rest_api.id,
            deployment=deployment.id,
            stage_name=self.stage_name,
            xray_tracing_enabled=tracing,
            access_log_settings=apigateway.StageAccessLogSettingsArgs(
                destination_arn=self.logs.arn, format=ACCESS_LOG_FORMAT
            ),
            opts=self.inside(depends_on=account),
        )
        plan = self._limit(throttle_rate, throttle_burst)
        self.key = api_key(self, plan) if api_key_required else None
        for method in methods:
            self._permit(method)
            for variable, value in self._cors.variables.items():
                method.route.function.variables.set(variable, value)
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

    def _declare_method(self, method: Method) -> apigateway.Integration:
        declared = apigateway.Method(
            f"{self.label}-{method.role}-method",
            rest_api=self.rest_api.id,
            resource_id=self._resource_ids[method.path],
            http_method=method.http_method,
            authorization="NONE",
            api_key_required=self._key_required,
            request_models=self._model(method),
            request_parameters=_request_parameters(method) or None,
            request_validator_id=self._validator(method),
            opts=self.inside(),
        )
        return apigateway.Integration(
            f"{self.label}-{method.role}-integration",
            rest_api=self.rest_api.id,
            resource_id=self._resource_ids[method.path],
            http_method=declared.http_method,
            type="AWS_PROXY",
            integration_http_method="POST",
            uri=method.route.function.invoke_arn,
            opts=self.inside(),
        )

    def _model(self, method: Method) -> Mapping[str, pulumi.Input[str]] | None:
        schema = method.route.body
        if schema is None:
            return None
        model = apigateway.Model(
            f"{self.label}-{method.role}-model",
            rest_api=self.rest_api.id,
            name=method.model_name,
            content_type="application/json",
            schema=json.dumps({"$schema": "http://json-schema.org/draft-04/schema#", **schema}),
            opts=self.inside(),
        )
        return {"application/json": model.name}

    def _validator(self, method: Method) -> pulumi.Output[str] | None:
        body = method.route.body is not None and method.route.body_checked_by == "gateway"
        parameters = any(method.route.query.values())
        if not body and not parameters:
            return None
        validator = apigateway.RequestValidator(
            f"{self.label}-{method.role}-validator",
            rest_api=self.rest_api.id,
            name=method.role,
            validate_request_body=body,
            validate_request_parameters=parameters,
            opts=self.inside(),
        )
        return validator.id

    def _declare_mocks(self, methods: Sequence[Method], health_path: str) -> list[pulumi.Resource]:
        allowed = {path: [m.http_method for m in methods if m.path == path] for path in {m.path for m in methods}}
        if "GET" in allowed.get(health_path, []):
            raise ComponentError(f"{self.label}: GET {health_path} is a route and the health check", fix="rename one")
        allowed.setdefault(health_path, []).append("GET")
        mocks: list[tuple[str, Mock]] = [(health_path, health(self._cors))]
        for path in sorted(allowed):
            mocks.append((path, preflight(self._cors)))
            mocks.append((path, method_not_allowed(self._cors, allowed[path])))
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

    def _limit(self, rate: float, burst: int) -> apigateway.UsagePlan:
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

    def _permit(self, method: Method) -> None:
        source = pulumi.Output.concat(self.rest_api.execution_arn, f"/{self.stage_name}/{method.permission_path}")
        method.route.function.accept(self, f"{method.role}-permission", "apigateway.amazonaws.com", source)


def _request_parameters(method: Method) -> dict[str, bool]:
    path = {f"method.request.path.{name}": True for name in method.parameters}
    query = {f"method.request.querystring.{name}": needed for name, needed in method.route.query.items()}
    return {**path, **query}
