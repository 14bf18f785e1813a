"""Programs whose faults are marked: `#! kind` ends each line where something must be seen, and no other."""

from __future__ import annotations

import functools
import re
import sysconfig
import textwrap
from pathlib import Path

from stackwright.source.facts import ArchiveUsed, Fact, OutputUsed, WrongShape
from stackwright.source.reader import Reading, read

SITE_PACKAGES = (Path(sysconfig.get_paths()["purelib"]),)
START = "import json\nimport pulumi\nimport pulumi_aws as aws\nfrom pulumi import Output\n"


def kind(fact: Fact) -> str:
    if isinstance(fact, OutputUsed):
        return fact.use
    if isinstance(fact, WrongShape):
        return f"shape-{fact.problem}"
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", type(fact).__name__).lower()


def reading(directory: Path, source: str, **modules: str) -> Reading:
    for name, text in {"__main__": source, **modules}.items():
        file = directory / f"{name.replace('__dot__', '/')}.py"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(textwrap.dedent(text), encoding="utf-8")
    return read(directory, directory / "__main__.py", SITE_PACKAGES, _cache())


def seen(directory: Path, source: str, **modules: str) -> list[str]:
    """`file:line kind` of all facts; archives are left out, since using one is no fault."""
    facts = reading(directory, source, **modules).facts
    return [f"{fact.place.file}:{fact.place.line} {kind(fact)}" for fact in facts if not isinstance(fact, ArchiveUsed)]


def marks(source: str, **modules: str) -> list[str]:
    return [
        f"{name.replace('__dot__', '/')}.py:{number} {each}"
        for name, text in {"__main__": source, **modules}.items()
        for number, line in enumerate(textwrap.dedent(text).splitlines(), 1)
        if "#! " in line
        for each in line.partition("#! ")[2].split()
    ]


def check(directory: Path, source: str, **modules: str) -> None:
    """What is seen is what is marked."""
    assert sorted(seen(directory, source, **modules)) == sorted(marks(source, **modules))


@functools.cache
def _cache() -> Path:
    """One cache of what SDKs declare for all tests of a process; it is only read faster than the SDKs."""
    import tempfile

    return Path(tempfile.mkdtemp(prefix="stackwright-source-"))
