"""A Distributed Map batches its items, writes its results, and starts its children with the machine's role.

AWS: ``ItemBatcher`` gives each child workflow ``{"BatchInput": …, "Items": […]}``; ``ResultWriter`` puts the results of
the children into files, and the state's output names the manifest; both S3 objects are used with the machine's role,
which must be allowed to start executions of the machine itself.
https://docs.aws.amazon.com/step-functions/latest/dg/iam-policies-eg-dist-map.html
https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itembatcher.html
https://docs.aws.amazon.com/step-functions/latest/dg/input-output-resultwriter.html
A file that cannot be read is ``States.ItemReaderFailed``.
https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
MiniStack: both are ignored, each child gets one item, the role is not asked, and a file that is not in UTF-8, or no
JSON, ends the execution past every Catch.
Here: items are batched before MiniStack's map runs, and results are written after it. Batches are what is counted.
What AWS calls the error of a role that may not start executions is not documented; here it is ``States.Permissions``.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from stackwright.emulator.launcher.patching import Patcher
from stackwright.emulator.launcher.shared import SharedState

_CHILD_FIELDS = {
    "ExecutionArn": "executionArn",
    "Name": "name",
    "StateMachineArn": "stateMachineArn",
    "Status": "status",
    "Input": "input",
    "Output": "output",
    "Error": "error",
    "Cause": "cause",
    "StartDate": "startDate",
    "StopDate": "stopDate",
}


def apply(patcher: Patcher, shared: SharedState) -> None:
    """Register the patch."""
    patcher.require(
        "ministack.services.stepfunctions",
        "_ExecutionError _apply_output_path _apply_result_path _apply_result_selector _executions "
        "_map_runs _next_or_end _read_map_items _resolve_params_obj _resolve_path_or_ctx _state_machines",
    )
    patcher.require("ministack.services.s3", "_put_object")
    patcher.on_import("ministack.services.stepfunctions", lambda module: _Maps(module, patcher, shared).install())


class _Maps:
    def __init__(self, states: Any, patcher: Patcher, shared: SharedState) -> None:
        self._states = states
        self._patcher = patcher
        self._shared = shared

    def install(self) -> None:
        self._original = self._patcher.replace(
            self._states,
            "_run_distributed_map",
            self._run,
            parameters="state_def raw_input effective iterator execution ctx",
        )
        self._parse = self._patcher.replace(self._states, "_parse_reader_items", self._parsed, parameters="text config")
        self._text = self._patcher.replace(self._states, "_s3_object_text", self._decoded, parameters="bucket key")

    def _decoded(self, bucket: str, key: str) -> str:
        try:
            return self._text(bucket, key)
        except UnicodeDecodeError as error:
            raise self._unreadable(error) from None

    def _parsed(self, text: str, config: Mapping[str, Any]) -> Any:
        try:
            return self._parse(text, config)
        except (ValueError, csv.Error) as error:
            raise self._unreadable(error) from None

    def _unreadable(self, error: Exception) -> Exception:
        return self._states._ExecutionError("States.ItemReaderFailed", f"The file cannot be read: {error}")

    def _run(
        self,
        state_def: Mapping[str, Any],
        raw_input: Any,
        effective: Any,
        iterator: Mapping[str, Any],
        execution: Mapping[str, Any],
        ctx: Mapping[str, Any],
    ) -> Any:
        machine = execution["stateMachineArn"]
        if not self._role_may(execution, "states:StartExecution", machine):
            cause = f"The role is not authorized to perform: states:StartExecution on resource: {machine}"
            raise self._states._ExecutionError("States.Permissions", cause)
        self._may(execution, state_def.get("ItemReader"), effective, ctx)
        state = dict(state_def)
        items = effective
        if state.get("ItemBatcher"):
            items = self._batches(state, effective, ctx)
            for done in ("ItemReader", "ItemSelector", "Parameters", "ItemBatcher"):
                state.pop(done, None)
            state["ItemsPath"] = "$"
        if not state.get("ResultWriter"):
            return self._original(state, raw_input, items, iterator, execution, ctx)
        return self._written(state, raw_input, items, effective, iterator, execution, ctx)

    def _batches(self, state: Mapping[str, Any], effective: Any, ctx: Mapping[str, Any]) -> list[dict[str, Any]]:
        states = self._states
        if state.get("ItemReader"):
            items = states._read_map_items(state["ItemReader"], effective, ctx)
        else:
            items = states._resolve_path_or_ctx(state.get("ItemsPath", "$"), effective, ctx)
        selector = state.get("ItemSelector") or state.get("Parameters")
        if selector:
            items = [
                states._resolve_params_obj(
                    selector, effective, {**ctx, "Map": {"Item": {"Index": index, "Value": item}}}
                )
                for index, item in enumerate(items)
            ]
        batcher = state["ItemBatcher"]
        common = {}
        if batcher.get("BatchInput"):
            common = {"BatchInput": states._resolve_params_obj(batcher["BatchInput"], effective, ctx)}

        def limit(name: str) -> int | None:
            path = batcher.get(f"{name}Path")
            value = states._resolve_path_or_ctx(path, effective, ctx) if path else batcher.get(name)
            return None if value is None else int(value)

        groups = _grouped(items, limit("MaxItemsPerBatch"), limit("MaxInputBytesPerBatch"))
        return [{**common, "Items": group} for group in groups]

    def _written(
        self,
        state: dict[str, Any],
        raw_input: Any,
        items: Any,
        effective: Any,
        iterator: Mapping[str, Any],
        execution: Mapping[str, Any],
        ctx: Mapping[str, Any],
    ) -> Any:
        states = self._states
        writer = state.pop("ResultWriter")
        place = states._resolve_params_obj(writer.get("Parameters") or {}, effective, ctx)
        before = set(states._map_runs)
        bare = {key: value for key, value in state.items() if key not in ("ResultSelector", "ResultPath", "OutputPath")}
        try:
            self._original(bare, raw_input, items, iterator, execution, ctx)
        finally:
            run = next(
                found
                for arn, found in states._map_runs.items()
                if arn not in before and found["executionArn"] == execution["executionArn"]
            )
            details = self._write(run, place, execution)
        result = states._apply_result_selector(state, {"MapRunArn": run["mapRunArn"], "ResultWriterDetails": details})
        output = states._apply_result_path(state, raw_input, result)
        return states._apply_output_path(state, output, ctx), states._next_or_end(state)

    def _write(self, run: Mapping[str, Any], place: Mapping[str, Any], execution: Mapping[str, Any]) -> dict[str, str]:
        bucket = str(place["Bucket"])
        prefix = f"{place['Prefix'].rstrip('/')}/" if place.get("Prefix") else ""
        folder = f"{prefix}{run['mapRunArn'].rpartition(':')[2]}"
        children = [child for child in self._states._executions.values() if child.get("mapRunArn") == run["mapRunArn"]]
        files: dict[str, list[dict[str, Any]]] = {"SUCCEEDED": [], "FAILED": [], "PENDING": []}
        for status in ("SUCCEEDED", "FAILED"):
            ended = [_described(child) for child in children if child["status"] == status]
            if ended:
                key = f"{folder}/{status}_0.json"
                files[status].append({"Key": key, "Size": self._put(bucket, key, ended, execution)})
        manifest = {"DestinationBucket": bucket, "MapRunArn": run["mapRunArn"], "ResultFiles": files}
        self._put(bucket, f"{folder}/manifest.json", manifest, execution)
        return {"Bucket": bucket, "Key": f"{folder}/manifest.json"}

    def _put(self, bucket: str, key: str, content: Any, execution: Mapping[str, Any]) -> int:
        body = json.dumps(content).encode()
        response = (403,)
        if self._role_may(execution, "s3:PutObject", f"arn:aws:s3:::{bucket}/{key}"):
            response = self._patcher.module("ministack.services.s3")._put_object(bucket, key, body, {})
        if response[0] >= 300:
            raise self._states._ExecutionError(
                "States.ResultWriterFailed", f"Failed to write to s3://{bucket}/{key}: {response[0]}"
            )
        return len(body)

    def _may(
        self, execution: Mapping[str, Any], reader: Mapping[str, Any] | None, effective: Any, ctx: Mapping[str, Any]
    ) -> None:
        """Whether the machine's role may read the items."""
        if not reader:
            return
        named = reader.get("Parameters") or reader.get("Arguments") or {}
        place = self._states._resolve_params_obj(named, effective, ctx)
        bucket = f"arn:aws:s3:::{place.get('Bucket')}"
        listing = str(reader.get("Resource", "")).endswith("s3:listObjectsV2")
        action, resource = ("s3:ListBucket", bucket) if listing else ("s3:GetObject", f"{bucket}/{place.get('Key')}")
        if not self._role_may(execution, action, resource):
            raise self._states._ExecutionError("States.ItemReaderFailed", f"Access denied: {action} on {resource}")

    def _role_may(self, execution: Mapping[str, Any], action: str, resource: str) -> bool:
        machine = self._states._state_machines.get(execution["stateMachineArn"]) or {}
        role = machine.get("roleArn")
        return not role or self._shared.authorizer.role_may(role, action, resource, via="states")


def _grouped(items: Sequence[Any], most: int | None, most_bytes: int | None) -> Iterator[list[Any]]:
    """Batches of at most ``most`` items and ``most_bytes`` bytes of JSON each."""
    group: list[Any] = []
    size = 0
    for item in items:
        length = len(json.dumps(item).encode())
        if group and ((most and len(group) >= most) or (most_bytes and size + length > most_bytes)):
            yield group
            group, size = [], 0
        group.append(item)
        size += length
    if group:
        yield group


def _described(child: Mapping[str, Any]) -> dict[str, Any]:
    return {name: child[field] for name, field in _CHILD_FIELDS.items() if child.get(field) is not None}
