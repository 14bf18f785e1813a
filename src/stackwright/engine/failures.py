"""What becomes of an exception on its way to the user: whose fault it is, where, and without secrets."""

from __future__ import annotations

import json

from stackwright.engine import secrecy
from stackwright.engine.events import Registration
from stackwright.errors import Defect, StackwrightError
from stackwright.graph import Properties, Resource, value_to_json


def located(error: Exception, urn: str, wanted: Registration | Resource) -> StackwrightError:
    """An error with the place in the program that it speaks of. What nobody has foreseen is a defect of ours."""
    masked = secrecy.masking(wanted.inputs)
    where = f"{wanted.source}, {urn}" if wanted.source else urn
    details = {"resource": f"{wanted.type} {wanted.name}", "inputs": _shown(wanted.inputs)}
    if isinstance(error, StackwrightError):
        error.what = masked(error.what)
        error.where = error.where or where
        if isinstance(error, Defect):
            error.traceback = masked(error.traceback)
            error.details = {**details, **error.details}
        return error
    return Defect.of(error, f"{wanted.type} {wanted.name!r}", where=where, details=details, masked=masked)


def of_invoke(error: Exception, token: str, args: Properties) -> Defect:
    """The defect that a function call has run into."""
    details = {"function": token, "arguments": _shown(args)}
    return Defect.of(error, f"the function {token}", details=details, masked=secrecy.masking(args))


def _shown(inputs: Properties) -> str:
    return json.dumps(value_to_json(inputs), indent=2, sort_keys=True, default=repr)
