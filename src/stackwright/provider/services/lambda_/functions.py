"""Functions and their versions. https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stackwright.graph import Archive, Resource
from stackwright.provider.aws import Aws, ignoring
from stackwright.provider.provisioner import Created, Inputs, Provisioner, id_of
from stackwright.provider.services._shapes import camel, changed_tags, differing, present
from stackwright.provider.services.lambda_.settings import code, configuration

GONE = ("ResourceNotFoundException",)

_CODE_INPUTS = (
    "imageUri",
    "s3Bucket",
    "s3Key",
    "s3ObjectVersion",
    "sourceCodeHash",
    "codeSha256",
    "architectures",
)


class Function(Provisioner):
    """Its id is its name. A changed handler is one call, UpdateFunctionCode, and touches nothing else."""

    type = "lambda/function:Function"
    replace_on = frozenset({"name", "packageType", "durableConfig", "tenancyConfig"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        client = aws.client("lambda")
        answer = client.create_function(
            FunctionName=new["name"],
            Code=code(aws, new),
            Publish=bool(new.get("publish")),
            Tags=aws.tags(new.get("tags")),
            **present(Architectures=new.get("architectures"), PackageType=new.get("packageType")),
            **configuration(new),
        )
        reserved = new.get("reservedConcurrentExecutions", -1)
        if reserved >= 0:
            client.put_function_concurrency(FunctionName=new["name"], ReservedConcurrentExecutions=reserved)
        return Created(outputs=_own(new, described(aws, answer)))

    def update(self, aws: Aws, new: Inputs, old: Resource) -> Mapping[str, Any]:
        client, name, before = aws.client("lambda"), id_of(old), Inputs(old, new.root)
        answer: dict[str, Any] = {}
        settings = differing(configuration(new), configuration(before))
        if settings:
            answer = client.update_function_configuration(FunctionName=name, **settings)
        if _code_of(new) != _code_of(before):
            architectures = new.get("architectures", ["x86_64"])
            answer = client.update_function_code(FunctionName=name, Architectures=architectures, **code(aws, new))
        self._update_concurrency(aws, new, before, name)
        put, removed = changed_tags(aws, new, old)
        if removed:
            client.untag_resource(Resource=old.outputs["arn"], TagKeys=removed)
        if put:
            client.tag_resource(Resource=old.outputs["arn"], Tags=put)
        if new.get("publish") and (answer or not before.get("publish")):
            published = client.publish_version(FunctionName=name)
            answer = {**published, "FunctionArn": old.outputs["arn"]}
        elif answer:
            answer = {**answer, "Version": old.outputs["version"]}
        return _own(new, described(aws, answer)) if answer else {}

    def delete(self, aws: Aws, old: Resource) -> None:
        if not old.inputs.get("skipDestroy"):
            ignoring(GONE, lambda: aws.client("lambda").delete_function(FunctionName=id_of(old)))

    def read(self, aws: Aws, wanted: Resource) -> Created:
        answer = aws.client("lambda").get_function(FunctionName=id_of(wanted))
        return Created(outputs=looked_up(aws, answer))

    @staticmethod
    def _update_concurrency(aws: Aws, new: Inputs, before: Inputs, name: str) -> None:
        reserved = new.get("reservedConcurrentExecutions", -1)
        if reserved == before.get("reservedConcurrentExecutions", -1):
            return
        if reserved >= 0:
            aws.client("lambda").put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=reserved)
        else:
            aws.client("lambda").delete_function_concurrency(FunctionName=name)


def _code_of(inputs: Inputs) -> list[Any]:
    """What the code is, by content and not by the path it comes from."""
    archive = inputs.get("code")
    return [archive.sha256 if isinstance(archive, Archive) else archive, *map(inputs.get, _CODE_INPUTS)]


def _own(new: Inputs, outputs: dict[str, Any]) -> dict[str, Any]:
    """Without the hashes that the program computed itself."""
    return {k: v for k, v in outputs.items() if k not in ("sourceCodeHash", "codeSha256") or new.get(k) is None}


def described(aws: Aws, answer: Mapping[str, Any]) -> dict[str, Any]:
    """Outputs from a FunctionConfiguration."""
    arn, version = answer["FunctionArn"], answer["Version"]
    qualified = f"{arn}:{version}"
    return {
        "arn": arn,
        "qualifiedArn": qualified,
        "version": version,
        "invokeArn": invoke_arn(aws, arn),
        "qualifiedInvokeArn": invoke_arn(aws, qualified),
        "responseStreamingInvokeArn": _gateway_arn(aws, arn, "2021-11-15", "response-streaming-invocations"),
        "lastModified": answer["LastModified"],
        "sourceCodeSize": answer["CodeSize"],
        "codeSha256": answer["CodeSha256"],
        "sourceCodeHash": answer["CodeSha256"],
        "signingJobArn": "",
        "signingProfileVersionArn": "",
        "loggingConfig": camel(answer["LoggingConfig"]),
        "vpcConfig": camel(answer["VpcConfig"]) if answer["VpcConfig"].get("SubnetIds") else None,
    }


def looked_up(aws: Aws, answer: Mapping[str, Any]) -> dict[str, Any]:
    """Outputs from GetFunction, as the resource spells them."""
    config = answer["Configuration"]
    environment = config.get("Environment")
    return {
        **described(aws, config),
        "name": config["FunctionName"],
        "role": config["Role"],
        "handler": config["Handler"],
        "runtime": config["Runtime"],
        "description": config["Description"],
        "timeout": config["Timeout"],
        "memorySize": config["MemorySize"],
        "architectures": config["Architectures"],
        "packageType": config["PackageType"],
        "kmsKeyArn": config["KMSKeyArn"],
        "layers": [layer["Arn"] for layer in config["Layers"]],
        "tracingConfig": camel(config["TracingConfig"]),
        "ephemeralStorage": camel(config["EphemeralStorage"]),
        "environment": {"variables": environment["Variables"]} if environment else None,
        "deadLetterConfig": camel(config["DeadLetterConfig"]) if config.get("DeadLetterConfig") else None,
        "reservedConcurrentExecutions": answer.get("Concurrency", {}).get("ReservedConcurrentExecutions", -1),
        "tags": answer.get("Tags") or {},
        "tagsAll": answer.get("Tags") or {},
    }


def invoke_arn(aws: Aws, function_arn: str) -> str:
    """What an API Gateway integration's `uri` takes.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
    """
    return _gateway_arn(aws, function_arn, "2015-03-31", "invocations")


def _gateway_arn(aws: Aws, function_arn: str, version: str, action: str) -> str:
    return f"arn:{aws.partition}:apigateway:{aws.region}:lambda:path/{version}/functions/{function_arn}/{action}"
