"""Imports an OpenAPI document into a REST API, call by call: the emulator has no PutRestApi.

Read are swagger 2.0 and OpenAPI 3.0 with API Gateway's extensions.
https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions.html
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

import yaml

from stackwright.errors import ResourceError
from stackwright.provider.aws import Client, ignoring
from stackwright.provider.services._shapes import present
from stackwright.provider.services.apigateway.common import GONE
from stackwright.provider.services.apigateway.patching import Operation, changes

_X: Final = "x-amazon-apigateway-"
_ANY: Final = f"{_X}any-method"
_METHODS: Final = ("get", "put", "post", "delete", "options", "head", "patch", _ANY)
_IN: Final = {"query": "querystring", "header": "header", "path": "path"}
_AUTHORIZERS: Final = {"token": "CUSTOM", "request": "CUSTOM", "cognito_user_pools": "COGNITO_USER_POOLS"}
_INTEGRATION: Final = (
    "uri",
    "credentials",
    "requestTemplates",
    "requestParameters",
    "passthroughBehavior",
    "timeoutInMillis",
    "contentHandling",
    "connectionType",
    "cacheKeyParameters",
)


def clear(apigateway: Client, api: str) -> None:
    """Take away every path of the API and every method on its root, as an import in `overwrite` mode does first."""
    resources = apigateway.get_resources(restApiId=api, limit=500)["items"]
    for resource in sorted(resources, key=lambda r: -r["path"].count("/")):
        if resource["path"] != "/":
            _quietly(apigateway.delete_resource, restApiId=api, resourceId=resource["id"])
            continue
        for method in resource.get("resourceMethods") or {}:
            _quietly(apigateway.delete_method, restApiId=api, resourceId=resource["id"], httpMethod=method)


def _quietly(call: Any, **parameters: Any) -> None:
    ignoring(GONE, lambda: call(**parameters))


def load(apigateway: Client, api: str, body: str) -> None:
    """Bring what the document describes into the API.

    Raises:
        ResourceError: the body is no OpenAPI document.
    """
    try:
        document = yaml.safe_load(body)
    except yaml.YAMLError as error:
        raise ResourceError(f"the body of the REST API is neither JSON nor YAML: {error}") from error
    if not isinstance(document, dict) or not isinstance(document.get("paths", {}), dict):
        raise ResourceError("the body of the REST API is no OpenAPI document", fix="It needs an object `paths`.")
    _Import(apigateway, api, document).run()


class _Import:
    def __init__(self, apigateway: Client, api: str, document: Mapping[str, Any]) -> None:
        self._apigateway = apigateway
        self._api = api
        self._document = document
        self._ids: dict[str, str] = {}
        self._authorization: dict[str, dict[str, Any]] = {}
        self._validators: dict[str, str] = {}

    def run(self) -> None:
        found = self._apigateway.get_resources(restApiId=self._api, limit=500)["items"]
        self._ids = {resource["path"]: resource["id"] for resource in found}
        self._settings()
        self._models()
        self._gateway_responses()
        self._security_schemes()
        self._request_validators()
        for path, item in (self._document.get("paths") or {}).items():
            resource = self._resource(path)
            shared = item.get("parameters") or []
            for key in _METHODS:
                if key in item:
                    self._operation(resource, "ANY" if key == _ANY else key.upper(), item[key] or {}, shared)

    def _settings(self) -> None:
        operations: list[Operation] = []
        before = self._apigateway.get_rest_api(restApiId=self._api)
        for key, attribute in (
            ("binary-media-types", "binaryMediaTypes"),
            ("api-key-source", "apiKeySource"),
            ("policy", "policy"),
        ):
            value = self._document.get(_X + key)
            if value is not None:
                wanted = json.dumps(value) if attribute == "policy" else value
                operations += changes(attribute, before.get(attribute), wanted)
        if operations:
            self._apigateway.update_rest_api(restApiId=self._api, patchOperations=operations)

    def _models(self) -> None:
        components: Mapping[str, Any] = self._document.get("components") or {}
        schemas = self._document.get("definitions") or components.get("schemas") or {}
        for name, schema in schemas.items():
            text = json.dumps(_with_model_references(schema, self._api))
            _quietly(self._apigateway.delete_model, restApiId=self._api, modelName=name)
            self._apigateway.create_model(restApiId=self._api, name=name, contentType="application/json", schema=text)

    def _gateway_responses(self) -> None:
        for kind, response in (self._document.get(f"{_X}gateway-responses") or {}).items():
            parameters = dict(response)
            if "statusCode" in parameters:
                parameters["statusCode"] = str(parameters["statusCode"])
            self._apigateway.put_gateway_response(restApiId=self._api, responseType=kind, **parameters)

    def _security_schemes(self) -> None:
        components: Mapping[str, Any] = self._document.get("components") or {}
        schemes = self._document.get("securityDefinitions") or components.get("securitySchemes") or {}
        for name, scheme in schemes.items():
            authorizer = scheme.get(f"{_X}authorizer")
            if authorizer:
                self._authorization[name] = self._authorizer(name, scheme, authorizer)
            elif str(scheme.get(f"{_X}authtype", "")).lower() == "awssigv4":
                self._authorization[name] = {"authorizationType": "AWS_IAM"}
            elif scheme.get("type") == "apiKey" and str(scheme.get("name", "")).lower() == "x-api-key":
                self._authorization[name] = {"apiKeyRequired": True}

    def _authorizer(self, name: str, scheme: Mapping[str, Any], extension: Mapping[str, Any]) -> dict[str, Any]:
        kind = str(extension["type"]).lower()
        if kind not in _AUTHORIZERS:
            raise ResourceError(f"the security scheme {name!r} has an authorizer of the unknown type {kind!r}")
        where = _IN.get(str(scheme.get("in", "header")), "header")
        source = f"method.request.{where}.{scheme.get('name', 'Authorization')}"
        keys = ("authorizerUri", "authorizerCredentials", "identityValidationExpression")
        more = {k: extension[k] for k in (*keys, "authorizerResultTtlInSeconds", "providerARNs") if k in extension}
        made = self._apigateway.create_authorizer(
            restApiId=self._api,
            name=name,
            type=kind.upper(),
            identitySource=extension.get("identitySource", source),
            **more,
        )
        return {"authorizationType": _AUTHORIZERS[kind], "authorizerId": made["id"]}

    def _request_validators(self) -> None:
        for name, flags in (self._document.get(f"{_X}request-validators") or {}).items():
            made = self._apigateway.create_request_validator(
                restApiId=self._api,
                name=name,
                validateRequestBody=bool(flags.get("validateRequestBody")),
                validateRequestParameters=bool(flags.get("validateRequestParameters")),
            )
            self._validators[name] = made["id"]

    def _resource(self, path: str) -> str:
        parent = "/"
        for part in path.strip("/").split("/") if path != "/" else []:
            child = f"{parent.rstrip('/')}/{part}"
            if child not in self._ids:
                made = self._apigateway.create_resource(restApiId=self._api, parentId=self._ids[parent], pathPart=part)
                self._ids[child] = made["id"]
            parent = child
        return self._ids[parent]

    def _operation(self, resource: str, method: str, operation: Mapping[str, Any], shared: list[Any]) -> None:
        place = {"restApiId": self._api, "resourceId": resource, "httpMethod": method}
        validator = operation.get(f"{_X}request-validator", self._document.get(f"{_X}request-validator"))
        self._apigateway.put_method(
            **place,
            **self._security(operation),
            operationName=operation.get("operationId", ""),
            requestParameters=dict(self._parameters([*shared, *(operation.get("parameters") or [])])),
            requestModels=dict(self._request_models(operation)),
            **present(requestValidatorId=self._validators.get(str(validator))),
        )
        for status, response in (operation.get("responses") or {}).items():
            if str(status).isdigit():
                names = self._resolved(response).get("headers") or {}
                self._apigateway.put_method_response(
                    **place,
                    statusCode=str(status),
                    responseParameters={f"method.response.header.{name}": False for name in names},
                )
        integration = operation.get(f"{_X}integration")
        if integration:
            self._integration(place, integration)

    def _integration(self, place: Mapping[str, str], integration: Mapping[str, Any]) -> None:
        settings = {k: integration[k] for k in _INTEGRATION if integration.get(k) is not None}
        if "passthroughBehavior" in settings:
            settings["passthroughBehavior"] = str(settings["passthroughBehavior"]).upper()
        self._apigateway.put_integration(
            **place,
            type=str(integration["type"]).upper(),
            **present(integrationHttpMethod=integration.get("httpMethod")),
            **settings,
        )
        for pattern, response in (integration.get("responses") or {}).items():
            keys = ("responseParameters", "responseTemplates", "contentHandling")
            self._apigateway.put_integration_response(
                **place,
                statusCode=str(response["statusCode"]),
                selectionPattern="" if pattern == "default" else str(pattern),
                **{k: response[k] for k in keys if response.get(k) is not None},
            )

    def _security(self, operation: Mapping[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = {"authorizationType": "NONE"}
        for requirement in operation.get("security", self._document.get("security")) or []:
            for name, scopes in requirement.items():
                found.update(self._authorization.get(name, {}))
                if scopes:
                    found["authorizationScopes"] = list(scopes)
        return found

    def _parameters(self, parameters: list[Any]) -> Iterator[tuple[str, bool]]:
        for parameter in map(self._resolved, parameters):
            where = _IN.get(str(parameter.get("in")))
            if where:
                yield f"method.request.{where}.{parameter['name']}", bool(parameter.get("required"))

    def _request_models(self, operation: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        bodies = [p for p in map(self._resolved, operation.get("parameters") or []) if p.get("in") == "body"]
        kinds = operation.get("consumes") or self._document.get("consumes") or ["application/json"]
        schemas = [(kind, body.get("schema")) for body in bodies for kind in kinds]
        content = self._resolved(operation.get("requestBody") or {}).get("content") or {}
        schemas += [(kind, media.get("schema")) for kind, media in content.items()]
        for kind, schema in schemas:
            if schema and "$ref" in schema:
                yield kind, schema["$ref"].rpartition("/")[2]

    def _resolved(self, part: Mapping[str, Any]) -> Mapping[str, Any]:
        """The part, or what it refers to in this document."""
        reference = part.get("$ref")
        if not isinstance(reference, str) or not reference.startswith("#/"):
            return part
        found: Any = self._document
        for key in reference.removeprefix("#/").split("/"):
            if key not in found:
                raise ResourceError(f"the body of the REST API refers to {reference}, which it does not have")
            found = found[key]
        return found


def _with_model_references(schema: Any, api: str) -> Any:
    """The schema, with references to other definitions as references to models of the API."""
    if isinstance(schema, list):
        return [_with_model_references(part, api) for part in schema]
    if not isinstance(schema, dict):
        return schema
    changed = {key: _with_model_references(part, api) for key, part in schema.items()}
    reference = changed.get("$ref")
    if isinstance(reference, str) and reference.startswith("#/"):
        changed["$ref"] = f"https://apigateway.amazonaws.com/restapis/{api}/models/{reference.rpartition('/')[2]}"
    return changed
