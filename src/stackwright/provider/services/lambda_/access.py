"""Who may call a function and where: permissions, aliases, URLs, concurrency, asynchronous invocation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stackwright.graph import Resource
from stackwright.provider.aws import Aws, ignoring
from stackwright.provider.provisioner import Created, Inputs, Provisioner, id_of
from stackwright.provider.services._shapes import camel, in_region, pascal, present
from stackwright.provider.services.lambda_.functions import GONE, invoke_arn


class Permission(Provisioner):
    """A statement of the function's resource policy; its id is the statement's."""

    type = "lambda/permission:Permission"
    replace_on = frozenset(
        {
            "action",
            "eventSourceToken",
            "function",
            "functionUrlAuthType",
            "invokedViaFunctionUrl",
            "principal",
            "principalOrgId",
            "qualifier",
            "sourceAccount",
            "sourceArn",
            "statementId",
            "statementIdPrefix",
        }
    )

    def create(self, aws: Aws, new: Inputs) -> Created:
        aws.client("lambda").add_permission(
            FunctionName=new["function"],
            StatementId=new["statementId"],
            Action=new["action"],
            Principal=new["principal"],
            **present(
                EventSourceToken=new.get("eventSourceToken"),
                FunctionUrlAuthType=new.get("functionUrlAuthType"),
                InvokedViaFunctionUrl=new.get("invokedViaFunctionUrl"),
                PrincipalOrgID=new.get("principalOrgId"),
                Qualifier=new.get("qualifier"),
                SourceAccount=new.get("sourceAccount"),
                SourceArn=new.get("sourceArn"),
            ),
        )
        return Created()

    def delete(self, aws: Aws, old: Resource) -> None:
        qualifier = present(Qualifier=old.inputs.get("qualifier"))
        function = old.inputs["function"]
        ignoring(
            GONE,
            lambda: aws.client("lambda").remove_permission(FunctionName=function, StatementId=id_of(old), **qualifier),
        )


class Alias(Provisioner):
    """https://docs.aws.amazon.com/lambda/latest/dg/configuration-aliases.html"""

    type = "lambda/alias:Alias"
    replace_on = frozenset({"name", "functionName"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        answer = aws.client("lambda").create_alias(FunctionName=new["functionName"], **_alias(new))
        arn = answer["AliasArn"]
        return Created(arn, {"arn": arn, "invokeArn": invoke_arn(aws, arn)})

    def update(self, aws: Aws, new: Inputs, old: Resource) -> Mapping[str, Any]:
        aws.client("lambda").update_alias(FunctionName=new["functionName"], **_alias(new))
        return {}

    def delete(self, aws: Aws, old: Resource) -> None:
        function, name = old.inputs["functionName"], old.outputs["name"]
        ignoring(GONE, lambda: aws.client("lambda").delete_alias(FunctionName=function, Name=name))


def _alias(new: Inputs) -> dict[str, Any]:
    routing = new.get("routingConfig") or {}
    return {
        "Name": new["name"],
        "FunctionVersion": new["functionVersion"],
        "Description": new.get("description", ""),
        "RoutingConfig": {"AdditionalVersionWeights": routing.get("additionalVersionWeights") or {}},
    }


class FunctionUrl(Provisioner):
    """Without authorization the provider also lets everybody in, as the real one does."""

    type = "lambda/functionUrl:FunctionUrl"
    replace_on = frozenset({"functionName", "qualifier"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        client, function = aws.client("lambda"), new["functionName"]
        qualifier = present(Qualifier=new.get("qualifier"))
        answer = client.create_function_url_config(FunctionName=function, **qualifier, **_url_settings(new))
        if new["authorizationType"] == "NONE":
            _open_to_everybody(client, function, qualifier)
        url_id = answer["FunctionUrl"].split("//")[1].split(".")[0]
        name = f"{function}/{new['qualifier']}" if qualifier else function
        return Created(
            name,
            {
                "functionArn": ":".join([answer["FunctionArn"], *qualifier.values()]),
                "functionUrl": f"{aws.endpoint.url}/_aws/lambda-url/{url_id}/",
                "urlId": url_id,
            },
        )

    def update(self, aws: Aws, new: Inputs, old: Resource) -> Mapping[str, Any]:
        client, function = aws.client("lambda"), new["functionName"]
        qualifier = present(Qualifier=new.get("qualifier"))
        client.update_function_url_config(FunctionName=function, **qualifier, **_url_settings(new))
        was_open, is_open = (v["authorizationType"] == "NONE" for v in (old.inputs, new))
        if is_open and not was_open:
            _open_to_everybody(client, function, qualifier)
        if was_open and not is_open:
            _close(client, function, qualifier)
        return {}

    def delete(self, aws: Aws, old: Resource) -> None:
        client, function = aws.client("lambda"), old.inputs["functionName"]
        qualifier = present(Qualifier=old.inputs.get("qualifier"))
        ignoring(GONE, lambda: client.delete_function_url_config(FunctionName=function, **qualifier))
        if old.inputs["authorizationType"] == "NONE":
            _close(client, function, qualifier)


def _url_settings(new: Inputs) -> dict[str, Any]:
    cors = pascal(new.get("cors") or {})
    return {"AuthType": new["authorizationType"], "InvokeMode": new.get("invokeMode", "BUFFERED"), "Cors": cors}


# Both are needed: https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html
# The names are those of the provider: https://github.com/hashicorp/terraform-provider-aws/pull/44858
_PUBLIC: tuple[dict[str, Any], ...] = (
    {
        "StatementId": "FunctionURLAllowPublicAccess",
        "Action": "lambda:InvokeFunctionUrl",
        "FunctionUrlAuthType": "NONE",
    },
    {
        "StatementId": "FunctionURLAllowInvokeAction",
        "Action": "lambda:InvokeFunction",
        "InvokedViaFunctionUrl": True,
    },
)


def _open_to_everybody(client: Any, function: str, qualifier: Mapping[str, str]) -> None:
    for statement in _PUBLIC:
        client.add_permission(FunctionName=function, Principal="*", **statement, **qualifier)


def _close(client: Any, function: str, qualifier: Mapping[str, str]) -> None:
    for statement in _PUBLIC:
        name = statement["StatementId"]
        ignoring(GONE, lambda name=name: client.remove_permission(FunctionName=function, StatementId=name, **qualifier))


class FunctionEventInvokeConfig(Provisioner):
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-configuring.html"""

    type = "lambda/functionEventInvokeConfig:FunctionEventInvokeConfig"
    replace_on = frozenset({"functionName", "qualifier"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        function, qualifier = new["functionName"], new.get("qualifier")
        destinations = new.get("destinationConfig") or {}
        aws.client("lambda").put_function_event_invoke_config(
            FunctionName=function,
            MaximumRetryAttempts=new.get("maximumRetryAttempts", 2),
            DestinationConfig={
                "OnSuccess": pascal(destinations.get("onSuccess") or {}),
                "OnFailure": pascal(destinations.get("onFailure") or {}),
            },
            **present(Qualifier=qualifier, MaximumEventAgeInSeconds=new.get("maximumEventAgeInSeconds")),
        )
        return Created(f"{function}:{qualifier}" if qualifier else function)

    def delete(self, aws: Aws, old: Resource) -> None:
        function, qualifier = old.inputs["functionName"], present(Qualifier=old.inputs.get("qualifier"))
        client = aws.client("lambda")
        ignoring(GONE, lambda: client.delete_function_event_invoke_config(FunctionName=function, **qualifier))


class ProvisionedConcurrencyConfig(Provisioner):
    """The emulator keeps the number; functions start as fast with it as without."""

    type = "lambda/provisionedConcurrencyConfig:ProvisionedConcurrencyConfig"
    replace_on = frozenset({"functionName", "qualifier"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        function, qualifier = new["functionName"], new["qualifier"]
        aws.client("lambda").put_provisioned_concurrency_config(
            FunctionName=function,
            Qualifier=qualifier,
            ProvisionedConcurrentExecutions=new["provisionedConcurrentExecutions"],
        )
        return Created(f"{function},{qualifier}")

    def delete(self, aws: Aws, old: Resource) -> None:
        function, qualifier = old.inputs["functionName"], old.inputs["qualifier"]
        client = aws.client("lambda")
        if not old.inputs.get("skipDestroy"):
            ignoring(
                GONE, lambda: client.delete_provisioned_concurrency_config(FunctionName=function, Qualifier=qualifier)
            )


class FunctionRecursionConfig(Provisioner):
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html"""

    type = "lambda/functionRecursionConfig:FunctionRecursionConfig"
    replace_on = frozenset({"functionName"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        aws.client("lambda").put_function_recursion_config(
            FunctionName=new["functionName"], RecursiveLoop=new["recursiveLoop"]
        )
        return Created(new["functionName"])

    def delete(self, aws: Aws, old: Resource) -> None:
        client, function = aws.client("lambda"), old.inputs["functionName"]
        ignoring(GONE, lambda: client.put_function_recursion_config(FunctionName=function, RecursiveLoop="Terminate"))


def get_function_url(aws: Aws, args: Mapping[str, Any]) -> dict[str, Any]:
    """The URL leads to this machine."""
    qualifier = present(Qualifier=args.get("qualifier"))
    answer = (
        in_region(aws, args).client("lambda").get_function_url_config(FunctionName=args["functionName"], **qualifier)
    )
    url_id = answer["FunctionUrl"].split("//")[1].split(".")[0]
    return {
        "id": answer["FunctionArn"],
        "functionName": args["functionName"],
        "qualifier": args.get("qualifier"),
        "functionArn": answer["FunctionArn"],
        "functionUrl": f"{aws.endpoint.url}/_aws/lambda-url/{url_id}/",
        "urlId": url_id,
        "authorizationType": answer["AuthType"],
        "invokeMode": answer["InvokeMode"],
        "cors": [camel(answer["Cors"])] if answer.get("Cors") else [],
        "creationTime": answer["CreationTime"],
        "lastModifiedTime": answer["LastModifiedTime"],
    }
