"""Calls of functions that a program makes itself. https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from stackwright.errors import ResourceError
from stackwright.graph import Resource
from stackwright.provider.aws import Aws
from stackwright.provider.provisioner import Created, Inputs, Provisioner
from stackwright.provider.services._shapes import in_region, present


class Invocation(Provisioner):
    """Calls a function when it is created; with the lifecycle scope CRUD also when it changes and goes."""

    type = "lambda/invocation:Invocation"
    replace_on = frozenset({"functionName", "qualifier", "terraformKey", "lifecycleScope"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        text = _payload(new, "create", None)
        digest = hashlib.md5(new["input"].encode(), usedforsecurity=False).hexdigest()
        result = _invoke(aws, new["functionName"], new.get("qualifier"), text)
        return Created(f"{new['functionName']}_{new.get('qualifier', '$LATEST')}_{digest}", {"result": result})

    def update(self, aws: Aws, new: Inputs, old: Resource) -> Mapping[str, Any]:
        text = _payload(new, "update", old.inputs["input"])
        return {"result": _invoke(aws, new["functionName"], new.get("qualifier"), text)}

    def delete(self, aws: Aws, old: Resource) -> None:
        if old.inputs.get("lifecycleScope") == "CRUD":
            text = _payload(old.inputs, "delete", old.inputs["input"])
            _invoke(aws, old.inputs["functionName"], old.inputs.get("qualifier"), text)


def _payload(inputs: Mapping[str, Any], action: str, previous: str | None) -> str:
    """With CRUD, the input has one more key that says what happens."""
    text, key, scope = inputs["input"], inputs.get("terraformKey"), inputs.get("lifecycleScope")
    if scope != "CRUD":
        return text
    happened = {"action": action, "prev_input": json.loads(previous) if previous else None}
    return json.dumps({**json.loads(text), key or "tf": happened})


def _invoke(aws: Aws, function: str, qualifier: str | None, text: str) -> str:
    answer = aws.client("lambda").invoke(FunctionName=function, Payload=text.encode(), **present(Qualifier=qualifier))
    result = answer["Payload"].read().decode()
    if answer.get("FunctionError"):
        raise ResourceError(f"the function {function} failed: {result}", fix="See `stackwright logs`.")
    return result


def get_invocation(aws: Aws, args: Mapping[str, Any]) -> dict[str, Any]:
    """Calls a function each time the program runs."""
    qualifier = args.get("qualifier")
    result = _invoke(in_region(aws, args), args["functionName"], qualifier, args["input"])
    return {**args, "id": args["functionName"], "qualifier": qualifier or "$LATEST", "result": result}
