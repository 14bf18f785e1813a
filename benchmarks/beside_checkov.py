"""checkov beside `stackwright check`: in an environment of its own, on Terraform made from the resolved graph.

checkov reads no Pulumi programs in Python. So it gets what a program registers: resources of the types that it has
checks for, under Terraform's names, their properties in snake case, and every value known. It runs no program and looks
at no handler; what it finds is not compared here.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from stackwright.graph import Archive, Asset, reveal
from stackwright.testing.program import Program

VERSION: Final = "3.3.30"
_UV: Final = Path(sys.executable).with_name("uv")
_KNOWN: Final = """
import json
import checkov.terraform.runner
from checkov.terraform.checks.resource.registry import resource_registry
print(json.dumps([name for name in resource_registry.checks if name.startswith("aws_")]))
"""
# Terraform's names, where they are not aws_<module>_<name>. https://registry.terraform.io/providers/hashicorp/aws
_MAPS: Final = ("tags", "variables", "triggers")
_MODULES: Final = {"apigateway": "api_gateway_", "ec2": "", "lb": "lb_", "index": ""}


class Checkov:
    """checkov, installed into a directory."""

    def __init__(self, directory: Path) -> None:
        subprocess.run([_UV, "venv", "-q", directory], check=True)
        python = directory / "bin" / "python"
        subprocess.run([_UV, "pip", "install", "-q", "--python", python, f"checkov=={VERSION}"], check=True)
        self._command = directory / "bin" / "checkov"
        listed = subprocess.run([python, "-c", _KNOWN], check=True, capture_output=True, text=True).stdout
        self._types = frozenset(json.loads(listed.splitlines()[-1]))

    def command(self, program: str, directory: Path) -> tuple[Sequence[str | Path], str]:
        """What checks the equivalent of a program, written into a directory; and how much of it that is."""
        graph = Program.of(Path(program)).graph
        texts = [
            f'resource "{kind}" "r{number}" {{\n{_body(reveal(resource.inputs), 1)}}}\n'
            for number, resource in enumerate(graph.resources)
            if (kind := _terraform(resource.type)) in self._types
        ]
        directory.mkdir()
        for number, text in enumerate(texts):
            (directory / f"{number}.tf").write_text(text, encoding="utf-8")
        options = ("--framework", "terraform", "--skip-download", "--compact", "--quiet")
        share = f"{len(texts)} of {sum(r.type.startswith('aws:') for r in graph.resources)} resources"
        return [self._command, "-d", directory, *options], share


def _terraform(token: str) -> str:
    """`aws:sqs/queuePolicy:QueuePolicy` -> `aws_sqs_queue_policy`."""
    package, _, rest = token.partition(":")
    module, _, name = rest.partition(":")[0].partition("/")
    return f"{package}_{_MODULES.get(module, f'{module}_')}{_snake(name)}"


def _body(properties: Mapping[str, Any], depth: int) -> str:
    """Settings as arguments, structures as blocks."""
    indent = "  " * depth
    lines: list[str] = []
    for name, value in properties.items():
        is_block = isinstance(value, Mapping) and name not in _MAPS and all(key.isidentifier() for key in value)
        blocks = [value] if is_block else value
        if isinstance(blocks, list | tuple) and blocks and all(isinstance(each, Mapping) for each in blocks):
            lines += [f"{indent}{_snake(name)} {{\n{_body(each, depth + 1)}{indent}}}\n" for each in blocks]
        else:
            lines.append(f"{indent}{_snake(name)} = {_expression(value)}\n")
    return "".join(lines)


def _expression(value: Any) -> str:
    plain = value.kind if isinstance(value, Archive | Asset) else value
    return json.dumps(plain).replace("${", "$${").replace("%{", "%%{")


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
