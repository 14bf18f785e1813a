"""Layers. https://docs.aws.amazon.com/lambda/latest/api/API_PublishLayerVersion.html"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stackwright.errors import ResourceError
from stackwright.graph import Resource
from stackwright.provider.aws import Aws, ignoring
from stackwright.provider.provisioner import Created, Inputs, Provisioner, id_of
from stackwright.provider.services._shapes import in_region, present
from stackwright.provider.services.lambda_.functions import GONE
from stackwright.provider.services.lambda_.settings import code


class LayerVersion(Provisioner):
    """Immutable: every change is a new version. Its id and ARN are the version's."""

    type = "lambda/layerVersion:LayerVersion"
    replace_on = frozenset(
        {
            "code",
            "compatibleArchitectures",
            "compatibleRuntimes",
            "description",
            "layerName",
            "licenseInfo",
            "s3Bucket",
            "s3Key",
            "s3ObjectVersion",
            "sourceCodeHash",
        }
    )

    def create(self, aws: Aws, new: Inputs) -> Created:
        answer = aws.client("lambda").publish_layer_version(
            LayerName=new["layerName"],
            Content=code(aws, new),
            **present(
                Description=new.get("description"),
                LicenseInfo=new.get("licenseInfo"),
                CompatibleRuntimes=new.get("compatibleRuntimes"),
                CompatibleArchitectures=new.get("compatibleArchitectures"),
            ),
        )
        outputs = _described(answer)
        if new.get("sourceCodeHash"):
            outputs["sourceCodeHash"] = new["sourceCodeHash"]
        return Created(answer["LayerVersionArn"], outputs)

    def update(self, aws: Aws, new: Inputs, old: Resource) -> Mapping[str, Any]:
        return {}

    def delete(self, aws: Aws, old: Resource) -> None:
        if old.inputs.get("skipDestroy"):
            return
        name, version = _parts(id_of(old))
        ignoring(GONE, lambda: aws.client("lambda").delete_layer_version(LayerName=name, VersionNumber=version))

    def read(self, aws: Aws, wanted: Resource) -> Created:
        name, version = _parts(id_of(wanted))
        answer = aws.client("lambda").get_layer_version(LayerName=name, VersionNumber=version)
        return Created(outputs={**_described(answer), "layerName": name})


class LayerVersionPermission(Provisioner):
    """https://docs.aws.amazon.com/lambda/latest/api/API_AddLayerVersionPermission.html"""

    type = "lambda/layerVersionPermission:LayerVersionPermission"
    replace_on = frozenset({"action", "layerName", "organizationId", "principal", "statementId", "versionNumber"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        layer, version = new["layerName"], int(new["versionNumber"])
        answer = aws.client("lambda").add_layer_version_permission(
            LayerName=layer,
            VersionNumber=version,
            StatementId=new["statementId"],
            Action=new["action"],
            Principal=new["principal"],
            **present(OrganizationId=new.get("organizationId")),
        )
        return Created(f"{layer},{version}", {"policy": answer["Statement"], "revisionId": answer["RevisionId"]})

    def delete(self, aws: Aws, old: Resource) -> None:
        given, client = old.inputs, aws.client("lambda")
        if not given.get("skipDestroy"):
            ignoring(
                GONE,
                lambda: client.remove_layer_version_permission(
                    LayerName=given["layerName"],
                    VersionNumber=int(given["versionNumber"]),
                    StatementId=given["statementId"],
                ),
            )


def _parts(arn: str) -> tuple[str, int]:
    """Name and number of a layer version's ARN.

    Raises:
        ResourceError: it is none.
    """
    parts = arn.split(":")
    if len(parts) != 8 or not parts[7].isdigit():
        raise ResourceError(f"{arn!r} is not the ARN of a layer version", fix="It ends in :layer:<name>:<version>.")
    return parts[6], int(parts[7])


def _described(answer: Mapping[str, Any]) -> dict[str, Any]:
    content = answer["Content"]
    return {
        "arn": answer["LayerVersionArn"],
        "layerArn": answer["LayerArn"],
        "version": str(answer["Version"]),
        "createdDate": answer["CreatedDate"],
        "codeSha256": content["CodeSha256"],
        "sourceCodeHash": content["CodeSha256"],
        "sourceCodeSize": content["CodeSize"],
        "signingJobArn": "",
        "signingProfileVersionArn": "",
    }


def get_layer_version(aws: Aws, args: Mapping[str, Any]) -> dict[str, Any]:
    """The version asked for, or the newest that fits."""
    client = in_region(aws, args).client("lambda")
    name, version = args["layerName"], args.get("version")
    if version is None:
        wanted = present(
            CompatibleRuntime=args.get("compatibleRuntime"), CompatibleArchitecture=args.get("compatibleArchitecture")
        )
        found = client.list_layer_versions(LayerName=name, **wanted)["LayerVersions"]
        if not found:
            raise ResourceError(f"no version of the layer {name!r} fits", fix="Publish it first, or ask for another.")
        version = max(layer["Version"] for layer in found)
    answer = client.get_layer_version(LayerName=name, VersionNumber=int(version))
    outputs = _described(answer)
    return {
        **outputs,
        "id": outputs["arn"],
        "layerName": name,
        "layerVersionArn": outputs["arn"],
        "version": answer["Version"],
        "description": answer.get("Description", ""),
        "licenseInfo": answer.get("LicenseInfo", ""),
        "compatibleRuntimes": answer.get("CompatibleRuntimes", []),
        "compatibleArchitectures": answer.get("CompatibleArchitectures", []),
    }
