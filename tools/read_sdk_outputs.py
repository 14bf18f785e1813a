"""Writes engine/data/outputs.json: which properties a pulumi_aws type computes, read off the installed SDK's source.

    python tools/read_sdk_outputs.py

Run it after raising the pulumi-aws version. Nothing of the SDK is imported; its files are parsed.
"""

from __future__ import annotations

import ast
import json
from datetime import date
from importlib import metadata
from pathlib import Path

TARGET = Path(__file__).parents[1] / "src/stackwright/engine/data/outputs.json"
KINDS = {"str": "str", "int": "int", "float": "float", "bool": "bool", "Sequence": "list", "Mapping": "dict"}


def main() -> None:
    files = [f for f in metadata.files("pulumi-aws") or [] if f.name.endswith(".py") and not f.name.startswith("_")]
    types: dict[str, dict[str, str]] = {}
    for file in files:
        text = Path(str(file.locate())).read_text(encoding="utf-8")
        if "_internal_init" not in text:
            continue
        for node in ast.parse(text).body:
            if isinstance(node, ast.ClassDef):
                found = computed_outputs(node)
                if found:
                    types[found[0]] = found[1]
    header = {
        "source": f"pulumi-aws {metadata.version('pulumi-aws')}",
        "read": date.today().isoformat(),
        "types": dict(sorted(types.items())),
    }
    TARGET.write_text(json.dumps(header, indent=0, sort_keys=False, separators=(",", ":")) + "\n", encoding="utf-8")
    print(f"{len(types)} types, {sum(map(len, types.values()))} outputs -> {TARGET}")


def computed_outputs(node: ast.ClassDef) -> tuple[str, dict[str, str]] | None:
    functions = {f.name: f for f in node.body if isinstance(f, ast.FunctionDef)}
    init = functions.get("_internal_init")
    if init is None:
        return None
    names: list[str] = []
    token = ""
    for item in ast.walk(init):
        if isinstance(item, ast.Assign) and isinstance(item.value, ast.Constant) and item.value.value is None:
            target = item.targets[0]
            if isinstance(target, ast.Subscript) and isinstance(target.slice, ast.Constant):
                names.append(str(target.slice.value))
        if isinstance(item, ast.Call) and ast.unparse(item.func).endswith("__init__") and item.args:
            first = item.args[0]
            if isinstance(first, ast.Constant):
                token = str(first.value)
    if not token:
        return None
    outputs = {}
    for name in names:
        getter = functions.get(name)
        if getter is not None:
            outputs[wire_name(getter)] = kind(getter)
    return token, dict(sorted(outputs.items()))


def wire_name(getter: ast.FunctionDef) -> str:
    for decorator in getter.decorator_list:
        if isinstance(decorator, ast.Call):
            for keyword in decorator.keywords:
                if keyword.arg == "name" and isinstance(keyword.value, ast.Constant):
                    return str(keyword.value.value)
    return getter.name


def kind(getter: ast.FunctionDef) -> str:
    text = ast.unparse(getter.returns) if getter.returns else ""
    inner = text.removeprefix("pulumi.Output[").removeprefix("Optional[")
    word = inner.replace("_builtins.", "").split("[")[0].rstrip("]").split(".")[-1]
    return KINDS.get(word, "dict")


if __name__ == "__main__":
    main()
