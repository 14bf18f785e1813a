"""Where the code of functions is taken from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final

from stackwright.editing.edits import Edit
from stackwright.rules.finding import Finding, Problem
from stackwright.rules.places import place
from stackwright.rules.rule import source_rule
from stackwright.source import traits
from stackwright.source.facts import ArchiveUsed, Unstable, UnstableArchive
from stackwright.source.reader import Reading

if TYPE_CHECKING:
    from stackwright.editing.code import Code

_ROWS: Final = ("S0-11", "S1-12", "S2-11", "S3-12")
_BUILT: Final = frozenset({"dist", "build", "target", "out", ".build", "node_modules", ".aws-sam", "bin", "publish"})
_ARCHIVES: Final = frozenset({".zip", ".jar", ".war", ".whl", ".gz", ".tgz"})


@source_rule("PKG101", "breaks", "packaging", rows=_ROWS)
def archive_is_missing(source: Reading) -> Iterator[Problem]:
    """A file or directory that is not there.

    ## Why is this bad?
    `pulumi up` fails as soon as it reads it. Of what a build step makes nothing is said: archives, and what lies in
    directories such as `dist`.

    ## Example
    ```python
    from pathlib import Path

    import pulumi

    pulumi.export("code", pulumi.FileArchive(str(Path(__file__).parent / "handler")))
    ```

    ## Use instead
    ```python
    from pathlib import Path

    import pulumi

    pulumi.export("code", pulumi.FileArchive(str(Path(__file__).parent / "handlers")))
    ```
    ```python
    # file: handlers/app.py
    def handler(event, context):
        return {}
    ```
    """
    for fact in _archives(source):
        if fact.exists is False and fact.path is not None and not source.writes_files and not is_built(fact.path):
            where = "" if PurePosixPath(fact.path).is_absolute() else " beside the program"
            yield Problem(
                f"{fact.callee} is given {_relative(fact.path, source)!r}, which is not there{where}",
                "Name a directory or file that exists.",
                place(fact.place),
            )


def _beside(finding: Finding, code: Code) -> Sequence[Edit]:
    """Where the file lies in the program's directory, which is where the Pulumi CLI starts it."""
    from stackwright.editing.calls import beside_file

    return beside_file(code, finding.place.line, finding.place.column) if finding.about is True else []


@source_rule("PKG102", "breaks", "packaging", rows=_ROWS, fix=_beside)
def archive_depends_on_working_directory(source: Reading) -> Iterator[Problem]:
    """Code that is found only from the directory in which the program happens to be started.

    ## Why is this bad?
    The Pulumi CLI starts a program in its own directory. Tests, the Automation API and other tools do not: the archive
    is not found there, or it is another one. https://www.pulumi.com/docs/iac/concepts/assets-archives/

    ## Example
    ```python
    import os

    code = pulumi.FileArchive(os.path.join(os.getcwd(), "handlers"))
    pulumi.export("code", code)
    ```
    ```python
    # file: handlers/app.py
    def handler(event, context):
        return {}
    ```

    ## Use instead
    ```python
    from pathlib import Path

    import pulumi

    pulumi.export("code", pulumi.FileArchive(str(Path(__file__).parent / "handlers")))
    ```
    ```python
    # file: handlers/app.py
    def handler(event, context):
        return {}
    ```
    """
    for fact in _unanchored(source):
        if traits.WORKING in fact.traits:
            yield _of_working_directory(fact, source)


@source_rule("PKG107", "breaks", "packaging", rows=_ROWS, fix=_beside)
def archive_by_relative_path(source: Reading) -> Iterator[Problem]:
    """Code that is named by a relative path.

    ## Why is this bad?
    The Pulumi CLI and the Automation API's local programs start in the program's directory, where it is found. A test,
    or a program that imports this one, does not find it, or finds another one. https://www.pulumi.com/docs/iac/concepts/assets-archives/

    ## Example
    ```python
    code = pulumi.FileArchive("./handlers")
    pulumi.export("code", code)
    ```
    ```python
    # file: handlers/app.py
    def handler(event, context):
        return {}
    ```

    ## Use instead
    ```python
    from pathlib import Path

    import pulumi

    pulumi.export("code", pulumi.FileArchive(str(Path(__file__).parent / "handlers")))
    ```
    ```python
    # file: handlers/app.py
    def handler(event, context):
        return {}
    ```
    """
    for fact in _unanchored(source):
        if traits.WORKING not in fact.traits:
            yield _of_working_directory(fact, source)


def _unanchored(source: Reading) -> Iterator[ArchiveUsed]:
    """Code that is not looked for beside a file of the program."""
    for fact in _archives(source):
        if not fact.is_code or fact.path is None or traits.ANCHORED in fact.traits or source.changes_directory:
            continue
        is_relative = "://" not in fact.path and not PurePosixPath(fact.path).is_absolute()
        if is_relative or traits.WORKING in fact.traits:
            yield fact


def _of_working_directory(fact: ArchiveUsed, source: Reading) -> Problem:
    path = fact.path or ""
    name = PurePosixPath(path).name if traits.WORKING in fact.traits else path.removeprefix("./")
    return Problem(
        f"{fact.callee} is given {_relative(path, source)!r}, which is sought where the program starts",
        f'str(Path(__file__).parent / "{name}")',
        place(fact.place),
        about=_is_in_program(fact, source),
    )


def _is_in_program(fact: ArchiveUsed, source: Reading) -> bool:
    """Whether the file that says it lies in the directory of the program, which is the project's."""
    return "/" not in fact.place.file and (Path(source.directory) / fact.place.file).is_file()


@source_rule("PKG103", "breaks", "packaging", rows=("S3-12",))
def archive_in_shared_directory(source: Reading) -> Iterator[Problem]:
    """Code that lies under a fixed name in the temporary directory that all share.

    ## Why is this bad?
    Two stacks that are deployed at the same time overwrite each other's code, and what an earlier run, or another user,
    has left there is deployed in its place.

    ## Example
    ```python
    pulumi.export("code", pulumi.FileArchive("/tmp/handler.zip"))
    ```

    ## Use instead
    ```python
    source = pulumi.StringAsset("def handler(event, context): return {}")
    pulumi.export("code", pulumi.AssetArchive({"app.py": source}))
    ```
    """
    for fact in _archives(source):
        path = fact.path or ""
        is_ours = bool({traits.ANCHORED, traits.WORKING} & fact.traits)  # wherever the project lies
        if traits.TEMPORARY in fact.traits or (path.startswith(("/tmp/", "/var/tmp/")) and not is_ours):
            yield Problem(
                f"{path or 'the archive'!r} lies in the temporary directory, where others have the same name",
                "pulumi.AssetArchive of the files themselves, or a directory of this run from tempfile.mkdtemp().",
                place(fact.place),
            )


@source_rule("PKG104", "breaks", "packaging", rows=("S3-12", "S0-11"))
def archive_with_times(source: Reading) -> Iterator[Problem]:
    """A zip file that holds the times of its files, so that the same code makes another archive each time.

    ## Why is this bad?
    Every checkout and every build has other times: the function is deployed again although nothing has changed, and two
    stacks that should run the same artifact do not have the same hash.
    https://docs.python.org/3/library/zipfile.html#zipfile.ZipInfo.date_time

    ## Example
    ```python
    import shutil
    from pathlib import Path

    import pulumi

    here = Path(__file__).parent
    pulumi.export("code", shutil.make_archive(str(here / "code"), "zip", str(here / "handlers")))
    ```
    ```python
    # file: handlers/app.py
    def handler(event, context):
        return {}
    ```

    ## Use instead
    ```python
    from pathlib import Path

    import pulumi

    pulumi.export("code", pulumi.FileArchive(str(Path(__file__).parent / "handlers")))
    ```
    ```python
    # file: handlers/app.py
    def handler(event, context):
        return {}
    ```
    """
    for fact in source.facts:
        if isinstance(fact, UnstableArchive):
            yield Problem(
                f"`{fact.how}` writes the times of the files into the archive",
                "pulumi.FileArchive(directory), which leaves times out, or `writestr(zipfile.ZipInfo(name), data)`.",
                place(fact.place),
            )


@source_rule("PKG105", "loses", "packaging", rows=("S3-12",))
def name_changes_every_run(source: Reading) -> Iterator[Problem]:
    """A name that is made of the time, or of chance, while the program runs.

    ## Why is this bad?
    The next run has another name: Pulumi makes a new resource and deletes the old one with all that it holds.
    https://www.pulumi.com/docs/iac/concepts/resources/names/

    ## Example
    ```python
    import uuid

    import pulumi
    import pulumi_aws as aws

    aws.s3.Bucket("inbox", bucket=f"inbox-{uuid.uuid4()}")
    ```

    ## Use instead
    ```python
    aws.s3.Bucket("inbox")
    ```
    """
    for fact in source.facts:
        if isinstance(fact, Unstable):
            yield Problem(
                f"`{fact.argument}` of {fact.resource} is made of `{fact.source}`, so it is another one in every run",
                "Leave it out, so that Pulumi makes a name that stays, or use pulumi_random.RandomId.",
                place(fact.place),
            )


@source_rule("PKG106", "leaks", "packaging", rows=("S0-11",))
def archive_of_the_project(source: Reading) -> Iterator[Problem]:
    """Code that is the project's own directory, with everything in it.

    ## Why is this bad?
    The function gets the program, the configuration of every stack, the virtual environment and what lies around;
    and it is deployed again whenever any of that changes.

    ## Example
    ```python
    from pathlib import Path

    import pulumi

    pulumi.export("code", pulumi.FileArchive(str(Path(__file__).parent)))
    ```

    ## Use instead
    ```python
    from pathlib import Path

    import pulumi

    pulumi.export("code", pulumi.FileArchive(str(Path(__file__).parent / "handlers")))
    ```
    ```python
    # file: handlers/app.py
    def handler(event, context):
        return {}
    ```
    """
    for fact in _archives(source):
        if fact.is_project and fact.callee == "FileArchive":
            yield Problem(
                "the archive is the project's directory: the program, its configuration and all else that lies there",
                "A directory of its own for the code of functions.",
                place(fact.place),
            )


def _archives(source: Reading) -> Iterator[ArchiveUsed]:
    return (fact for fact in source.facts if isinstance(fact, ArchiveUsed))


def _relative(path: str, source: Reading) -> str:
    """A path as the user knows it, without the directory that the project lies in."""
    return path.removeprefix(f"{source.directory}/")


def is_built(path: str) -> bool:
    """Whether a build step makes it, as its name says."""
    place_ = PurePosixPath(path)
    return place_.suffix in _ARCHIVES or bool(_BUILT & set(place_.parts))
