"""EventBridge buses, rules and archives. https://docs.aws.amazon.com/eventbridge/latest/APIReference/"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stackwright.graph import Resource
from stackwright.provider.aws import Aws, ignoring
from stackwright.provider.provisioner import Created, Inputs, Provisioner, id_of
from stackwright.provider.services._shapes import camel, changed_tags, pascal, present, tag_list

GONE = ("ResourceNotFoundException",)


def bus_name(value: str | None) -> str:
    """Programs may give a bus by name or by ARN; the emulator takes names."""
    return (value or "default").split("event-bus/")[-1]


class EventBus(Provisioner):
    """Its id is its name."""

    type = "cloudwatch/eventBus:EventBus"
    replace_on = frozenset({"name", "eventSourceName"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        answer = aws.client("events").create_event_bus(
            Name=new["name"],
            Tags=tag_list(aws.tags(new.get("tags"))),
            **present(EventSourceName=new.get("eventSourceName")),
            **{k: v for k, v in _bus(new).items() if v},
        )
        return Created(outputs={"arn": answer["EventBusArn"]})

    def update(self, aws: Aws, new: Inputs, old: Resource) -> Mapping[str, Any]:
        if _bus(new) != _bus(Inputs(old, new.root)):
            aws.client("events").update_event_bus(Name=id_of(old), **_bus(new))
        retag(aws, new, old)
        return {}

    def delete(self, aws: Aws, old: Resource) -> None:
        ignoring(GONE, lambda: aws.client("events").delete_event_bus(Name=id_of(old)))

    def read(self, aws: Aws, wanted: Resource) -> Created:
        return Created(outputs=described_bus(aws.client("events").describe_event_bus(Name=id_of(wanted))))


def _bus(new: Inputs) -> dict[str, Any]:
    return {
        "Description": new.get("description", ""),
        "KmsKeyIdentifier": new.get("kmsKeyIdentifier", ""),
        "DeadLetterConfig": pascal(new.get("deadLetterConfig") or {}),
        "LogConfig": pascal(new.get("logConfig") or {}),
    }


def described_bus(bus: Mapping[str, Any]) -> dict[str, Any]:
    """Outputs of a bus that was looked up."""
    return {
        "arn": bus["Arn"],
        "name": bus["Name"],
        "description": bus.get("Description", ""),
        "kmsKeyIdentifier": bus.get("KmsKeyIdentifier", ""),
        "deadLetterConfig": camel(bus["DeadLetterConfig"]) if bus.get("DeadLetterConfig") else None,
        "logConfig": camel(bus["LogConfig"]) if bus.get("LogConfig") else None,
    }


def retag(aws: Aws, new: Inputs, old: Resource) -> None:
    """Bring the tags of a bus or a rule up to date."""
    events, arn = aws.client("events"), old.outputs["arn"]
    put, removed = changed_tags(aws, new, old)
    if removed:
        events.untag_resource(ResourceARN=arn, TagKeys=removed)
    if put:
        events.tag_resource(ResourceARN=arn, Tags=tag_list(put))


class EventRule(Provisioner):
    """Its id is its name, with the bus before it unless that is the default one."""

    type = "cloudwatch/eventRule:EventRule"
    replace_on = frozenset({"name", "namePrefix", "eventBusName"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        tags = tag_list(aws.tags(new.get("tags")))
        settings = {k: v for k, v in _rule(new).items() if v}
        answer = aws.client("events").put_rule(Tags=tags, **settings)
        return Created(_rule_id(new), {"arn": answer["RuleArn"], **_state(settings)})

    def update(self, aws: Aws, new: Inputs, old: Resource) -> Mapping[str, Any]:
        settings, before = _rule(new), _rule(Inputs(old, new.root))
        if settings != before:
            # Empty texts reset what was there; AWS refuses them for what was not.
            wanted = {k: v for k, v in settings.items() if v or before[k]}
            aws.client("events").put_rule(**wanted)
        retag(aws, new, old)
        return _state(settings)

    def delete(self, aws: Aws, old: Resource) -> None:
        bus, name = bus_name(old.inputs.get("eventBusName")), old.outputs["name"]
        force = present(Force=old.inputs.get("forceDestroy"))
        ignoring(GONE, lambda: aws.client("events").delete_rule(Name=name, EventBusName=bus, **force))

    def read(self, aws: Aws, wanted: Resource) -> Created:
        bus, _, name = id_of(wanted).rpartition("/")
        rule = aws.client("events").describe_rule(Name=name, EventBusName=bus or "default")
        return Created(
            outputs={
                "arn": rule["Arn"],
                "name": name,
                "eventBusName": bus or "default",
                "description": rule.get("Description", ""),
                "eventPattern": rule.get("EventPattern", ""),
                "scheduleExpression": rule.get("ScheduleExpression", ""),
                "roleArn": rule.get("RoleArn", ""),
                **_state({"State": rule["State"]}),
            }
        )


def _rule(new: Inputs) -> dict[str, Any]:
    enabled = "DISABLED" if new.get("isEnabled") is False else "ENABLED"
    return {
        "Name": new["name"],
        "EventBusName": bus_name(new.get("eventBusName")),
        "Description": new.get("description", ""),
        "EventPattern": new.get("eventPattern", ""),
        "ScheduleExpression": new.get("scheduleExpression", ""),
        "RoleArn": new.get("roleArn", ""),
        "State": new.get("state", enabled),
    }


def _rule_id(new: Inputs) -> str:
    bus = new.get("eventBusName", "default")
    return new["name"] if bus == "default" else f"{bus}/{new['name']}"


def _state(settings: Mapping[str, Any]) -> dict[str, Any]:
    return {"state": settings["State"], "isEnabled": settings["State"] != "DISABLED"}


class EventPermission(Provisioner):
    """A statement of a bus's policy."""

    type = "cloudwatch/eventPermission:EventPermission"
    replace_on = frozenset({"statementId", "eventBusName"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        condition, bus = new.get("condition"), new.get("eventBusName", "default")
        aws.client("events").put_permission(
            EventBusName=bus_name(bus),
            StatementId=new["statementId"],
            Principal=new["principal"],
            Action=new.get("action", "events:PutEvents"),
            **present(Condition=pascal(condition) if condition else None),
        )
        return Created(new["statementId"] if bus == "default" else f"{bus}/{new['statementId']}")

    def delete(self, aws: Aws, old: Resource) -> None:
        bus, statement = bus_name(old.inputs.get("eventBusName")), old.inputs["statementId"]
        events = aws.client("events")
        ignoring(GONE, lambda: events.remove_permission(EventBusName=bus, StatementId=statement))


class EventBusPolicy(Provisioner):
    """The whole policy of a bus. The emulator has no call that takes one, and asks none."""

    type = "cloudwatch/eventBusPolicy:EventBusPolicy"
    replace_on = frozenset({"eventBusName"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        return Created(new.get("eventBusName", "default"))

    def delete(self, aws: Aws, old: Resource) -> None:
        """Nothing was made."""


class EventArchive(Provisioner):
    """Its id is its name."""

    type = "cloudwatch/eventArchive:EventArchive"
    replace_on = frozenset({"name", "eventSourceArn"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        settings = {k: v for k, v in _archive(new).items() if v}
        answer = aws.client("events").create_archive(EventSourceArn=new["eventSourceArn"], **settings)
        return Created(outputs={"arn": answer["ArchiveArn"]})

    def update(self, aws: Aws, new: Inputs, old: Resource) -> Mapping[str, Any]:
        before = _archive(Inputs(old, new.root))
        aws.client("events").update_archive(**{k: v for k, v in _archive(new).items() if v or before[k]})
        return {}

    def delete(self, aws: Aws, old: Resource) -> None:
        ignoring(GONE, lambda: aws.client("events").delete_archive(ArchiveName=id_of(old)))


def _archive(new: Inputs) -> dict[str, Any]:
    return {
        "ArchiveName": new["name"],
        "Description": new.get("description", ""),
        "EventPattern": new.get("eventPattern", ""),
        "RetentionDays": new.get("retentionDays", 0),
        "KmsKeyIdentifier": new.get("kmsKeyIdentifier", ""),
    }
