"""A REST API and what hangs on it as a whole."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stackwright.graph import Resource
from stackwright.provider.aws import Aws, ignoring
from stackwright.provider.provisioner import Created, Inputs, Provisioner, id_of
from stackwright.provider.services.apigateway import openapi
from stackwright.provider.services.apigateway.common import GONE, arn, given, retag, when
from stackwright.provider.services.apigateway.patching import Operation, changes, patches, pointer, replacing

_API = {
    "name": "name",
    "description": "description",
    "apiKeySource": "apiKeySource",
    "binaryMediaTypes": "binaryMediaTypes",
    "disableExecuteApiEndpoint": "disableExecuteApiEndpoint",
    "policy": "policy",
}


class RestApi(Provisioner):
    """With a `body`, its resources, methods and integrations come from that OpenAPI document."""

    type = "apigateway/restApi:RestApi"

    def create(self, aws: Aws, new: Inputs) -> Created:
        apigateway = aws.client("apigateway")
        answer = apigateway.create_rest_api(
            **{**given(new, _API), "name": new["name"]},
            **_endpoint_configuration(new),
            **_minimum_compression(new),
            tags=aws.tags(new.get("tags")),
        )
        api, root = answer["id"], answer["rootResourceId"]
        self._import(aws, api, new)
        outputs = {**_arns(aws, api), "rootResourceId": root, "createdDate": when(answer["createdDate"])}
        return Created(api, outputs)

    def update(self, aws: Aws, new: Inputs, old: Resource) -> Mapping[str, Any]:
        operations = patches(new, old, _API)
        if new.get("endpointConfiguration") != old.inputs.get("endpointConfiguration"):
            operations += _endpoint_changes(old.inputs, new)
        if new.get("minimumCompressionSize") != old.inputs.get("minimumCompressionSize"):
            operations.append(
                replacing("minimumCompressionSize", _minimum_compression(new).get("minimumCompressionSize"))
            )
        if operations:
            aws.client("apigateway").update_rest_api(restApiId=id_of(old), patchOperations=operations)
        if new.get("body") != old.inputs.get("body"):
            if new.get("putRestApiMode", "overwrite") == "overwrite":
                openapi.clear(aws.client("apigateway"), id_of(old))
            self._import(aws, id_of(old), new)
        retag(aws, new, old)
        return {}

    def delete(self, aws: Aws, old: Resource) -> None:
        ignoring(GONE, lambda: aws.client("apigateway").delete_rest_api(restApiId=id_of(old)))

    def read(self, aws: Aws, wanted: Resource) -> Created:
        answer = aws.client("apigateway").get_rest_api(restApiId=id_of(wanted))
        return Created(
            outputs={
                **{ours: answer[theirs] for ours, theirs in _API.items() if answer.get(theirs) is not None},
                **_arns(aws, answer["id"]),
                "rootResourceId": answer["rootResourceId"],
                "createdDate": when(answer["createdDate"]),
            }
        )

    def _import(self, aws: Aws, api: str, new: Inputs) -> None:
        body = new.get("body")
        if body is not None:
            openapi.load(aws.client("apigateway"), api, body)


def _arns(aws: Aws, api: str) -> dict[str, str]:
    return {
        "arn": arn(aws, f"/restapis/{api}"),
        "executionArn": f"arn:{aws.partition}:execute-api:{aws.region}:{aws.account}:{api}",
    }


def _endpoint_configuration(inputs: Mapping[str, Any]) -> dict[str, Any]:
    wanted = inputs.get("endpointConfiguration")
    if not wanted:
        return {"endpointConfiguration": {"types": ["EDGE"]}}
    types = wanted.get("types")
    return {"endpointConfiguration": {**wanted, "types": [types] if isinstance(types, str) else types}}


def _endpoint_changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Operation]:
    """The type that an API has stands in the path.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-api-migration.html
    """
    start = "endpointConfiguration"
    was, now = _endpoint_configuration(before)[start], _endpoint_configuration(after)[start]
    operations: list[Operation] = []
    if was["types"] != now["types"]:
        operations.append(replacing(pointer(start, "types", was["types"][0]), now["types"][0]))
    operations += changes(f"{start}/vpcEndpointIds", was.get("vpcEndpointIds"), now.get("vpcEndpointIds") or [])
    if now.get("ipAddressType", was.get("ipAddressType")) != was.get("ipAddressType"):
        operations.append(replacing(f"{start}/ipAddressType", now["ipAddressType"]))
    return operations


def _minimum_compression(new: Inputs) -> dict[str, int]:
    size = new.get("minimumCompressionSize")
    return {} if size in (None, "") else {"minimumCompressionSize": int(size)}


class RestApiPolicy(Provisioner):
    """The policy of an API, kept as a resource of its own."""

    type = "apigateway/restApiPolicy:RestApiPolicy"
    replace_on = frozenset({"restApiId"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        _set_policy(aws, new["restApiId"], new["policy"])
        return Created(new["restApiId"])

    def delete(self, aws: Aws, old: Resource) -> None:
        ignoring(GONE, lambda: _set_policy(aws, id_of(old), ""))


def _set_policy(aws: Aws, api: str, policy: str) -> None:
    aws.client("apigateway").update_rest_api(restApiId=api, patchOperations=[replacing("policy", policy)])


class ApiResource(Provisioner):
    """One part of a path."""

    type = "apigateway/resource:Resource"
    replace_on = frozenset({"restApi"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        answer = aws.client("apigateway").create_resource(
            restApiId=new["restApi"], parentId=new["parentId"], pathPart=new["pathPart"]
        )
        return Created(answer["id"], {"path": answer["path"]})

    def update(self, aws: Aws, new: Inputs, old: Resource) -> Mapping[str, Any]:
        answer = aws.client("apigateway").update_resource(
            restApiId=new["restApi"],
            resourceId=id_of(old),
            patchOperations=patches(new, old, {"parentId": "parentId", "pathPart": "pathPart"}),
        )
        return {"path": answer["path"]}

    def delete(self, aws: Aws, old: Resource) -> None:
        apigateway, api = aws.client("apigateway"), old.inputs["restApi"]
        ignoring(GONE, lambda: apigateway.delete_resource(restApiId=api, resourceId=id_of(old)))


class Model(Provisioner):
    """A schema that request bodies are checked against."""

    type = "apigateway/model:Model"
    replace_on = frozenset({"restApi", "name", "contentType"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        answer = aws.client("apigateway").create_model(
            restApiId=new["restApi"],
            name=new["name"],
            contentType=new["contentType"],
            **given(new, {"description": "description", "schema": "schema"}),
        )
        return Created(answer["id"])

    def update(self, aws: Aws, new: Inputs, old: Resource) -> Mapping[str, Any]:
        operations = patches(new, old, {"description": "description", "schema": "schema"})
        aws.client("apigateway").update_model(
            restApiId=new["restApi"], modelName=new["name"], patchOperations=operations
        )
        return {}

    def delete(self, aws: Aws, old: Resource) -> None:
        apigateway, api, name = aws.client("apigateway"), old.inputs["restApi"], old.outputs["name"]
        ignoring(GONE, lambda: apigateway.delete_model(restApiId=api, modelName=name))


class RequestValidator(Provisioner):
    type = "apigateway/requestValidator:RequestValidator"
    replace_on = frozenset({"restApi"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        answer = aws.client("apigateway").create_request_validator(
            restApiId=new["restApi"],
            name=new["name"],
            validateRequestBody=bool(new.get("validateRequestBody")),
            validateRequestParameters=bool(new.get("validateRequestParameters")),
        )
        return Created(answer["id"])

    def update(self, aws: Aws, new: Inputs, old: Resource) -> Mapping[str, Any]:
        flags = ("validateRequestBody", "validateRequestParameters")
        operations = [replacing("name", new["name"]), *(replacing(k, bool(new.get(k))) for k in flags)]
        aws.client("apigateway").update_request_validator(
            restApiId=new["restApi"], requestValidatorId=id_of(old), patchOperations=operations
        )
        return {}

    def delete(self, aws: Aws, old: Resource) -> None:
        apigateway, api = aws.client("apigateway"), old.inputs["restApi"]
        ignoring(GONE, lambda: apigateway.delete_request_validator(restApiId=api, requestValidatorId=id_of(old)))


class GatewayResponse(Provisioner):
    """How the gateway itself answers, for one type of error. It takes effect with the next deployment."""

    type = "apigateway/response:Response"
    replace_on = frozenset({"restApiId", "responseType"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        aws.client("apigateway").put_gateway_response(
            restApiId=new["restApiId"],
            responseType=new["responseType"],
            **given(
                new,
                {
                    "statusCode": "statusCode",
                    "responseParameters": "responseParameters",
                    "responseTemplates": "responseTemplates",
                },
            ),
        )
        return Created(f"aggr-{new['restApiId']}-{new['responseType']}")

    def delete(self, aws: Aws, old: Resource) -> None:
        apigateway, api, kind = aws.client("apigateway"), old.inputs["restApiId"], old.inputs["responseType"]
        ignoring(GONE, lambda: apigateway.delete_gateway_response(restApiId=api, responseType=kind))


_AUTHORIZER = {
    "type": "type",
    "authorizerUri": "authorizerUri",
    "authorizerCredentials": "authorizerCredentials",
    "identitySource": "identitySource",
    "identityValidationExpression": "identityValidationExpression",
    "authorizerResultTtlInSeconds": "authorizerResultTtlInSeconds",
    "providerArns": "providerARNs",
}


class Authorizer(Provisioner):
    type = "apigateway/authorizer:Authorizer"
    replace_on = frozenset({"restApi"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        api = new["restApi"]
        answer = aws.client("apigateway").create_authorizer(
            restApiId=api, name=new["name"], **{"type": "TOKEN", **given(new, _AUTHORIZER)}
        )
        return Created(answer["id"], {"arn": arn(aws, f"/restapis/{api}/authorizers/{answer['id']}")})

    def update(self, aws: Aws, new: Inputs, old: Resource) -> Mapping[str, Any]:
        aws.client("apigateway").update_authorizer(
            restApiId=new["restApi"],
            authorizerId=id_of(old),
            patchOperations=patches(new, old, {**_AUTHORIZER, "name": "name"}),
        )
        return {}

    def delete(self, aws: Aws, old: Resource) -> None:
        apigateway, api = aws.client("apigateway"), old.inputs["restApi"]
        ignoring(GONE, lambda: apigateway.delete_authorizer(restApiId=api, authorizerId=id_of(old)))


class DocumentationPart(Provisioner):
    type = "apigateway/documentationPart:DocumentationPart"
    replace_on = frozenset({"restApiId", "location"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        answer = aws.client("apigateway").create_documentation_part(
            restApiId=new["restApiId"], location=new["location"], properties=new["properties"]
        )
        return Created(f"{new['restApiId']}/{answer['id']}", {"documentationPartId": answer["id"]})

    def update(self, aws: Aws, new: Inputs, old: Resource) -> Mapping[str, Any]:
        aws.client("apigateway").update_documentation_part(
            restApiId=new["restApiId"],
            documentationPartId=old.outputs["documentationPartId"],
            patchOperations=[replacing("properties", new["properties"])],
        )
        return {}

    def delete(self, aws: Aws, old: Resource) -> None:
        api, part = id_of(old).split("/")
        apigateway = aws.client("apigateway")
        ignoring(GONE, lambda: apigateway.delete_documentation_part(restApiId=api, documentationPartId=part))


PROVISIONERS = (
    RestApi,
    RestApiPolicy,
    ApiResource,
    Model,
    RequestValidator,
    GatewayResponse,
    Authorizer,
    DocumentationPart,
)
