"""Routes, integrations and authorizers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stackwright.graph import Resource
from stackwright.provider.aws import Aws, ignoring
from stackwright.provider.provisioner import Created, Inputs, Provisioner, id_of
from stackwright.provider.services._shapes import present
from stackwright.provider.services.apigatewayv2.common import GONE, changed, given

_ROUTE = {
    "routeKey": "RouteKey",
    "target": "Target",
    "authorizationType": "AuthorizationType",
    "authorizerId": "AuthorizerId",
    "authorizationScopes": "AuthorizationScopes",
    "apiKeyRequired": "ApiKeyRequired",
    "operationName": "OperationName",
    "modelSelectionExpression": "ModelSelectionExpression",
    "routeResponseSelectionExpression": "RouteResponseSelectionExpression",
}


class Route(Provisioner):
    type = "apigatewayv2/route:Route"
    replace_on = frozenset({"apiId"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        answer = aws.client("apigatewayv2").create_route(ApiId=new["apiId"], **given(new, _ROUTE), **_requests(new))
        return Created(answer["RouteId"])

    def update(self, aws: Aws, new: Inputs, old: Resource) -> Mapping[str, Any]:
        aws.client("apigatewayv2").update_route(
            ApiId=new["apiId"], RouteId=id_of(old), **changed(new, old, _ROUTE), **_requests(new)
        )
        return {}

    def delete(self, aws: Aws, old: Resource) -> None:
        gateway, api = aws.client("apigatewayv2"), old.inputs["apiId"]
        ignoring(GONE, lambda: gateway.delete_route(ApiId=api, RouteId=id_of(old)))


def _requests(new: Inputs) -> dict[str, Any]:
    parameters = {
        one["requestParameterKey"]: {"Required": bool(one["required"])} for one in new.get("requestParameters", [])
    }
    return present(RequestModels=new.get("requestModels"), RequestParameters=parameters or None)


_INTEGRATION = {
    "integrationType": "IntegrationType",
    "integrationUri": "IntegrationUri",
    "integrationMethod": "IntegrationMethod",
    "payloadFormatVersion": "PayloadFormatVersion",
    "timeoutMilliseconds": "TimeoutInMillis",
    "connectionType": "ConnectionType",
    "description": "Description",
    "contentHandlingStrategy": "ContentHandlingStrategy",
}


class Integration(Provisioner):
    type = "apigatewayv2/integration:Integration"
    replace_on = frozenset({"apiId", "integrationType"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        # The provider's default is 1.0, the emulator's is 2.0.
        parameters = {"PayloadFormatVersion": "1.0", **given(new, _INTEGRATION), **_mappings(new)}
        answer = aws.client("apigatewayv2").create_integration(ApiId=new["apiId"], **parameters)
        return Created(answer["IntegrationId"])

    def update(self, aws: Aws, new: Inputs, old: Resource) -> Mapping[str, Any]:
        aws.client("apigatewayv2").update_integration(
            ApiId=new["apiId"], IntegrationId=id_of(old), **changed(new, old, _INTEGRATION), **_mappings(new)
        )
        return {}

    def delete(self, aws: Aws, old: Resource) -> None:
        gateway, api = aws.client("apigatewayv2"), old.inputs["apiId"]
        ignoring(GONE, lambda: gateway.delete_integration(ApiId=api, IntegrationId=id_of(old)))


def _mappings(new: Inputs) -> dict[str, Any]:
    responses = {one["statusCode"]: one["mappings"] for one in new.get("responseParameters", [])}
    return {
        "RequestParameters": new.get("requestParameters", {}),
        "RequestTemplates": new.get("requestTemplates", {}),
        "ResponseParameters": responses,
    }


_AUTHORIZER = {
    "authorizerType": "AuthorizerType",
    "authorizerUri": "AuthorizerUri",
    "authorizerPayloadFormatVersion": "AuthorizerPayloadFormatVersion",
    "authorizerResultTtlInSeconds": "AuthorizerResultTtlInSeconds",
    "enableSimpleResponses": "EnableSimpleResponses",
    "identitySources": "IdentitySource",
    "jwtConfiguration": "JwtConfiguration",
}


class Authorizer(Provisioner):
    type = "apigatewayv2/authorizer:Authorizer"
    replace_on = frozenset({"apiId"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        answer = aws.client("apigatewayv2").create_authorizer(
            ApiId=new["apiId"], Name=new["name"], **given(new, _AUTHORIZER)
        )
        return Created(answer["AuthorizerId"])

    def update(self, aws: Aws, new: Inputs, old: Resource) -> Mapping[str, Any]:
        aws.client("apigatewayv2").update_authorizer(
            ApiId=new["apiId"], AuthorizerId=id_of(old), Name=new["name"], **changed(new, old, _AUTHORIZER)
        )
        return {}

    def delete(self, aws: Aws, old: Resource) -> None:
        gateway, api = aws.client("apigatewayv2"), old.inputs["apiId"]
        ignoring(GONE, lambda: gateway.delete_authorizer(ApiId=api, AuthorizerId=id_of(old)))


class RouteResponse(Provisioner):
    """An answer of a WebSocket route."""

    type = "apigatewayv2/routeResponse:RouteResponse"
    replace_on = frozenset({"apiId", "routeId", "routeResponseKey"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        answer = aws.client("apigatewayv2").create_route_response(
            ApiId=new["apiId"],
            RouteId=new["routeId"],
            RouteResponseKey=new["routeResponseKey"],
            **present(
                ModelSelectionExpression=new.get("modelSelectionExpression"),
                ResponseModels=new.get("responseModels"),
            ),
        )
        return Created(answer["RouteResponseId"])

    def update(self, aws: Aws, new: Inputs, old: Resource) -> Mapping[str, Any]:
        aws.client("apigatewayv2").update_route_response(
            ApiId=new["apiId"],
            RouteId=new["routeId"],
            RouteResponseId=id_of(old),
            RouteResponseKey=new["routeResponseKey"],
            ModelSelectionExpression=new.get("modelSelectionExpression", ""),
            ResponseModels=new.get("responseModels", {}),
        )
        return {}

    def delete(self, aws: Aws, old: Resource) -> None:
        gateway, api, route = aws.client("apigatewayv2"), old.inputs["apiId"], old.inputs["routeId"]
        ignoring(GONE, lambda: gateway.delete_route_response(ApiId=api, RouteId=route, RouteResponseId=id_of(old)))


class IntegrationResponse(Provisioner):
    """An answer of a WebSocket integration."""

    type = "apigatewayv2/integrationResponse:IntegrationResponse"
    replace_on = frozenset({"apiId", "integrationId"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        answer = aws.client("apigatewayv2").create_integration_response(
            ApiId=new["apiId"], IntegrationId=new["integrationId"], **_response(new)
        )
        return Created(answer["IntegrationResponseId"])

    def update(self, aws: Aws, new: Inputs, old: Resource) -> Mapping[str, Any]:
        aws.client("apigatewayv2").update_integration_response(
            ApiId=new["apiId"],
            IntegrationId=new["integrationId"],
            IntegrationResponseId=id_of(old),
            **_response(new),
        )
        return {}

    def delete(self, aws: Aws, old: Resource) -> None:
        gateway = aws.client("apigatewayv2")
        place = {"ApiId": old.inputs["apiId"], "IntegrationId": old.inputs["integrationId"]}
        ignoring(GONE, lambda: gateway.delete_integration_response(**place, IntegrationResponseId=id_of(old)))


def _response(new: Inputs) -> dict[str, Any]:
    return present(
        IntegrationResponseKey=new["integrationResponseKey"],
        ContentHandlingStrategy=new.get("contentHandlingStrategy"),
        ResponseTemplates=new.get("responseTemplates"),
        TemplateSelectionExpression=new.get("templateSelectionExpression"),
    )


PROVISIONERS = (Route, Integration, Authorizer, RouteResponse, IntegrationResponse)
