"""Writes src/stackwright/rules/data/models: what AWS's own models say of the values of a type's inputs.

python tools/model_limits.py            write the files
python tools/model_limits.py --check    fail when one is not as it would be written
python tools/model_limits.py --list     every input with its parameter and what it takes, to be read by somebody

`model_types.toml` says which operations make a type. An input finds its parameter by its name, whatever the capitals
and the plural, as in `stackwright.provider.services._model_provisioner`; `renamed` has the others. `model_wrong.toml`
has what a model says and AWS does not.
"""

from __future__ import annotations

import json
import sys
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, cast

import botocore
import botocore.session
from model_shapes import Constraint, Form, constraint

from stackwright.engine.schema import sdk
from stackwright.engine.schema.sdk import Declared
from stackwright.engine.schema.shapes import Shape
from stackwright.provider import registry
from stackwright.provider.parameters.limits import limits_of
from stackwright.provider.services._model_provisioner import ModelProvisioner

TOOLS = Path(__file__).parent
OUT = TOOLS.parent / "src/stackwright/rules/data/models"
_DEEPEST = 7
_NEVER = frozenset({"region", "tagsAll"})
Tree = dict[str, Any]


class Models:
    """The API's models, and the tables on how the provider's inputs lie in them."""

    def __init__(self) -> None:
        table = tomllib.loads((TOOLS / "model_types.toml").read_text(encoding="utf-8"))
        self.types: Mapping[str, list[str]] = table["types"]
        self.renamed: Mapping[str, Mapping[str, str]] = table["renamed"]
        wrong = tomllib.loads((TOOLS / "model_wrong.toml").read_text(encoding="utf-8"))
        self.inputs = {(e["type"], e["input"]): e for e in wrong["input"]}
        self.any_case = tuple(wrong["any_case"])
        self.shapes = {(e["service"], e["shape"]): e for e in wrong["shape"]}
        self.used: set[tuple[str, str]] = set()
        self.found: set[tuple[str, str]] = set()
        self._session = botocore.session.Session()
        self._services: dict[str, Any] = {}

    def shape(self, service: str, operation: str) -> Any:
        if service not in self._services:
            self._services[service] = self._session.get_service_model(service)
        return self._services[service].operation_model(operation).input_shape

    def renames(self, kind: str) -> dict[str, str]:
        """What the provisioner of a type says of names, and what the table says."""
        provisioner = registry.find(f"aws:{kind}")
        of_calls = dict(provisioner.calls.renamed) if isinstance(provisioner, ModelProvisioner) else {}
        return {**of_calls, **self.renamed.get(kind, {})}


class Type:
    """One type's inputs beside its operations."""

    def __init__(self, kind: str, models: Models, form: Form) -> None:
        self.kind, self.models, self.form = kind, models, form
        self.declared: Declared = sdk.resource_type(f"aws:{kind}")
        if not self.declared.properties:
            raise ValueError(f"the SDK has no {kind}")
        self.renamed = models.renames(kind)
        self.noun = plain(kind.rpartition(":")[2])
        self._inside: list[str] = []

    def tree(self) -> Tree:
        """The inputs that some constraint is on, each with the first operation that has it."""
        inputs = {
            k: v for k, v in self.declared.properties.items() if k not in self.declared.computed and k not in _NEVER
        }
        found: Tree = {}
        for text in self.models.types[self.kind]:
            call, _, within = text.partition(":")
            service, operation = call.split()
            shape, steps = self.models.shape(service, operation), within.split(".") if within else []
            for step in steps:
                shape = _inner(shape).members[step]
            self.service, self.operation = service, operation
            for key, declared in inputs.items():
                if key in found:
                    continue
                node = self._member(_inner(shape), key, declared, key, 0)
                if node is not None:
                    node["api"] = ".".join([*steps, node["api"]])
                    found[key] = {"of": f"{service}:{operation}", **node}
        return {k: v for k, v in found.items() if len(v) > 2}

    def _member(self, shape: Any, key: str, declared: Shape, path: str, depth: int) -> Tree | None:
        if shape.type_name != "structure":
            return None
        steps = self._named(shape, key, path).split(".")
        for step in steps[:-1]:
            shape = _inner(shape.members[step])
        if steps[-1] not in shape.members:
            return None
        required = not declared.optional and not (depth == 0 and key in self.declared.filled)
        node = self._node(shape.members[steps[-1]], declared, path, depth, required=required)
        return None if node is None else {"api": ".".join(steps), **node}

    def _named(self, shape: Any, key: str, path: str) -> str:
        for name in (path, key):
            if name in self.renamed and self.renamed[name].partition(".")[0] in shape.members:
                return self.renamed[name]
            if self.renamed.get(name) == "":
                return ""
        wanted = plain(key)
        exact = [name for name in shape.members if plain(name) == wanted]
        if exact or "." in path:
            return exact[0] if exact else ""
        longer = [name for name in shape.members if plain(name).endswith(self.noun + wanted)]
        return longer[0] if len(longer) == 1 else ""

    def _node(self, shape: Any, declared: Shape, path: str, depth: int, *, required: bool) -> Tree | None:
        """What is said of one input; None when it is no parameter."""
        wrong = self.models.inputs.get((self.kind, path), {})
        if wrong:
            self.models.used.add((self.kind, path))
            if "constraints" not in wrong and "also" not in wrong:
                return {}
        dropped = tuple(wrong.get("constraints", ()))
        match declared.kind, shape.type_name:
            case "str" | "int" | "float" | "bool", "list":
                # The provider has the one item of some lists by itself.
                return self._node(_inner(shape.member), declared, path, depth, required=required)
            case "str" | "int" | "float" | "bool", _:
                found = self._constraint(shape, declared.kind, dropped, required=required)
                if found is None:
                    return {}
                if "also" in wrong:
                    found["also"] = wrong["also"]
                if "enum" in found and self.kind.startswith(self.models.any_case):
                    found["any_case"] = True
                return self.form.of(found)
            case "list", "list":
                assert declared.item is not None
                node = self._list(shape, dropped)
                item = self._node(_inner(shape.member), declared.item, f"{path}[]", depth, required=True)
                return {**node, **({"items": item} if item else {})}
            case "list", "structure":
                assert declared.item is not None
                inner = _unwrapped(shape)
                if inner is not None:
                    node = self._node(inner, declared, path, depth, required=required) or {}
                    return {**node, "under": "Items"} if node else node
                return self._node(shape, declared.item, path, depth, required=True)
            case "object", "structure":
                # Statements of statements are said once.
                if self._inside.count(declared.members) or depth > _DEEPEST:
                    return {}
                self._inside.append(declared.members)
                members = self.declared.members(declared)
                parts = {
                    key: self._member(shape, key, kind, f"{path}.{key}", depth + 1) for key, kind in members.items()
                }
                self._inside.pop()
                kept = {key: part for key, part in parts.items() if part and len(part) > 1}
                return {"members": kept} if kept else {}
            case "object", "list":
                return self._node(_inner(shape.member), declared, path, depth, required=required)
            case "map", _:
                return self._map(shape, declared, path, dropped)
            case _:
                return {}

    def _list(self, shape: Any, dropped: tuple[str, ...]) -> Tree:
        found = self._constraint(shape, "list", dropped, required=False)
        return self.form.of(found) if found else {}

    def _constraint(self, shape: Any, kind: str, dropped: tuple[str, ...], *, required: bool) -> Constraint | None:
        entry = self.models.shapes.get((self.service, shape.name), {})
        if entry:
            self.models.found.add((self.service, shape.name))
        dropped = (*dropped, *entry.get("constraints", ()), *limits_of(self.service).dropped.get(shape.name, ()))
        return constraint(shape, kind, dropped, str(entry.get("form", "")), required=required)

    def _map(self, shape: Any, declared: Shape, path: str, dropped: tuple[str, ...]) -> Tree:
        if shape.type_name == "map":
            key, value = shape.key, shape.value
        elif shape.type_name == "list" and shape.member.type_name == "structure":
            # Tags and the like: a list of pairs.
            by_name = {name.lower(): member for name, member in shape.member.members.items()}
            key = by_name.get("key") or by_name.get("tagkey") or by_name.get("name")
            value = by_name.get("value") or by_name.get("tagvalue")
            if key is None or value is None or len(by_name) > 2:
                return {}
        else:
            return {}
        node = self._list(shape, dropped)
        keys = self._node(key, Shape("str"), f"{path}{{key}}", 0, required=True)
        item = declared.item or Shape("str")
        # The provider splits a text into the list.
        joined = item.kind == "str" and value.type_name == "list"
        values = {} if joined else self._node(value, item, f"{path}{{value}}", 0, required=True)
        return {**node, **({"keys": keys} if keys else {}), **({"values": values} if values else {})}


def plain(name: str) -> str:
    """A name without capitals and plural."""
    lower = name.lower()
    return lower[:-3] + "y" if lower.endswith("ies") else lower.removesuffix("s")


def _inner(shape: Any) -> Any:
    while shape.type_name == "list":
        shape = shape.member
    return shape


def _unwrapped(shape: Any) -> Any:
    """CloudFront's lists are structures of a quantity and items."""
    return shape.members["Items"] if set(shape.members) == {"Quantity", "Items"} else None


def documents() -> dict[str, str]:
    """Every file, by name."""
    models = Models()
    made: dict[str, dict[str, Tree]] = {}
    forms: dict[str, Form] = {}
    for kind in sorted(models.types):
        module = kind.partition("/")[0]
        form = forms.setdefault(module, Form())
        tree = Type(kind, models, form).tree()
        if tree:
            made.setdefault(module, {})[kind] = tree
    unused = (set(models.inputs) - models.used) | (set(models.shapes) - models.found)
    if unused:
        raise ValueError(f"model_wrong.toml has what no type has: {sorted(unused)}")
    head = {"botocore": botocore.__version__, "date": _date()}
    return {
        f"{module}.json": _text({**head, "takes": forms[module].all, "types": types}) for module, types in made.items()
    }


def _date() -> str:
    lock = tomllib.loads((TOOLS.parent / "uv.lock").read_text(encoding="utf-8"))
    (package,) = (p for p in lock["package"] if p["name"] == "botocore")
    if package["version"] != botocore.__version__:
        raise ValueError(f"uv.lock has botocore {package['version']}, here is {botocore.__version__}")
    return str(package["sdist"]["upload-time"])[:10]


def _text(document: Mapping[str, Any]) -> str:
    """A line for each constraint and each input."""
    takes = ",\n".join(f"  {_json(c)}" for c in document["takes"])
    types = ",\n".join(
        f"  {_json(kind)}: {{\n" + ",\n".join(f"    {_json(k)}: {_json(v)}" for k, v in tree.items()) + "\n  }"
        for kind, tree in document["types"].items()
    )
    head = f'"botocore": {_json(document["botocore"])},\n"date": {_json(document["date"])}'
    return f'{{\n{head},\n"takes": [\n{takes}\n],\n"types": {{\n{types}\n}}\n}}\n'


def _json(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=True)


def listed(documents: Mapping[str, str]) -> Iterator[str]:
    """Every input, its parameter and what it takes."""
    for text in documents.values():
        document = json.loads(text)

        def walk(node: Tree, path: str, api: str, takes: list[Any] = document["takes"]) -> Iterator[str]:
            if "takes" in node:
                shown = json.dumps(takes[node["takes"]])
                yield f"{path} <- {api}: {shown if len(shown) < 260 else shown[:260] + '…'}"
            for key, part in cast("Tree", node.get("members", {})).items():
                yield from walk(part, f"{path}.{key}", f"{api}.{part['api']}")
            for word, mark in (("items", "[]"), ("keys", "{key}"), ("values", "{value}")):
                if word in node:
                    yield from walk(node[word], path + mark, api + mark)

        for kind, tree in document["types"].items():
            for key, node in tree.items():
                yield from walk(node, f"{kind} {key}", f"{node['of']} {node['api']}")


def main() -> int:
    """Write, check or list."""
    made = documents()
    if "--list" in sys.argv:
        sys.stdout.write("".join(f"{line}\n" for line in listed(made)))
        return 0
    stale = [name for name, text in made.items() if not (OUT / name).is_file() or (OUT / name).read_text() != text]
    gone = [path for path in OUT.glob("*.json") if path.name not in made]
    if "--check" in sys.argv:
        sys.stdout.write("".join(f"{name} is not as it would be written\n" for name in [*stale, *gone]))
        return 1 if stale or gone else 0
    OUT.mkdir(exist_ok=True)
    for name in stale:
        (OUT / name).write_text(made[name])
    for path in gone:
        path.unlink()
    return 0


if __name__ == "__main__":
    sys.exit(main())
