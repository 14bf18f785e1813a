"""Checks small programs, all of them by one interpreter that has imported the SDK once."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path

from stackwright.engine.deployment.deployment import Mode
from stackwright.engine.project import pulumi_yaml as projects
from stackwright.graph import Graph
from stackwright.rules.finding import Report
from stackwright.rules.lines import Lines
from stackwright.rules.settings import Settings
from stackwright.workspace.checking import Checker, CheckOptions, checker

PREAMBLE = "import json\n\nimport pulumi\nimport pulumi_aws as aws\n\n"
MODULES = (
    "apigateway",
    "apigatewayv2",
    "cloudfront",
    "cloudwatch",
    "dynamodb",
    "efs",
    "iam",
    "kms",
    "lambda_",
    "s3",
    "sns",
    "sqs",
    "sfn",
)


class Programs:
    """Programs given as text.

    Args:
        directory: where they are written for the moment.
    """

    def __init__(self, checker: Checker, directory: Path) -> None:
        self._checker = checker
        self._directory = directory

    def check(
        self,
        program: str | Mapping[str, str],
        *select: str,
        settings: Settings | None = None,
        options: CheckOptions | None = None,
        known: frozenset[str] = frozenset(),
    ) -> Report:
        """The report on a program given as its `__main__.py`, or as files by path.

        Args:
            select: codes of the only rules to ask.
        """
        with self._written(program) as project:
            return self._checker.check(project, settings or Settings(select=select), options, known=known)

    def check_project(self, directory: Path) -> Report:
        """The report on a project that is there."""
        return self._checker.check(projects.load(directory), Settings())

    def graph(self, program: str | Mapping[str, str], mode: Mode = "simulated") -> Graph:
        """What it registers."""
        with self._written(program) as project:
            run = self._checker.run_whole(project, CheckOptions("dev"), mode, Lines(project.directory))
            assert run.failure is None, run.failure
            return run.graph

    @contextmanager
    def _written(self, program: str | Mapping[str, str]) -> Generator[projects.Project]:
        files = {"__main__.py": program} if isinstance(program, str) else program
        place = Path(tempfile.mkdtemp(dir=self._directory))
        try:
            for name, text in {"Pulumi.yaml": "name: shop\nruntime: python\n", **files}.items():
                path = place / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(whole(name, text), encoding="utf-8")
            yield projects.load(place)
        finally:
            shutil.rmtree(place)


def whole(name: str, text: str) -> str:
    """A file as it is checked: a program without imports gets them."""
    has_imports = not name.endswith("__main__.py") or "import pulumi" in text
    return text if has_imports else PREAMBLE + text


@contextmanager
def checking_programs(directory: Path) -> Generator[Programs]:
    """Programs that are checked below a directory."""
    wanted = ["pulumi_aws", *(f"pulumi_aws.{name}" for name in MODULES)]
    with checker(sys.executable, wanted) as one:
        yield Programs(one, directory)
