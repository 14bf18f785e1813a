"""Reads off a package's SDK, without importing it, what its types and functions have.

The engine has to give every value the form that the provider would give it, and to make up what it simulates. Both
follow the SDK that the program uses, whatever its version. An SDK is generated code, thousands of regular files; they
are searched as text, because parsing the few dozen that a program needs would take longer than the rest of the run.
"""

from __future__ import annotations

import functools
import importlib.util
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Final

from stackwright.caching import cached
from stackwright.engine.schema import shapes
from stackwright.engine.schema.shapes import Shape
from stackwright.engine.urns import package_of

_MOST_FILES: Final = 400  # packages are searched file by file; the largest have thousands in one folder

_GETTER: Final = re.compile(
    r'@pulumi\.getter(?:\(name="([^"]+)"\))?\n(?:(?! *def ).*\n)*? *def (\w+)\(self\) -> (.+?): *(?:\.\.\.)?$', re.M
)
_RESOURCE: Final = re.compile(r"^class \w+\(pulumi\.(?:CustomResource|ComponentResource)\):$", re.M)
_TOKEN: Final = re.compile(r"\.__init__\(\s*['\"]([^'\"]+)['\"]")
_PROPERTY: Final = re.compile(r"__props__(?:\.__dict__)?\[[\x22\x27](\w+)[\x22\x27]\] = (.+)$", re.M)
_REQUIRED: Final = re.compile(r"if (\w+) is None and not opts\.urn")
_PARAMETER: Final = re.compile(r"^ +(\w+): (.+?)(?: = None)?,$", re.M)
_INVOKE: Final = re.compile(r"pulumi\.runtime\.invoke(?:_async|_output)?\('([^']+)'.*typ=(\w+)\)")
_OUTPUT_TYPE: Final = re.compile(r"^@pulumi\.output_type$", re.M)


@dataclass(frozen=True)
class Declared:
    """What an SDK says of one type or function.

    Attributes:
        properties: all outputs of a resource, or results of a function.
        computed: outputs that are no inputs.
        filled: inputs that the provider fills in when they are not given, such as a generated name.
        documents: inputs that may be given as an object and come out as JSON text.
        folder: where the classes are that the shapes name.
    """

    properties: Mapping[str, Shape] = field(default_factory=dict[str, Shape])
    computed: tuple[str, ...] = ()
    filled: tuple[str, ...] = ()
    documents: frozenset[str] = frozenset()
    folder: Path | None = None

    def members(self, shape: Shape) -> Mapping[str, Shape]:
        """The members of an object; none when the SDK does not tell."""
        if shape.kind != "object" or self.folder is None:
            return {}
        return _members(self.folder, shape.members)


_NOTHING: Final = Declared()


def resource_type(type_token: str, interpreter: str = sys.executable) -> Declared:
    """What is declared of a resource type; nothing when neither the program's environment nor ours has its package.

    Args:
        interpreter: the Python of the environment to look in.
    """
    return _resource_type(type_token, _directories(type_token, interpreter))


@cached
def _resource_type(type_token: str, directories: tuple[Path, ...]) -> Declared:
    for file, text in _files_with(type_token, directories):
        for token, declared in resource_types(file, text):
            if token == type_token:
                return declared
    return _NOTHING


def function(token: str, interpreter: str = sys.executable) -> Declared | None:
    """What is declared of a function; None when there is no such function."""
    return _function(token, _directories(token, interpreter))


@cached
def _function(token: str, directories: tuple[Path, ...]) -> Declared | None:
    for file, text in _files_with(token, directories):
        for match in _INVOKE.finditer(text):
            if match.group(1) == token:
                start = text.find(f"class {match.group(2)}:")
                end = text.find("\nclass ", start + 1)
                return Declared(_getters(text[start : None if end < 0 else end]), folder=file.parent)
    return None


def resource_types(file: Path, text: str) -> Iterator[tuple[str, Declared]]:
    """Type token and declaration of every resource class in a file of an SDK."""
    starts = [match.start() for match in _RESOURCE.finditer(text)]
    for start, end in pairwise([*starts, len(text)]):
        body = text[start:end]
        begin = body.find("def _internal_init(")
        init = body[begin : body.find("\n    def ", begin + 1)] if begin >= 0 else ""
        token = _TOKEN.search(init)
        if token:
            yield token.group(1), _declared(init, body, file.parent)


def tokens(package: str) -> Iterator[str]:
    """Every type and function of a package in our own environment; reads all of it."""
    directory = _package_directory(package, sys.executable)
    for file in sorted(directory.rglob("*.py")) if directory else ():
        text = file.read_text(encoding="utf-8")
        yield from (token for token, _ in resource_types(file, text))
        yield from {match.group(1) for match in _INVOKE.finditer(text)}


def _declared(init: str, body: str, folder: Path) -> Declared:
    properties = _getters(body)
    names = {snake: wire or snake for wire, snake, _ in _GETTER.findall(body)}
    required = set(_REQUIRED.findall(init))
    given = {name: value for name, value in _PROPERTY.findall(init) if name in names}
    computed = sorted(names[name] for name, value in given.items() if value == "None")
    filled = sorted(
        names[name]
        for name in given
        if name not in required and names[name] not in computed and not properties[names[name]].optional
    )
    documents = frozenset(
        names[name] for name, kind in _PARAMETER.findall(init) if name in names and shapes.takes_document(kind)
    )
    return Declared(properties, tuple(computed), tuple(filled), documents, folder)


def _getters(text: str) -> dict[str, Shape]:
    return {wire or snake: _shape(annotation) for wire, snake, annotation in _GETTER.findall(text)}


@functools.lru_cache(maxsize=4096)
def _shape(annotation: str) -> Shape:
    return shapes.parse(annotation)


# ---- files -----------------------------------------------------------------------------------------------------------


def _files_with(token: str, directories: tuple[Path, ...]) -> Iterator[tuple[Path, str]]:
    for directory in directories:
        for file in _candidates(directory, token):
            text = file.read_text(encoding="utf-8")
            if f"'{token}'" in text or f'"{token}"' in text:
                yield file, text


def _directories(token: str, interpreter: str) -> tuple[Path, ...]:
    """The package in the program's environment, then in ours."""
    found = (_package_directory(package_of(token), python) for python in dict.fromkeys((interpreter, sys.executable)))
    return tuple(directory for directory in found if directory)


_found: Final[dict[tuple[str, str], Path]] = {}


def _package_directory(package: str, interpreter: str) -> Path | None:
    """Where a package is. One that is not there is looked for again each time: it may be installed meanwhile."""
    directory = _found.get((package, interpreter)) or _find(f"pulumi_{package.replace('-', '_')}", interpreter)
    if directory:
        _found[package, interpreter] = directory
    return directory


def _find(module: str, interpreter: str) -> Path | None:
    if interpreter == sys.executable:
        spec = importlib.util.find_spec(module)
        return Path(spec.origin).parent if spec and spec.origin else None
    return next(iter(sorted(Path(interpreter).parent.parent.glob(f"lib*/python3*/site-packages/{module}"))), None)


def _candidates(package: Path, token: str) -> Iterator[Path]:
    """The file that is named after the token, then all that may have it."""
    module, _, name = token.partition(":")[2].partition(":")[0].partition("/")
    folder = next((f for f in (package / module, package / f"{module}_") if f.is_dir()), package)
    named = folder / f"{re.sub(r'(?<=[a-z0-9])(?=[A-Z])', '_', name or token.rpartition(':')[2]).lower()}.py"
    if named.is_file():
        yield named
    yield from (file for file in sorted(folder.glob("*.py"))[:_MOST_FILES] if file != named)


@cached
def _members(folder: Path, name: str) -> Mapping[str, Shape]:
    text = _outputs_file(folder)
    start = text.find(f"\nclass {name}(dict):")
    if start < 0:
        return {}
    after = _OUTPUT_TYPE.search(text, start)
    return _getters(text[start : after.start() if after else None])


@cached
def _outputs_file(folder: Path) -> str:
    file = folder / "outputs.py"
    return file.read_text(encoding="utf-8") if file.is_file() else ""
