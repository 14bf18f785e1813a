"""Amazon EventBridge Pipes. https://docs.aws.amazon.com/eventbridge/latest/pipes-reference/"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stackwright.graph import Resource
from stackwright.provider.aws import Aws, ignoring
from stackwright.provider.provisioner import Created, Inputs, Provisioner, id_of
from stackwright.provider.services._shapes import changed_tags, present

_GONE = ("NotFoundException",)


class Pipe(Provisioner):
    """Its id is its name. The emulator moves records of DynamoDB streams to topics and state machines, as they are."""

    type = "pipes/pipe:Pipe"
    replace_on = frozenset({"name", "namePrefix", "source"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        answer = aws.client("pipes").create_pipe(
            Source=new["source"], **present(Tags=aws.tags(new.get("tags")) or None), **_settings(new)
        )
        return Created(outputs={"arn": answer["Arn"]})

    def update(self, aws: Aws, new: Inputs, old: Resource) -> Mapping[str, Any]:
        pipes, arn = aws.client("pipes"), old.outputs["arn"]
        settings = _settings(new)
        if settings != _settings(Inputs(old, new.root)):
            pipes.update_pipe(**settings)
        put, removed = changed_tags(aws, new, old)
        if removed:
            pipes.untag_resource(resourceArn=arn, tagKeys=removed)
        if put:
            pipes.tag_resource(resourceArn=arn, tags=put)
        return {}

    def delete(self, aws: Aws, old: Resource) -> None:
        ignoring(_GONE, lambda: aws.client("pipes").delete_pipe(Name=id_of(old)))

    def read(self, aws: Aws, wanted: Resource) -> Created:
        found = aws.client("pipes").describe_pipe(Name=id_of(wanted))
        known = {"name": found["Name"], "source": found["Source"], "target": found["Target"]}
        return Created(outputs={**known, "arn": found["Arn"], "roleArn": found["RoleArn"]})


def _settings(new: Inputs) -> dict[str, Any]:
    source, target = (str(new[key]).split(":")[2] for key in ("source", "target"))
    if source != "dynamodb":
        new.limit("source", "other sources")
    if target not in ("sns", "states"):
        new.limit("target", "other targets")
    return {
        "Name": new["name"],
        "RoleArn": new["roleArn"],
        "Target": new["target"],
        "Description": new.get("description", ""),
        "DesiredState": new.get("desiredState", "RUNNING"),
    }


PROVISIONERS = (Pipe,)
