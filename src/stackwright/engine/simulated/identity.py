"""Made-up ids, names and ARNs: deterministic, and of the form AWS gives them.

What a type's computed outputs look like stands in `data/identity/<module>.toml`, one table per type:

    ["sqs/queue:Queue"]
    name = "name"                       # the input that holds the physical name; generated when absent
    limit = 80                          # its longest length
    id = "{url}"                        # templates may use other outputs, {inputs.x}, and the words below
    outputs.arn = "arn:{partition}:sqs:{region}:{account}:{name}"
    outputs.url = "https://sqs.{region}.{suffix}/{account}/{name}"
    defaults.visibilityTimeoutSeconds = 30

Words: {partition} {region} {account} {suffix} {name} {logical} {bus} {hex:N} {digits:N} {alnum:N}; {bus} is an event
bus of one's own with a slash, or nothing. A type without a table gets its outputs from what the program's SDK declares,
by the form of their names.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from importlib import resources
from typing import Any, Final, cast

from stackwright.caching import cached
from stackwright.defaults import ACCOUNT
from stackwright.engine.schema import sdk
from stackwright.engine.schema.shapes import Shape
from stackwright.engine.simulated.fake_values import FakeValues
from stackwright.engine.simulated.scope import Scope, scope_of
from stackwright.graph import UNKNOWN, Properties, Resource, Unknown, contains_unknown, reveal

__all__ = ["Scope", "identify", "scope_of"]

_ALNUM: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_A_TEXT: Final = Shape("str")
_HOLE: Final = re.compile(r"\{([A-Za-z][\w.]*)(?::(\d+))?\}")


def identify(
    resource: Resource,
    config: Properties,
    account: str = ACCOUNT,
    given_id: str | None = None,
    interpreter: str = sys.executable,
) -> Resource:
    """The resource with a made-up id and all its outputs: inputs, defaults, computed ones, merged tags.

    Args:
        given_id: the id of a resource that is looked up; where the id is the physical name, the name follows it.
        interpreter: the program's Python, whose SDK declares the outputs.
    """
    scope = scope_of(config, account)
    region = resource.inputs.get("region")
    if isinstance(region, str) and resource.type.startswith("aws:"):
        scope = Scope(scope.account, region)
    known = _tables(_module(resource.type)).get(resource.type.removeprefix("aws:"), {})
    name_input = known.get("name")
    if given_id is not None and name_input and known.get("id", "{name}") == "{name}":
        resource = replace(resource, inputs={**resource.inputs, name_input: given_id})
    declared = sdk.resource_type(resource.type, interpreter)
    templates = _Templates(resource, scope, known, declared)
    outputs: dict[str, Any] = dict(known.get("defaults", {}))
    outputs.update({k: v for k, v in resource.inputs.items() if v is not None})
    if name_input:
        outputs[name_input] = templates.known_name
    computed = known.get("outputs", {})
    for key in (*computed, *(k for k in declared.computed if k not in computed)):
        if outputs.get(key) is None:
            outputs[key] = templates.output(key)
    for key in declared.filled:
        if outputs.get(key) is None and (value := templates.filled(key)) is not None:
            outputs[key] = value
    if "tags" in resource.inputs or config.get("defaultTags"):
        defaults = (config.get("defaultTags") or {}).get("tags") or {}
        given = resource.inputs.get("tags")
        # A few types, such as an Auto Scaling group, take a list of tags, which default tags do not join.
        outputs["tagsAll"] = {**defaults, **(given if isinstance(given, Mapping) else {})}
    return replace(resource, id=templates.id if given_id is None else given_id, outputs=outputs)


def collides(new: Resource, old: Resource, config: Properties) -> bool:
    """Whether a replacement cannot exist beside the old resource: it would have its name or its id.

    An id is the same where it is the name or follows from the inputs; where AWS makes it up, two may exist at once.
    """
    key = _tables(_module(new.type)).get(new.type.removeprefix("aws:"), {}).get("name", "name")
    before, after = (identify(replace(r, inputs=reveal(r.inputs)), config) for r in (old, new))
    name = after.outputs.get(key)
    return before.id == after.id or (name is not None and before.outputs.get(key) == name)


class _Templates:
    """Fills templates for one resource."""

    def __init__(self, resource: Resource, scope: Scope, known: Mapping[str, Any], declared: sdk.Declared) -> None:
        self._resource = resource
        self._scope = scope
        self._known = known
        self._declared = declared
        self._fake = FakeValues(resource.seed or resource.urn, scope, _module(resource.type), resource.name)

    @property
    def known_name(self) -> str | Unknown:
        """The physical name, if it is known."""
        try:
            return self.name
        except _NotKnownError:
            return UNKNOWN

    @property
    def name(self) -> str:
        """The physical name: the given one, or a generated one as Pulumi makes it, `<logical>-<7 hex digits>`."""
        key = self._known.get("name", "")
        given = self._resource.inputs.get(key) if key else None
        if isinstance(given, Unknown):
            raise _NotKnownError
        if isinstance(given, str) and given:
            return given
        prefix = self._resource.inputs.get(f"{key}Prefix") if key else None
        start = (
            prefix if isinstance(prefix, str) and prefix else f"{self._known.get('before', '')}{self._resource.name}-"
        )
        end = ".fifo" if self._resource.inputs.get("fifoQueue") or self._resource.inputs.get("fifoTopic") else ""
        room = int(self._known.get("limit", 255)) - 7 - len(end)
        name = f"{start[:room]}{self._fake.hex('name', 7)}{end}"
        return name.lower() if self._known.get("lower") else name

    @property
    def id(self) -> str | Unknown:
        """The provider's id."""
        template = self._known.get("id") or ("{name}" if self._known.get("name") else "")
        filled = self.fill(template)
        return filled if isinstance(filled, Unknown) else str(filled) or self._fake.name("id")

    def output(self, key: str) -> Any:
        """A computed output."""
        template = self._known.get("outputs", {}).get(key)
        if template is not None:
            return self.fill(template)
        return self._fake.value(key, self._declared.properties.get(key, _A_TEXT), self._declared.members)

    def filled(self, key: str) -> Any:
        """What the provider puts into an input that was not given, as far as it can be told."""
        is_text = self._declared.properties[key].kind == "str"
        return self._fake.known(key) if is_text and not key.endswith("Prefix") else None

    def fill(self, template: Any) -> Any:
        """The template with every hole filled, at any depth."""
        if isinstance(template, str):
            try:
                return _HOLE.sub(lambda m: self._word(m.group(1), int(m.group(2) or 0)), template)
            except _NotKnownError:
                return UNKNOWN
        if isinstance(template, list):
            return [self.fill(item) for item in cast("list[Any]", template)]
        if isinstance(template, dict):
            return {k: self.fill(v) for k, v in cast("dict[str, Any]", template).items()}
        return template

    def _word(self, word: str, length: int) -> str:
        match word:
            case "partition" | "region" | "account" | "suffix":
                return str(getattr(self._scope, word))
            case "name":
                return self.name
            case "logical":
                return self._resource.name
            case "bus":
                bus = str(self._resource.inputs.get("eventBusName") or "default").rpartition("/")[2]
                return "" if bus == "default" else f"{bus}/"
            case "hex":
                return self._fake.hex("hex", length)
            case "digits":
                return "".join(str(int(c, 16) % 10) for c in self._fake.hex("digits", length))
            case "alnum":
                pairs = self._fake.hex("alnum", 2 * length)
                return "".join(_ALNUM[int(pairs[i : i + 2], 16) % 32] for i in range(0, 2 * length, 2))
            case "id":
                return _text(self.id)
            case _ if word.startswith("inputs."):
                value = self._resource.inputs.get(word.removeprefix("inputs."))
                return "" if value is None else _text(value)
            case _:
                given = self._resource.inputs.get(word)
                return _text(given if given is not None else self.output(word))


class _NotKnownError(Exception):
    """A text is asked for that a value which is not known stands in."""


def _text(value: Any) -> str:
    if contains_unknown(value):
        raise _NotKnownError
    return str(value)


def _module(type_token: str) -> str:
    """`s3` of `aws:s3/bucket:Bucket`."""
    parts = type_token.split(":")
    return parts[1].split("/")[0] if len(parts) > 1 else ""


@cached
def _tables(module: str) -> Mapping[str, Mapping[str, Any]]:
    path = resources.files("stackwright.engine.simulated") / "data" / "identity" / f"{module}.toml"
    if not path.is_file():
        return {}
    return cast("Mapping[str, Mapping[str, Any]]", tomllib.loads(path.read_text(encoding="utf-8")))
