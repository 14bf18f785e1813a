"""Resource types whose AWS calls take the inputs one to one.

What a call takes is in the API's own model, which comes with boto3. So an input finds its parameter by name, whatever
the capitals and the plural, and takes the form that the model wants; no table of names is needed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Final, cast

from stackwright.graph import Resource
from stackwright.provider.aws import Aws, AwsError, Client, error_code
from stackwright.provider.provisioner import Created, Inputs, Provisioner, id_of
from stackwright.provider.services._shapes import changed_tags

_NOT_PARAMETERS: Final = frozenset({"tags", "tagsAll", "region", "namePrefix"})


@dataclass(frozen=True)
class Tagging:
    """How a service takes tags.

    Attributes:
        set_call: sets tags on what exists.
        unset_call: removes them.
        resource: parameter of both that names the resource.
        at_creation: parameter of the create call; empty when it has none.
        entry: names of key and value in a list of tags; None for a map.
        tags: parameter of `set_call`.
        keys: parameter of `unset_call`.
        named_by: output that names the resource.
    """

    set_call: str = "tag_resource"
    unset_call: str = "untag_resource"
    resource: str = "ResourceArn"
    at_creation: str = "Tags"
    entry: tuple[str, str] | None = ("Key", "Value")
    tags: str = "Tags"
    keys: str = "TagKeys"
    named_by: str = "arn"

    def form(self, tags: Mapping[str, str]) -> Any:
        """The tags as the service wants them."""
        if self.entry is None:
            return dict(tags)
        key, value = self.entry
        return [{key: k, value: v} for k, v in tags.items()]


@dataclass(frozen=True)
class Calls:
    """Which calls a type has, and how inputs and outputs lie in them.

    Attributes:
        service: boto3's name of the service.
        create, update, delete: operations, in boto3's spelling; types without update only take new tags.
        named: parameters by which update and delete name the resource -> output that has them, or `id`.
        identified: path to the id in the answer of the create call; empty keeps the made-up one.
        computed: output -> path in the answer.
        renamed: input, at any depth, -> member of the API's structure, where the names differ.
        generated: inputs that have a value although the program gave none.
        fixed: parameters that the create call always gets.
        updated_with: parameters that the update call always gets.
        deleted_with: parameters that the delete call always gets.
        apart: inputs with calls of their own, which the type makes.
    """

    service: str
    create: str
    delete: str
    named: Mapping[str, str]
    update: str = ""
    identified: str = ""
    computed: Mapping[str, str] = field(default_factory=dict[str, str])
    renamed: Mapping[str, str] = field(default_factory=dict[str, str])
    generated: tuple[str, ...] = ("name",)
    fixed: Mapping[str, Any] = field(default_factory=dict[str, Any])
    updated_with: Mapping[str, Any] = field(default_factory=dict[str, Any])
    deleted_with: Mapping[str, Any] = field(default_factory=dict[str, Any])
    apart: frozenset[str] = frozenset()
    tagging: Tagging | None = None


class ModelProvisioner(Provisioner):
    """A type that one call creates, one updates and one deletes."""

    calls: ClassVar[Calls]

    def create(self, aws: Aws, new: Inputs) -> Created:
        client = aws.client(self.calls.service)
        given = self.parameters(client, self.calls.create, new)
        parameters = {**self.calls.fixed, **self.looked_up(aws, new), **given}
        tags = aws.tags(new.get("tags")) if self.calls.tagging else {}
        if tags and self.calls.tagging and self.calls.tagging.at_creation:
            parameters[self.calls.tagging.at_creation] = self.calls.tagging.form(tags)
        answer = _call(client, self.calls.create)(**parameters)
        made = Created(
            found(answer, self.calls.identified) if self.calls.identified else None, self.outputs(aws, new, answer)
        )
        if tags and self.calls.tagging and not self.calls.tagging.at_creation:
            self._set_tags(aws, tags, made.id or str(new.resource.id), {**new.outputs, **made.outputs})
        return made

    def parameters(self, client: Client, call: str, new: Inputs) -> dict[str, Any]:
        """Parameters of a call from the inputs. Types override it for what does not fit one to one."""
        return fitted(client, call, new, (*new, *self.calls.generated), self.calls.renamed)

    def looked_up(self, aws: Aws, new: Inputs) -> dict[str, Any]:
        """Parameters of the create call that the inputs leave to what is there already."""
        return {}

    def outputs(self, aws: Aws, new: Inputs, answer: Mapping[str, Any]) -> dict[str, Any]:
        """Outputs from the answer of the create call."""
        values = {output: found(answer, path) for output, path in self.calls.computed.items()}
        return {output: value for output, value in values.items() if value is not None}

    def update(self, aws: Aws, new: Inputs, old: Resource) -> Mapping[str, Any]:
        client = aws.client(self.calls.service)
        if self.calls.update and _differ(new, old):
            given = self.parameters(client, self.calls.update, new)
            parameters = {**given, **self.calls.updated_with, **self._names(old)}
            _call(client, self.calls.update)(**parameters)
        self.retag(aws, new, old)
        return {}

    def retag(self, aws: Aws, new: Inputs, old: Resource) -> None:
        """Bring the tags to what the program says now."""
        if self.calls.tagging is None:
            return
        wanted, gone = changed_tags(aws, new, old)
        if gone:
            name = {self.calls.tagging.resource: _named(self.calls.tagging.named_by, id_of(old), old.outputs)}
            _call(aws.client(self.calls.service), self.calls.tagging.unset_call)(
                **name, **{self.calls.tagging.keys: gone}
            )
        if wanted:
            self._set_tags(aws, wanted, id_of(old), old.outputs)

    def delete(self, aws: Aws, old: Resource) -> None:
        client = aws.client(self.calls.service)
        unless_gone(lambda: _call(client, self.calls.delete)(**self._names(old), **self.calls.deleted_with))

    def _names(self, old: Resource) -> dict[str, str]:
        return {parameter: _named(output, id_of(old), old.outputs) for parameter, output in self.calls.named.items()}

    def _set_tags(self, aws: Aws, tags: Mapping[str, str], resource: str, outputs: Mapping[str, Any]) -> None:
        assert self.calls.tagging is not None
        name = {self.calls.tagging.resource: _named(self.calls.tagging.named_by, resource, outputs)}
        form = {self.calls.tagging.tags: self.calls.tagging.form(tags)}
        _call(aws.client(self.calls.service), self.calls.tagging.set_call)(**name, **form)


def unless_gone(call: Callable[[], Any]) -> None:
    """Make a call; that its object does not exist is fine, in whatever word the service has for it."""
    try:
        call()
    except AwsError as error:
        code = error_code(error)
        if not any(word in code for word in ("NotFound", "NoSuch", "NonExistent", "Nonexistent", "DoesNotExist")):
            raise


def found(answer: Any, path: str) -> Any:
    """What a dotted path leads to, None where it leads nowhere; numbers are positions in lists."""
    for step in path.split("."):
        if isinstance(answer, list):
            answer = answer[int(step)] if len(answer) > int(step) else None
        elif isinstance(answer, Mapping):
            answer = cast("Mapping[str, Any]", answer).get(step)
        else:
            return None
    return answer


def fitted(
    client: Client, call: str, new: Inputs, keys: Iterable[str], renamed: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """Parameters of a call for those inputs that it has a parameter for."""
    shape = _input_shape(client, call)
    parameters: dict[str, Any] = {}
    for key in dict.fromkeys(keys):
        member = None if key in _NOT_PARAMETERS else _member(shape, key, renamed or {})
        if member is None:
            continue
        value = new.get(key)
        value = new.outputs.get(key) if value is None else value
        if value is not None:
            parameters[member] = fit(shape.members[member], value, renamed or {})
    return parameters


def fit(shape: Any, value: Any, renamed: Mapping[str, str]) -> Any:
    """A value in the form of a shape of the API's model; members that it does not know are left out."""
    match shape.type_name:
        case "structure":
            # The provider has some single blocks as lists.
            given = cast("Mapping[str, Any]", value[0] if isinstance(value, list) else value)
            pairs = [(_member(shape, key, renamed), part) for key, part in given.items() if part is not None]
            return {name: fit(shape.members[name], part, renamed) for name, part in pairs if name}
        case "list":
            return [fit(shape.member, part, renamed) for part in (value if isinstance(value, list) else [value])]
        case "map":
            return {key: fit(shape.value, part, renamed) for key, part in value.items()}
        case "integer" | "long":
            return int(value)
        case "float" | "double":
            return float(value)
        case "boolean":
            return value if isinstance(value, bool) else str(value).lower() == "true"
        case "blob":
            return value.encode() if isinstance(value, str) else value
        case "string":
            return _text(value)
        case _:
            return value


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _member(shape: Any, key: str, renamed: Mapping[str, str]) -> str | None:
    if renamed.get(key) in shape.members:
        return renamed[key]
    wanted = _plain_name(key)
    return next((name for name in shape.members if _plain_name(name) == wanted), None)


def _plain_name(name: str) -> str:
    return name.lower().removesuffix("s")


def _input_shape(client: Client, call: str) -> Any:
    meta = cast("Any", client).meta
    return meta.service_model.operation_model(meta.method_to_api_mapping[call]).input_shape


def _call(client: Client, call: str) -> Callable[..., dict[str, Any]]:
    return getattr(client, call)


def _named(output: str, resource: str, outputs: Mapping[str, Any]) -> str:
    return resource if output == "id" else outputs[output]


def _differ(new: Inputs, old: Resource) -> bool:
    def relevant(inputs: Mapping[str, Any]) -> dict[str, Any]:
        return {k: v for k, v in inputs.items() if k not in _NOT_PARAMETERS and v is not None}

    return relevant(new) != relevant(old.inputs)
