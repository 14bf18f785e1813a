"""A function's inputs as the parameters of Lambda's API."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

from stackwright.errors import ResourceError
from stackwright.graph import Archive
from stackwright.provider.archives import zip_bytes
from stackwright.provider.aws import Aws, AwsError, error_code
from stackwright.provider.provisioner import Inputs
from stackwright.provider.services._shapes import pascal, present

_CONTAINER_RUNTIMES = ("java", "dotnet", "ruby", "go1")


def configuration(new: Inputs) -> dict[str, Any]:
    """What UpdateFunctionConfiguration takes; everything is there, so that a setting that goes is reset.

    https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionConfiguration.html
    """
    runtime = new.get("runtime")
    if runtime and str(runtime).startswith(_CONTAINER_RUNTIMES):
        new.limit("runtime", "needs a container")
    vpc = new.get("vpcConfig") or {}
    file_system = new.get("fileSystemConfig")
    snap_start = new.get("snapStart") or {}
    settings = {
        "Role": new["role"],
        "Description": new.get("description", ""),
        "Timeout": new.get("timeout", 3),
        "MemorySize": new.get("memorySize", 128),
        "Environment": {"Variables": _texts((new.get("environment") or {}).get("variables"))},
        "KMSKeyArn": new.get("kmsKeyArn", ""),
        "Layers": new.get("layers", []),
        "DeadLetterConfig": {"TargetArn": (new.get("deadLetterConfig") or {}).get("targetArn") or ""},
        "TracingConfig": {"Mode": (new.get("tracingConfig") or {}).get("mode", "PassThrough")},
        "EphemeralStorage": {"Size": (new.get("ephemeralStorage") or {}).get("size", 512)},
        "LoggingConfig": logging_config(new),
        "VpcConfig": {
            "SubnetIds": vpc.get("subnetIds") or [],
            "SecurityGroupIds": vpc.get("securityGroupIds") or [],
            **present(Ipv6AllowedForDualStack=vpc.get("ipv6AllowedForDualStack")),
        },
        "FileSystemConfigs": [pascal(file_system)] if file_system else [],
        "SnapStart": {"ApplyOn": snap_start.get("applyOn", "None")},
        **present(Runtime=runtime, Handler=new.get("handler"), ImageConfig=_image_config(new)),
    }
    for key in ("durableConfig", "tenancyConfig", "capacityProviderConfig"):
        value = new.get(key)
        if value is not None:
            settings[key[0].upper() + key[1:]] = pascal(value)
    return settings


def logging_config(new: Inputs) -> dict[str, Any]:
    """With Lambda's defaults: https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-loggroups.html"""
    given = new.get("loggingConfig") or {}
    json_levels = {}
    if given.get("logFormat") == "JSON":
        json_levels = {
            "ApplicationLogLevel": given.get("applicationLogLevel") or "INFO",
            "SystemLogLevel": given.get("systemLogLevel") or "INFO",
        }
    return {
        "LogFormat": given.get("logFormat") or "Text",
        "LogGroup": given.get("logGroup") or f"/aws/lambda/{new['name']}",
        **json_levels,
    }


def code(aws: Aws, new: Inputs) -> dict[str, Any]:
    """The function's or layer's code as the API's `Code` or `Content`.

    Raises:
        ResourceError: there is none, it cannot be read, or it is not in the bucket.
    """
    if new.get("imageUri"):
        return {"ImageUri": new["imageUri"]}
    archive = new.get("code")
    if archive is not None:
        if not isinstance(archive, Archive):
            raise ResourceError(
                f"the code of {new.logical_name!r} is no archive",
                fix="Use pulumi.FileArchive(directory or zip file) or pulumi.AssetArchive({...}).",
            )
        return {"ZipFile": zip_bytes(archive, new.root)}
    if not new.get("s3Bucket") or not new.get("s3Key"):
        raise ResourceError(
            f"{new.logical_name!r} has no code", fix="Give it code=pulumi.FileArchive(…), s3_bucket and s3_key."
        )
    place = {"Bucket": new["s3Bucket"], "Key": new["s3Key"]}
    version = new.get("s3ObjectVersion")
    try:
        aws.client("s3").head_object(**place, **present(VersionId=version))
    except AwsError as error:
        # The emulator would make a function without code; AWS refuses.
        raise ResourceError(
            f"the code of {new.logical_name!r} cannot be read from s3://{place['Bucket']}/{place['Key']}: "
            f"{error_code(error)}",
            fix="Upload the package first, and depend on it.",
        ) from error
    return {"S3Bucket": place["Bucket"], "S3Key": place["Key"], **present(S3ObjectVersion=version)}


def code_hash(content: bytes) -> str:
    """Lambda's CodeSha256."""
    return base64.b64encode(hashlib.sha256(content).digest()).decode()


def _image_config(new: Inputs) -> dict[str, Any] | None:
    given = new.get("imageConfig")
    if not given:
        return None
    return pascal(given, {"commands": "Command", "entryPoints": "EntryPoint"})


def _texts(variables: Any) -> dict[str, str]:
    return {k: str(v) for k, v in (variables or {}).items()}
