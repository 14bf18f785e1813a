"""Event source mappings. https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from stackwright.graph import Resource
from stackwright.provider.aws import Aws, ignoring
from stackwright.provider.provisioner import Created, Inputs, Provisioner, id_of
from stackwright.provider.services._shapes import changed_tags, differing, pascal, present
from stackwright.provider.services.lambda_.functions import GONE

_POLLED = ("sqs", "kinesis", "dynamodb")


class EventSourceMapping(Provisioner):
    """Its id is its UUID."""

    type = "lambda/eventSourceMapping:EventSourceMapping"
    replace_on = frozenset(
        {
            "eventSourceArn",
            "startingPosition",
            "startingPositionTimestamp",
            "amazonManagedKafkaEventSourceConfig",
            "selfManagedEventSource",
            "selfManagedKafkaEventSourceConfig",
            "queues",
            "topics",
        }
    )

    def create(self, aws: Aws, new: Inputs) -> Created:
        if _service(new) not in _POLLED:
            new.limit("eventSourceArn", "not polled")
            return Created(outputs={"state": "Enabled"})
        answer = aws.client("lambda").create_event_source_mapping(
            EventSourceArn=new["eventSourceArn"],
            Tags=aws.tags(new.get("tags")),
            **present(
                StartingPosition=new.get("startingPosition"),
                StartingPositionTimestamp=new.get("startingPositionTimestamp"),
            ),
            **{k: v for k, v in _settings(new).items() if v not in ({}, [])},
        )
        return Created(answer["UUID"], _described(answer))

    def update(self, aws: Aws, new: Inputs, old: Resource) -> Mapping[str, Any]:
        if _service(new) not in _POLLED:
            return self.create(aws, new).outputs
        client, outputs = aws.client("lambda"), dict[str, Any]()
        settings = differing(_settings(new), _settings(Inputs(old, new.root)))
        if settings:
            outputs = _described(client.update_event_source_mapping(UUID=id_of(old), **settings))
        put, removed = changed_tags(aws, new, old)
        if removed:
            client.untag_resource(Resource=old.outputs["arn"], TagKeys=removed)
        if put:
            client.tag_resource(Resource=old.outputs["arn"], Tags=put)
        return outputs

    def delete(self, aws: Aws, old: Resource) -> None:
        ignoring(GONE, lambda: aws.client("lambda").delete_event_source_mapping(UUID=id_of(old)))

    def read(self, aws: Aws, wanted: Resource) -> Created:
        answer = aws.client("lambda").get_event_source_mapping(UUID=id_of(wanted))
        known = {"eventSourceArn": answer["EventSourceArn"], "batchSize": answer["BatchSize"]}
        return Created(outputs={**_described(answer), **known, "functionName": answer["FunctionArn"]})


def _service(inputs: Inputs) -> str:
    """`sqs` of `arn:aws:sqs:…`; empty for a source outside AWS."""
    source = inputs.get("eventSourceArn")
    return str(source).split(":")[2] if source else ""


def _settings(inputs: Inputs) -> dict[str, Any]:
    """What can be changed later; empty values reset a setting."""
    is_queue = _service(inputs) == "sqs"
    failure = (inputs.get("destinationConfig") or {}).get("onFailure") or {}
    for_streams = {
        "BisectBatchOnFunctionError": inputs.get("bisectBatchOnFunctionError", False),
        "MaximumRecordAgeInSeconds": inputs.get("maximumRecordAgeInSeconds", -1),
        "MaximumRetryAttempts": inputs.get("maximumRetryAttempts", -1),
        "ParallelizationFactor": inputs.get("parallelizationFactor", 1),
        "DestinationConfig": {"OnFailure": {"Destination": failure["destinationArn"]}} if failure else {},
    }
    return {
        "FunctionName": inputs["functionName"],
        "BatchSize": inputs.get("batchSize", 10 if is_queue else 100),
        "Enabled": inputs.get("enabled", True),
        "MaximumBatchingWindowInSeconds": inputs.get("maximumBatchingWindowInSeconds", 0),
        "FunctionResponseTypes": inputs.get("functionResponseTypes", []),
        "FilterCriteria": pascal(inputs.get("filterCriteria") or {}),
        "ScalingConfig": pascal(inputs.get("scalingConfig") or {}),
        **({} if is_queue else for_streams),
    }


def _described(answer: Mapping[str, Any]) -> dict[str, Any]:
    modified = answer["LastModified"]
    return {
        "arn": answer["EventSourceMappingArn"],
        "uuid": answer["UUID"],
        "functionArn": answer["FunctionArn"],
        "state": answer["State"],
        "stateTransitionReason": answer["StateTransitionReason"],
        "lastProcessingResult": answer["LastProcessingResult"],
        "lastModified": modified.astimezone(UTC).isoformat() if isinstance(modified, datetime) else str(modified),
    }
