"""What a program asks AWS for and has itself registered: in a simulation nobody else could know it.

`getSecretVersion(secretId=secret.id)` finds the `SecretVersion` that was registered with this `secretId`,
`getQueue(name=queue.name)` the `Queue` of this name.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any, Final

from stackwright.engine.schema import sdk
from stackwright.graph import Invoke, Properties, Resource, Unknown, reveal

# Arguments that say how to answer rather than which one is meant.
_NO_NAMES: Final = frozenset({"region", "tags", "filters", "mostRecent", "owners", "versionStage", "withDecryption"})


def answer(
    token: str, args: Properties, resources: Sequence[Resource], interpreter: str = sys.executable
) -> Invoke | None:
    """The function with its result as its resource has it; None where no single resource is meant by the arguments."""
    module, _, name = token.partition("/")
    subject = name.partition(":")[0].removeprefix("get")
    wanted = f"{module}/{subject[:1].lower()}{subject[1:]}:{subject}"
    names = {key: value for key, value in args.items() if key not in _NO_NAMES and value not in (None, "", [], {})}
    declared = sdk.function(token, interpreter) if names and resources else None
    if declared is None:
        return None
    found = [r for r in resources if r.type == wanted and all(_is(r, key, value) for key, value in names.items())]
    if len(found) != 1:
        return None
    known = {key: value for key, value in found[0].outputs.items() if key in declared.properties}
    return Invoke(token, args, {**known, "id": found[0].id, **{k: v for k, v in args.items() if v is not None}})


def _is(resource: Resource, key: str, value: Any) -> bool:
    """Whether an argument of a function names this resource; a name, an id and an ARN may stand for each other."""
    outputs = reveal(resource.outputs)
    if key in outputs and outputs[key] == value:
        return True
    if isinstance(resource.id, Unknown) or key not in (*_itself(resource), "id", "arn", "name"):
        return False
    return value in (resource.id, outputs.get("arn"), outputs.get("name"))


def _itself(resource: Resource) -> tuple[str, ...]:
    """What an argument is called that names the resource: `functionName`, `roleName`, `keyId`."""
    subject = resource.type.rpartition(":")[2]
    own = subject[:1].lower() + subject[1:]
    return (own, f"{own}Name", f"{own}Id", f"{own}Arn")
