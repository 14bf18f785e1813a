"""Which version of an SDK a program asks for, by its requirements; and what that one had and ours has not."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from importlib import metadata, resources
from pathlib import Path
from typing import Any, Final, cast

from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import InvalidSpecifier, SpecifierSet

from stackwright.caching import cached
from stackwright.engine.project.pulumi_yaml import Project
from stackwright.source.facts import Fact, MissingAttribute, UnknownArgument

_SDK: Final = "pulumi-aws"
_ANY: Final = "*"
_HIGHEST: Final = 3  # directories above the project
_SHORT: Final = 3  # characters; shorter names stand in others by chance
_NAMED: Final = re.compile(r"[A-Za-z][\w.-]*(?=\s*(?:[\[=<>!~;#@ ]|$))")
_WORD: Final = re.compile(r"[A-Za-z][\w.-]+")
# Packages whose distributions have another name, https://pypi.org.
_OTHER_NAMES: Final = {
    "attr": "attrs",
    "bs4": "beautifulsoup4",
    "Crypto": "pycryptodome",
    "cv2": "opencv",
    "git": "gitpython",
    "PIL": "pillow",
    "sklearn": "scikit-learn",
}
_CARET: Final = re.compile(r"^\^\s*(\d+)(\..*)?$")


def is_older(project: Project) -> str:
    """What the program asks of the SDK, when it asks for an older one than the one at hand; otherwise nothing."""
    wanted = _wanted(project)
    if wanted is None:
        return ""
    ours = metadata.version(_SDK.replace("-", "_"))
    newer_ones = any(wanted.contains(f"{major}.999") for major in range(int(ours.partition(".")[0]), 100))
    return "" if wanted.contains(ours) or newer_ones else str(wanted)


def is_declared(package: str, project: Project) -> bool:
    """Whether a requirement may bring this package, whose name need not be that of its distribution."""
    wanted = _plain(_OTHER_NAMES.get(package, package))
    for directory in _directories(project):
        for name in _names(directory):
            if name == _ANY or wanted in name or (len(name) > _SHORT and name in wanted):
                return True
    return False


def had(fact: Fact) -> bool:
    """Whether an earlier SDK had the name that the fact says is not there."""
    match fact:
        case UnknownArgument():
            return fact.argument in removed_names().get(_short(fact.callee), ())
        case MissingAttribute():
            return fact.attribute in removed_names().get(_short(fact.owner), ())
        case _:
            return False


def name_of(fact: Fact) -> str:
    """What a fact is about, in a few words."""
    match fact:
        case UnknownArgument():
            return f"{fact.callee}({fact.argument}=…)"
        case MissingAttribute():
            return f"{fact.owner}.{fact.attribute}"
        case _:
            return ""


@cached
def removed_names() -> Mapping[str, frozenset[str]]:
    """By module or class."""
    text = (resources.files("stackwright.source") / "data" / "removed_names.txt").read_text(encoding="utf-8")
    found: dict[str, set[str]] = {}
    for line in text.splitlines():
        if line and not line.startswith("#"):
            owner, _, *names = line.split()
            found.setdefault(owner, set()).update(names)
    return {owner: frozenset(names) for owner, names in found.items()}


def _short(name: str) -> str:
    """`rds.Instance` of `pulumi_aws.rds.Instance`; modules in between do not count."""
    parts = name.split(".")
    if parts[0] != "pulumi_aws":
        return ""
    return ".".join(part for part in parts[1:] if part not in ("outputs", "_inputs")) or "."


def _directories(project: Project) -> list[Path]:
    """Where requirements may stand: in the program, the project and above it, up to the repository's root."""
    above = list(project.directory.parents)[:_HIGHEST]
    root = next((i for i, directory in enumerate(above) if (directory / ".git").exists()), len(above) - 1)
    found = () if (project.directory / ".git").exists() else above[: root + 1]
    return list(dict.fromkeys((project.program_directory, project.directory, *found)))


def _plain(name: str) -> str:
    return name.lower().replace("-", "").replace("_", "").replace(".", "")


def _names(directory: Path) -> Iterator[str]:
    """Names of distributions; `_ANY` for what may bring anything."""
    for path in sorted(directory.glob("requirements*.txt")):
        for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
            if line.strip() and not line.lstrip().startswith(("#", "--")):
                named = _NAMED.match(line.strip())
                yield _plain(named[0]) if named else _ANY
    for name in ("pyproject.toml", "Pipfile", "setup.py", "setup.cfg", "environment.yml", "poetry.lock", "uv.lock"):
        path = directory / name
        if path.is_file():
            yield from (_plain(word) for word in _WORD.findall(path.read_text(encoding="utf-8", errors="replace")))


def _wanted(project: Project) -> SpecifierSet | None:
    """From the nearest files; the last word of several is the narrowest."""
    for directory in _directories(project):
        found = [text for text in _requirements(directory) if text is not None]
        if found:
            return _narrowed(found)
    return None


def _narrowed(texts: list[str]) -> SpecifierSet | None:
    try:
        return SpecifierSet(",".join(text for text in texts if text))
    except InvalidSpecifier:
        return None


def _requirements(directory: Path) -> Iterator[str | None]:
    """What each file of a directory asks of the SDK."""
    for path in sorted(directory.glob("requirements*.txt")):
        for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
            yield _of_line(line)
    for name in ("pyproject.toml", "Pipfile"):
        path = directory / name
        if path.is_file():
            yield from _of_toml(path)


def _of_line(line: str) -> str | None:
    try:
        requirement = Requirement(line.partition("#")[0].partition(" --")[0].strip())
    except InvalidRequirement:
        return None
    return str(requirement.specifier) if requirement.name.lower().replace("_", "-") == _SDK else None


def _of_toml(path: Path) -> Iterator[str | None]:
    try:
        document: Any = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        return
    listed: Any = document.get("project", {}).get("dependencies") or []
    for line in cast("list[Any]", listed if isinstance(listed, list) else []):
        yield _of_line(str(line))
    poetry: Any = document.get("tool", {}).get("poetry", {})
    for table in (poetry.get("dependencies"), document.get("packages")):
        if isinstance(table, dict):
            for name, wanted in cast("dict[str, Any]", table).items():
                if name.lower().replace("_", "-") == _SDK:
                    version: Any = cast("dict[str, Any]", wanted).get("version") if isinstance(wanted, dict) else wanted
                    yield _as_specifier(version)


def _as_specifier(wanted: Any) -> str | None:
    """`^6.58` of Poetry as `>=6.58,<7`."""
    caret = _CARET.match(str(wanted))
    if caret is not None:
        return f">={caret[1]}{caret[2] or ''},<{int(caret[1]) + 1}"
    return "" if wanted == "*" else str(wanted)
