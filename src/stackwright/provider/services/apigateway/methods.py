"""Methods and what answers them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stackwright.graph import Resource
from stackwright.provider.aws import Aws, ignoring
from stackwright.provider.provisioner import Created, Inputs, Provisioner
from stackwright.provider.services.apigateway.common import GONE, given
from stackwright.provider.services.apigateway.patching import patches

_PLACE = ("restApi", "resourceId", "httpMethod")

_METHOD = {
    "authorization": "authorizationType",
    "authorizerId": "authorizerId",
    "authorizationScopes": "authorizationScopes",
    "apiKeyRequired": "apiKeyRequired",
    "operationName": "operationName",
    "requestModels": "requestModels",
    "requestParameters": "requestParameters",
    "requestValidatorId": "requestValidatorId",
}

_INTEGRATION = {
    "type": "type",
    "uri": "uri",
    "connectionType": "connectionType",
    "credentials": "credentials",
    "requestParameters": "requestParameters",
    "requestTemplates": "requestTemplates",
    "passthroughBehavior": "passthroughBehavior",
    "timeoutMilliseconds": "timeoutInMillis",
    "cacheKeyParameters": "cacheKeyParameters",
    "contentHandling": "contentHandling",
}


def _place(inputs: Mapping[str, Any]) -> dict[str, str]:
    return {
        "restApiId": inputs["restApi"],
        "resourceId": inputs["resourceId"],
        "httpMethod": inputs["httpMethod"],
    }


def _id(prefix: str, new: Inputs, *more: str) -> str:
    return "-".join((prefix, *(new[key] for key in (*_PLACE, *more))))


class Method(Provisioner):
    type = "apigateway/method:Method"
    replace_on = frozenset(_PLACE)

    def create(self, aws: Aws, new: Inputs) -> Created:
        aws.client("apigateway").put_method(**_place(new), **given(new, _METHOD))
        return Created(_id("agm", new))

    def update(self, aws: Aws, new: Inputs, old: Resource) -> Mapping[str, Any]:
        # PutMethod would take the method's integration away.
        aws.client("apigateway").update_method(**_place(new), patchOperations=patches(new, old, _METHOD))
        return {}

    def delete(self, aws: Aws, old: Resource) -> None:
        ignoring(GONE, lambda: aws.client("apigateway").delete_method(**_place(old.inputs)))


class MethodResponse(Provisioner):
    type = "apigateway/methodResponse:MethodResponse"
    replace_on = frozenset({*_PLACE, "statusCode"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        fields = {"responseModels": "responseModels", "responseParameters": "responseParameters"}
        aws.client("apigateway").put_method_response(**_place(new), statusCode=new["statusCode"], **given(new, fields))
        return Created(_id("agmr", new, "statusCode"))

    def delete(self, aws: Aws, old: Resource) -> None:
        apigateway, status = aws.client("apigateway"), old.inputs["statusCode"]
        ignoring(GONE, lambda: apigateway.delete_method_response(**_place(old.inputs), statusCode=status))


class Integration(Provisioner):
    type = "apigateway/integration:Integration"
    replace_on = frozenset(_PLACE)

    def create(self, aws: Aws, new: Inputs) -> Created:
        fields = {**_INTEGRATION, "integrationHttpMethod": "integrationHttpMethod"}
        aws.client("apigateway").put_integration(**_place(new), **given(new, fields))
        return Created(_id("agi", new), _computed(new))

    def update(self, aws: Aws, new: Inputs, old: Resource) -> Mapping[str, Any]:
        if new["type"] != old.inputs["type"]:
            # There is no patch for the type.
            return self.create(aws, new).outputs
        # PutIntegration would take the integration responses away. In a patch the method is called `httpMethod`.
        fields = {**_INTEGRATION, "integrationHttpMethod": "httpMethod"}
        del fields["type"]
        aws.client("apigateway").update_integration(**_place(new), patchOperations=patches(new, old, fields))
        return _computed(new)

    def delete(self, aws: Aws, old: Resource) -> None:
        ignoring(GONE, lambda: aws.client("apigateway").delete_integration(**_place(old.inputs)))


def _computed(new: Inputs) -> dict[str, Any]:
    return {"cacheNamespace": new.resource.inputs.get("cacheNamespace") or new["resourceId"]}


class IntegrationResponse(Provisioner):
    type = "apigateway/integrationResponse:IntegrationResponse"
    replace_on = frozenset({*_PLACE, "statusCode"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        fields = ("selectionPattern", "responseParameters", "responseTemplates", "contentHandling")
        aws.client("apigateway").put_integration_response(
            **_place(new), statusCode=new["statusCode"], **given(new, {k: k for k in fields})
        )
        return Created(_id("agir", new, "statusCode"))

    def delete(self, aws: Aws, old: Resource) -> None:
        apigateway, status = aws.client("apigateway"), old.inputs["statusCode"]
        ignoring(GONE, lambda: apigateway.delete_integration_response(**_place(old.inputs), statusCode=status))


PROVISIONERS = (Method, MethodResponse, Integration, IntegrationResponse)
