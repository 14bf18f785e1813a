"""AWS Step Functions. https://docs.aws.amazon.com/step-functions/latest/apireference/"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from stackwright.errors import ResourceError
from stackwright.graph import Resource
from stackwright.provider.aws import Aws, ignoring
from stackwright.provider.lookups import Lookup
from stackwright.provider.provisioner import Created, Inputs, Provisioner, id_of
from stackwright.provider.services._shapes import changed_tags, differing, in_region, present

_GONE = ("StateMachineDoesNotExist", "ActivityDoesNotExist", "ResourceNotFound")


class StateMachine(Provisioner):
    """Its id is its ARN."""

    type = "sfn/stateMachine:StateMachine"
    replace_on = frozenset({"name", "namePrefix", "type"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        states = aws.client("stepfunctions")
        answer = states.create_state_machine(
            name=new["name"],
            type=new.get("type", "STANDARD"),
            tags=_tags(aws.tags(new.get("tags"))),
            publish=bool(new.get("publish")),
            **_settings(new),
        )
        arn = answer["stateMachineArn"]
        outputs = _described(states.describe_state_machine(stateMachineArn=arn))
        return Created(arn, {**outputs, "stateMachineVersionArn": answer.get("stateMachineVersionArn", "")})

    def update(self, aws: Aws, new: Inputs, old: Resource) -> Mapping[str, Any]:
        states, arn = aws.client("stepfunctions"), id_of(old)
        outputs: dict[str, Any] = {}
        settings = _settings(new)
        publish = bool(new.get("publish"))
        changed = differing(settings, _settings(Inputs(old, new.root)))
        if "encryptionConfiguration" in changed:
            changed["definition"] = settings["definition"]  # AWS takes the two together only
        if changed or (publish and not old.inputs.get("publish")):
            answer = states.update_state_machine(stateMachineArn=arn, publish=publish, **changed)
            outputs = _described(states.describe_state_machine(stateMachineArn=arn))
            if publish:
                outputs["stateMachineVersionArn"] = answer["stateMachineVersionArn"]
        _retag(aws, new, old)
        return outputs

    def delete(self, aws: Aws, old: Resource) -> None:
        ignoring(_GONE, lambda: aws.client("stepfunctions").delete_state_machine(stateMachineArn=id_of(old)))

    def read(self, aws: Aws, wanted: Resource) -> Created:
        return Created(outputs=_looked_up(aws, id_of(wanted)))


def _settings(new: Inputs) -> dict[str, Any]:
    """What can be changed later."""
    if (new.get("loggingConfiguration") or {}).get("level", "OFF") != "OFF":
        new.limit("loggingConfiguration", "a level other than OFF")
    if (new.get("tracingConfiguration") or {}).get("enabled"):
        new.limit("tracingConfiguration", "enabled")
    logging, tracing = new.get("loggingConfiguration") or {}, new.get("tracingConfiguration") or {}
    group = logging.get("logDestination")
    return {
        "definition": new["definition"],
        "roleArn": new["roleArn"],
        "loggingConfiguration": {
            "level": logging.get("level") or "OFF",
            "includeExecutionData": bool(logging.get("includeExecutionData")),
            "destinations": [{"cloudWatchLogsLogGroup": {"logGroupArn": group}}] if group else [],
        },
        "tracingConfiguration": {"enabled": bool(tracing.get("enabled"))},
        **present(encryptionConfiguration=_encryption(new)),
    }


def _encryption(new: Inputs) -> dict[str, Any] | None:
    given = new.get("encryptionConfiguration")
    return present(**given) if given else None


def _described(answer: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "arn": answer["stateMachineArn"],
        "creationDate": _date(answer["creationDate"]),
        "revisionId": answer.get("revisionId", ""),
        "status": answer["status"],
        "description": answer.get("description", ""),
        "versionDescription": "",
    }


def _looked_up(aws: Aws, arn: str) -> dict[str, Any]:
    answer = aws.client("stepfunctions").describe_state_machine(stateMachineArn=arn)
    known = {key: answer[key] for key in ("name", "type", "definition", "roleArn")}
    return {**_described(answer), **known}


def _date(value: datetime | str) -> str:
    return value.strftime("%Y-%m-%dT%H:%M:%SZ") if isinstance(value, datetime) else value


def _tags(tags: Mapping[str, str]) -> list[dict[str, str]]:
    """Step Functions writes their keys small."""
    return [{"key": k, "value": v} for k, v in tags.items()]


def _retag(aws: Aws, new: Inputs, old: Resource) -> None:
    states, arn = aws.client("stepfunctions"), id_of(old)
    put, removed = changed_tags(aws, new, old)
    if removed:
        states.untag_resource(resourceArn=arn, tagKeys=removed)
    if put:
        states.tag_resource(resourceArn=arn, tags=_tags(put))


class Activity(Provisioner):
    """Its id is its ARN."""

    type = "sfn/activity:Activity"
    replace_on = frozenset({"name", "encryptionConfiguration"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        answer = aws.client("stepfunctions").create_activity(
            name=new["name"],
            tags=_tags(aws.tags(new.get("tags"))),
            **present(encryptionConfiguration=_encryption(new)),
        )
        arn = answer["activityArn"]
        return Created(arn, {"arn": arn, "creationDate": _date(answer["creationDate"])})

    def update(self, aws: Aws, new: Inputs, old: Resource) -> Mapping[str, Any]:
        _retag(aws, new, old)
        return {}

    def delete(self, aws: Aws, old: Resource) -> None:
        ignoring(_GONE, lambda: aws.client("stepfunctions").delete_activity(activityArn=id_of(old)))


class Alias(Provisioner):
    """Its id is its ARN."""

    type = "sfn/alias:Alias"
    replace_on = frozenset({"name"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        answer = aws.client("stepfunctions").create_state_machine_alias(
            name=new["name"],
            description=new.get("description", ""),
            routingConfiguration=new["routingConfigurations"],
        )
        arn = answer["stateMachineAliasArn"]
        return Created(arn, {"arn": arn, "creationDate": _date(answer["creationDate"])})

    def update(self, aws: Aws, new: Inputs, old: Resource) -> Mapping[str, Any]:
        aws.client("stepfunctions").update_state_machine_alias(
            stateMachineAliasArn=id_of(old),
            description=new.get("description", ""),
            routingConfiguration=new["routingConfigurations"],
        )
        return {}

    def delete(self, aws: Aws, old: Resource) -> None:
        states = aws.client("stepfunctions")
        ignoring(_GONE, lambda: states.delete_state_machine_alias(stateMachineAliasArn=id_of(old)))


def get_state_machine(aws: Aws, args: Mapping[str, Any]) -> dict[str, Any]:
    """By name."""
    aws = in_region(aws, args)
    arn = f"arn:{aws.partition}:states:{aws.region}:{aws.account}:stateMachine:{args['name']}"
    return {**_looked_up(aws, arn), "id": arn}


def get_state_machine_versions(aws: Aws, args: Mapping[str, Any]) -> dict[str, Any]:
    """Newest first."""
    machine = args["statemachineArn"]
    states = in_region(aws, args).client("stepfunctions")
    found = states.list_state_machine_versions(stateMachineArn=machine)["stateMachineVersions"]
    arns = [version["stateMachineVersionArn"] for version in found]
    return {"id": machine, "statemachineArn": machine, "statemachineVersions": arns}


def get_alias(aws: Aws, args: Mapping[str, Any]) -> dict[str, Any]:
    """By name and state machine."""
    arn = f"{args['statemachineArn']}:{args['name']}"
    states = in_region(aws, args).client("stepfunctions")
    found = states.describe_state_machine_alias(stateMachineAliasArn=arn)
    return {
        "id": arn,
        "arn": arn,
        "name": args["name"],
        "statemachineArn": args["statemachineArn"],
        "description": found.get("description", ""),
        "creationDate": _date(found["creationDate"]),
        "routingConfigurations": found["routingConfiguration"],
    }


def get_activity(aws: Aws, args: Mapping[str, Any]) -> dict[str, Any]:
    """By ARN or by name.

    Raises:
        ResourceError: neither is given.
    """
    aws, arn = in_region(aws, args), args.get("arn")
    if not arn and not args.get("name"):
        raise ResourceError("getActivity needs a name or an arn")
    arn = arn or f"arn:{aws.partition}:states:{aws.region}:{aws.account}:activity:{args['name']}"
    found = aws.client("stepfunctions").describe_activity(activityArn=arn)
    return {"id": arn, "arn": arn, "name": found["name"], "creationDate": _date(found["creationDate"])}


PROVISIONERS = (Activity, Alias, StateMachine)

FUNCTIONS: Final[Mapping[str, Lookup]] = {
    "aws:sfn/getActivity:getActivity": get_activity,
    "aws:sfn/getAlias:getAlias": get_alias,
    "aws:sfn/getStateMachine:getStateMachine": get_state_machine,
    "aws:sfn/getStateMachineVersions:getStateMachineVersions": get_state_machine_versions,
}
