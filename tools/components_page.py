"""docs/reference/components: a page for each component, from signature, docstrings and a program that uses it."""

from __future__ import annotations

import ast
import functools
import pkgutil
import re
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import config_page
import griffe

from stackwright.components import EnvironmentConfig, SystemConfig
from stackwright.graph import Graph, Resource
from stackwright.workspace import load, locate

ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / "docs" / "examples" / "components"
PACKAGE = "stackwright.components"
_LONGEST = 200
_OF_ALL = {"name": "name in the program", "opts": "`environment.opts`, or a parent that has an attribute `environment`"}
# Components are these, and those that derive from them.
BASES = ("Component", "pulumi.ComponentResource")
WRITTEN = "<!-- Written by tools/reference.py from the docstrings and docs/examples/components; change those. -->"
INTRODUCTION = """# Components

{written}

All of them come from `stackwright.components`. Each belongs to an environment (`opts=environment.opts`), makes its
resources in a fixed order under fixed names (`<name>-<role>`), and refuses numbers that AWS would refuse before
anything is registered. After the name all arguments are keywords. The examples are parts of
[one program](../../examples/components/__main__.py), which is run to make these pages.

| component | |
|---|---|
{rows}

Everything else that the package exports is on [a page of its own](values.md), or on that of the component that takes
it.
"""
VALUES = """# Values and functions

{written}

What `stackwright.components` exports beside the components, and beside what stands on their pages.
"""


@dataclass
class Page:
    """A component, and the values that are given to it."""

    component: griffe.Class
    values: list[griffe.Object] = field(default_factory=list[griffe.Object])


@functools.cache
def exported() -> dict[str, griffe.Object]:
    """Everything in `__all__`, by name."""
    module = griffe.load(PACKAGE, search_paths=[ROOT / "src"], docstring_parser="google")
    assert isinstance(module, griffe.Module)
    found = {name: module[name] for name in map(str, module.exports or [])}
    return {name: o.final_target if isinstance(o, griffe.Alias) else o for name, o in found.items()}


@functools.cache
def graph() -> Graph:
    """What the example registers."""
    return load(locate(str(EXAMPLE)), "dev")


@functools.cache
def parts() -> dict[str, str]:
    """The example's part on each component."""
    sections = re.split(r"^# ---- (\w+)\n", (EXAMPLE / "__main__.py").read_text(encoding="utf-8"), flags=re.M)
    return {name: text.strip() for name, text in zip(sections[1::2], sections[2::2], strict=True)}


@functools.cache
def pages() -> dict[str, Page]:
    """The components by name, each with its values."""
    components = {
        name: Page(o)
        for name, o in exported().items()
        if isinstance(o, griffe.Class) and name != "Component" and any(str(b) in BASES for b in o.bases)
    }
    for name, value in exported().items():
        owner = _owner(value, components)
        if name not in components and owner is not None:
            owner.values.append(value)
    return components


def index() -> str:
    """The page that leads to the others."""
    rows = [f"| [{name}]({name}.md) | {_first(page.component)} |" for name, page in sorted(pages().items())]
    return INTRODUCTION.format(written=WRITTEN, rows="\n".join(rows))


def values() -> str:
    """The page of everything that belongs to no component."""
    owned = {id(value) for page in pages().values() for value in page.values}
    lines = [VALUES.format(written=WRITTEN)]
    for name, value in sorted(exported().items()):
        if name not in pages() and id(value) not in owned:
            lines += [*_value(value), ""]
    if "Package" in parts():
        at = lines.index("## Package")
        lines[at + 1 : at + 1] = ["", "```python", parts()["Package"], "```"]
    return "\n".join(lines)


def page(name: str) -> str:
    """The page of one component."""
    component = pages()[name].component
    lines = [f"# {name}", "", WRITTEN, "", *_prose(component), "", "```python", parts()[name], "```", ""]
    constructor = component["__init__"]
    assert isinstance(constructor, griffe.Function)
    lines += ["## Arguments", "", *_arguments(constructor, component), ""]
    outputs = _outputs(component)
    if outputs:
        lines += ["## Outputs", "", *(f"- `{output}`" for output in outputs), ""]
    lines += _methods(component, "##")
    for value in pages()[name].values:
        lines += [*_value(value), ""]
    made: dict[str, list[str]] = {}
    for resource in _made(name):
        made.setdefault(resource.type, []).append(f"`{resource.name}`")
    if made:
        lines += ["## What the example registers", "", "| type | names |", "|---|---|"]
        lines += [f"| `{kind}` | {', '.join(names)} |" for kind, names in made.items()]
        lines.append("")
    return "\n".join(lines)


def _owner(value: griffe.Object, components: dict[str, Page]) -> Page | None:
    """The component in whose file, folder or family of files a value is defined."""
    where = value.path.removeprefix(f"{PACKAGE}.").rpartition(".")[0]
    places = {page.component.path.removeprefix(f"{PACKAGE}.").rpartition(".")[0]: page for page in components.values()}
    fits = [place for place in places if where == place or where.startswith((f"{place}.", f"{place}_"))]
    return places[max(fits, key=len)] if fits else None


def _outputs(component: griffe.Class) -> list[str]:
    """What the class declares before its constructor."""
    (definition,) = ast.parse(textwrap.dedent(component.source)).body
    assert isinstance(definition, ast.ClassDef)
    declared = [node for node in definition.body if isinstance(node, ast.AnnAssign)]
    return [f"{ast.unparse(node.target)}: {ast.unparse(node.annotation)}" for node in declared]


def _made(name: str) -> Iterator[Resource]:
    """The direct children of the first component of this kind that the program declares itself."""
    roots = [r for r in graph() if r.type == f"stackwright:index:{name}" and "stackwright:index" not in _above(r)]
    if name != "Environment" and roots:
        yield from (r for r in graph() if r.parent == roots[0].urn)


def _above(resource: Resource) -> str:
    """The type of the parent, but for the environment."""
    kind = resource.parent.rpartition("::")[0].rpartition("$")[2].rpartition("::")[2]
    return "" if kind == "stackwright:index:Environment" else kind


def _value(value: griffe.Object) -> Iterator[str]:
    yield from (f"## {value.name}", "")
    if isinstance(value, griffe.Attribute):
        kind = f": {value.annotation}" if value.annotation is not None else ""
        is_short = len(str(value.value)) < _LONGEST
        yield from ("```python", f"{value.name}{kind} = {value.value if is_short else '…'}", "```", "", *_prose(value))
        return
    if isinstance(value, griffe.Function):
        yield from (f"`{value.name}{_signature(value)}`", "", *_described(value))
        return
    assert isinstance(value, griffe.Class)
    yield from _prose(value)
    constructor = value.members.get("__init__")
    if config := {each.__name__: each for each in (EnvironmentConfig, SystemConfig)}.get(value.name):
        yield from ("", *config_page.table(config))
    elif isinstance(constructor, griffe.Function):
        yield from ("", *_arguments(constructor, value))
    elif fields := [m for m in _attributes(value) if not m.name.startswith("_")]:
        notes = _notes(value)
        yield from ("", "| field | type | default | |", "|---|---|---|---|")
        for m in fields:
            yield _row(m.name, m.annotation, m.value, notes.get(m.name) or " ".join(_prose(m)))
    yield from ("", *_methods(value, "###"))


def _arguments(function: griffe.Function, owner: griffe.Object) -> Iterator[str]:
    notes = {**_notes(owner), **_notes(function)}
    yield from ("| argument | type | default | |", "|---|---|---|---|")
    for p in function.parameters:
        if p.name == "self":
            continue
        yield _row(p.name, p.annotation, p.default, notes.get(p.name) or _OF_ALL.get(p.name, ""))


def _row(name: str, kind: object, default: object, note: str) -> str:
    # What a constant is, not what it is called.
    if isinstance(default, griffe.ExprName) and default.canonical_path.startswith(f"{PACKAGE}."):
        constant = pkgutil.resolve_name(default.canonical_path)
        default = repr(constant) if isinstance(constant, str | int) else default
    shown = "required" if default is None else f"`{_cell(_default(str(default)))}`"
    return f"| `{name}` | `{_cell(str(kind))}` | {shown} | {_cell(note)} |"


def _default(text: str) -> str:
    if match := re.fullmatch(r"field\(default_factory=(?:lambda: )?(.+)\)", text):
        text = {"dict": "{}", "list": "[]"}.get(match[1].partition("[")[0], match[1])
    return f"{int(text):,}".replace(",", "_") if text.isdigit() and len(text) > 4 else text


def _methods(owner: griffe.Class, level: str) -> list[str]:
    lines: list[str] = []
    for member in owner.members.values():
        if member.name.startswith("_") or member.inherited or member.is_alias:
            continue
        if isinstance(member, griffe.Function):
            shown = _signature(member)
        elif "property" in member.labels:
            shown = f": {member.annotation}"
        else:
            continue
        lines += [f"{level} {member.name}", "", f"`{member.name}{shown}`", "", *_described(member), ""]
    return lines


def _signature(function: griffe.Function) -> str:
    shown: list[str] = []
    keyword_only = False
    for p in function.parameters:
        if p.name == "self":
            continue
        if p.kind is griffe.ParameterKind.keyword_only and not keyword_only:
            keyword_only = True
            if not any(q.kind is griffe.ParameterKind.var_positional for q in function.parameters):
                shown.append("*")
        star = {griffe.ParameterKind.var_positional: "*", griffe.ParameterKind.var_keyword: "**"}.get(p.kind, "")
        default = f" = {p.default}" if p.default is not None and not star else ""
        shown.append(f"{star}{p.name}: {p.annotation}{default}")
    returns = "" if str(function.returns) == "None" else f" -> {function.returns}"
    return f"({', '.join(shown)}){returns}"


def _described(thing: griffe.Object) -> Iterator[str]:
    yield from _prose(thing)
    notes = _notes(thing)
    if notes:
        yield from ("", *(f"- `{name}`: {note}" for name, note in notes.items()))


def _sections(thing: griffe.Object) -> Sequence[griffe.DocstringSection]:
    return thing.docstring.parsed if thing.docstring else ()


def _prose(thing: griffe.Object) -> list[str]:
    """Text and errors of a docstring; a paragraph is one line, code stays as it is."""
    lines: list[str] = []
    for section in _sections(thing):
        if section.kind is griffe.DocstringSectionKind.text:
            for paragraph in str(section.value).split("\n\n"):
                if paragraph.startswith("    "):
                    lines += ["", "```python", re.sub(r"^    ", "", paragraph, flags=re.M), "```"]
                else:
                    lines += ["", *_linked(paragraph)] if lines else _linked(paragraph)
        elif section.kind is griffe.DocstringSectionKind.raises:
            lines += ["", *(f"Raises `{error.annotation}`: {_one_line(error.description)}" for error in section.value)]
    return lines


def _linked(paragraph: str) -> list[str]:
    """A paragraph in one line, with its addresses as links."""
    return [re.sub(r"(?<![<(])(https://[^\s)]+)", r"<\1>", _one_line(paragraph))]


def _notes(thing: griffe.Object) -> dict[str, str]:
    """What a docstring says of arguments and fields."""
    kinds = (griffe.DocstringSectionKind.parameters, griffe.DocstringSectionKind.attributes)
    return {
        item.name.strip("*"): _one_line(item.description)
        for section in _sections(thing)
        if section.kind in kinds
        for item in section.value
    }


def _attributes(owner: griffe.Class) -> list[griffe.Attribute]:
    found = [m for m in owner.members.values() if isinstance(m, griffe.Attribute)]
    return [m for m in found if m.annotation is not None and "property" not in m.labels]


def _first(thing: griffe.Object) -> str:
    return _cell(_prose(thing)[0].partition(". ")[0].rstrip(".") + ".")


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
