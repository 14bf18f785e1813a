"""An API, its stages and deployments."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stackwright.graph import Resource
from stackwright.provider.aws import Aws, ignoring
from stackwright.provider.provisioner import Created, Inputs, Provisioner, id_of
from stackwright.provider.services._shapes import pascal, present
from stackwright.provider.services.apigatewayv2.common import GONE, api_url, arn, changed, given, retag

_API = {
    "description": "Description",
    "version": "Version",
    "corsConfiguration": "CorsConfiguration",
    "routeSelectionExpression": "RouteSelectionExpression",
    "apiKeySelectionExpression": "ApiKeySelectionExpression",
    "disableExecuteApiEndpoint": "DisableExecuteApiEndpoint",
}


class Api(Provisioner):
    """With a `target` it comes complete: one integration, one route and a stage `$default`."""

    type = "apigatewayv2/api:Api"
    replace_on = frozenset({"protocolType"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        gateway, protocol = aws.client("apigatewayv2"), new["protocolType"]
        answer = gateway.create_api(
            Name=new["name"], ProtocolType=protocol, **given(new, _API), Tags=aws.tags(new.get("tags"))
        )
        api = answer["ApiId"]
        if new.get("target"):
            _quick_create(gateway, api, new)
        outputs = {
            **_arns(aws, api),
            "apiEndpoint": api_url(aws, api, protocol),
            "routeSelectionExpression": answer["RouteSelectionExpression"],
        }
        return Created(api, outputs)

    def update(self, aws: Aws, new: Inputs, old: Resource) -> Mapping[str, Any]:
        gateway, api = aws.client("apigatewayv2"), id_of(old)
        parameters = changed(new, old, {**_API, "name": "Name"})
        if parameters.get("CorsConfiguration") == {}:
            del parameters["CorsConfiguration"]
            gateway.delete_cors_configuration(ApiId=api)
        if parameters:
            gateway.update_api(ApiId=api, **parameters)
        retag(aws, new, old)
        return {}

    def delete(self, aws: Aws, old: Resource) -> None:
        ignoring(GONE, lambda: aws.client("apigatewayv2").delete_api(ApiId=id_of(old)))

    def read(self, aws: Aws, wanted: Resource) -> Created:
        api = id_of(wanted)
        answer = aws.client("apigatewayv2").get_api(ApiId=api)
        protocol = answer["ProtocolType"]
        return Created(
            outputs={
                **_arns(aws, api),
                "apiEndpoint": api_url(aws, api, protocol),
                "name": answer["Name"],
                "protocolType": protocol,
                "routeSelectionExpression": answer["RouteSelectionExpression"],
            }
        )


def _arns(aws: Aws, api: str) -> dict[str, str]:
    return {
        "arn": arn(aws, f"/apis/{api}"),
        "executionArn": f"arn:{aws.partition}:execute-api:{aws.region}:{aws.account}:{api}",
    }


def _quick_create(gateway: Any, api: str, new: Inputs) -> None:
    """What CreateApi does with a target on AWS; the emulator leaves it out."""
    target = new["target"]
    to_function = target.startswith("arn:")
    integration = gateway.create_integration(
        ApiId=api,
        IntegrationType="AWS_PROXY" if to_function else "HTTP_PROXY",
        IntegrationUri=target,
        PayloadFormatVersion="2.0" if to_function else "1.0",
        **present(CredentialsArn=new.get("credentialsArn"), IntegrationMethod=None if to_function else "ANY"),
    )["IntegrationId"]
    route_key = new.get("routeKey", "$default")
    gateway.create_route(ApiId=api, RouteKey=route_key, Target=f"integrations/{integration}")
    gateway.create_stage(ApiId=api, StageName="$default", AutoDeploy=True)


_STAGE = {
    "autoDeploy": "AutoDeploy",
    "deploymentId": "DeploymentId",
    "description": "Description",
    "defaultRouteSettings": "DefaultRouteSettings",
    "accessLogSettings": "AccessLogSettings",
    "clientCertificateId": "ClientCertificateId",
}


class Stage(Provisioner):
    """Its id is its name; its invoke URL leads to the endpoint that it was made on."""

    type = "apigatewayv2/stage:Stage"
    replace_on = frozenset({"apiId", "name"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        api, name = new["apiId"], new["name"]
        aws.client("apigatewayv2").create_stage(
            ApiId=api, StageName=name, **given(new, _STAGE), **_maps(new), Tags=aws.tags(new.get("tags"))
        )
        websocket = _is_websocket(aws, api)
        url = api_url(aws, api, "WEBSOCKET" if websocket else "HTTP")
        return Created(
            name,
            {
                "arn": arn(aws, f"/apis/{api}/stages/{name}"),
                "executionArn": f"arn:{aws.partition}:execute-api:{aws.region}:{aws.account}:{api}/{name}",
                "invokeUrl": f"{url}/{'' if name == '$default' else name}",
            },
        )

    def update(self, aws: Aws, new: Inputs, old: Resource) -> Mapping[str, Any]:
        aws.client("apigatewayv2").update_stage(
            ApiId=new["apiId"], StageName=new["name"], **changed(new, old, _STAGE), **_maps(new)
        )
        retag(aws, new, old)
        return {}

    def delete(self, aws: Aws, old: Resource) -> None:
        gateway, api = aws.client("apigatewayv2"), old.inputs["apiId"]
        ignoring(GONE, lambda: gateway.delete_stage(ApiId=api, StageName=id_of(old)))


def _is_websocket(aws: Aws, api: str) -> bool:
    return aws.client("apigatewayv2").get_api(ApiId=api)["ProtocolType"] == "WEBSOCKET"


def _maps(new: Inputs) -> dict[str, Any]:
    settings = {
        one["routeKey"]: pascal({k: v for k, v in one.items() if k != "routeKey"})
        for one in new.get("routeSettings", [])
    }
    return {"StageVariables": new.get("stageVariables", {}), "RouteSettings": settings}


class Deployment(Provisioner):
    type = "apigatewayv2/deployment:Deployment"
    replace_on = frozenset({"apiId", "triggers"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        answer = aws.client("apigatewayv2").create_deployment(
            ApiId=new["apiId"], **present(Description=new.get("description"))
        )
        return Created(answer["DeploymentId"], {"autoDeployed": bool(answer.get("AutoDeployed"))})

    def update(self, aws: Aws, new: Inputs, old: Resource) -> Mapping[str, Any]:
        return {}

    def delete(self, aws: Aws, old: Resource) -> None:
        gateway, api = aws.client("apigatewayv2"), old.inputs["apiId"]
        ignoring(GONE, lambda: gateway.delete_deployment(ApiId=api, DeploymentId=id_of(old)))


PROVISIONERS = (Api, Stage, Deployment)
