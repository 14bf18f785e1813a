"""How a rule is written.

    @graph_rule("API101", "breaks", "integration-uri", rows=("S0-6",), each="apigateway/integration:Integration")
    def integration_uri(integration: Node, graph: View, *, allowed: tuple[str, ...] = ()) -> Iterator[Problem]:
        \"\"\"A Lambda proxy integration whose URI API Gateway cannot call.

        ## Why is this bad?
        …
        ## Example
        (a block of Python: a program that has the fault)
        ## Use instead
        (the same program without it)
        \"\"\"

The name of the rule is the function's: the bad pattern. Its code stays for ever. Its docstring is its page, and both
programs are run as its test: an `import` of json, pulumi and pulumi_aws as aws stands before each; further files of a
program are further blocks that begin with `# file: handlers/app.py`. Arguments by keyword are parameters, which users
set in `[tool.stackwright.rules.API101]`; they have defaults, and the docstring's part `## Parameters` explains each.

A rule whose fault can be mended without a doubt says how: `fix=` names a function of a finding and of the file that it
is in, which gives edits of that file, or none when it is not sure. `check --fix` tries them on a copy of the project.

With `each`, a graph rule is called for each resource of these types, so that a value that is not known leaves out one
resource; without, it is called once with the graph.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal

from stackwright.editing.edits import Edit
from stackwright.rules.finding import SEVERITIES, Finding, Problem, Severity

if TYPE_CHECKING:
    from stackwright.editing.code import Code  # takes long to import, and only those who fix need it

Subject = Literal["graph", "source", "runs", "check"]
Function = Callable[..., Iterator[Problem]]
Fix = Callable[[Finding, "Code"], Sequence[Edit]]

_CODE: Final = re.compile(r"[A-Z]{3}\d{3}")
_BLOCK: Final = re.compile(r"```python\n(.*?)```", re.DOTALL)
_FILE: Final = re.compile(r"# file: (\S+)\n")
SECTIONS: Final = ("Why is this bad?", "Example", "Use instead")


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule and what is known of it.

    Attributes:
        subject: what it is called with.
        each: types, without `aws:`, of the resources it is called for; empty: it is called once.
        parameters: name -> default.
        fix: gives the edits that mend a finding.
    """

    code: str
    name: str
    severity: Severity
    failure_class: str
    rows: tuple[str, ...]
    subject: Subject
    function: Function
    each: tuple[str, ...] = ()
    parameters: Mapping[str, Any] = field(default_factory=dict[str, Any])
    fix: Fix | None = None

    @property
    def docstring(self) -> str:
        """Its page."""
        return inspect.getdoc(self.function) or ""

    @property
    def summary(self) -> str:
        """The first paragraph in one line."""
        return self.docstring.partition("\n\n")[0].replace("\n", " ")

    def section(self, title: str) -> str:
        """The text below a heading of the docstring; empty when there is no such heading."""
        after = self.docstring.partition(f"## {title}\n")[2]
        return re.split(r"^## ", after, maxsplit=1, flags=re.MULTILINE)[0].strip()

    def program(self, title: str) -> dict[str, str]:
        """The files of the program in a section, by path."""
        files: dict[str, str] = {}
        for block in _BLOCK.findall(self.section(title)):
            named = _FILE.match(block)
            files[named[1] if named else "__main__.py"] = block[named.end() :] if named else block
        return files


def graph_rule(
    code: str,
    severity: Severity,
    failure_class: str,
    *,
    rows: tuple[str, ...] = (),
    each: str | tuple[str, ...] = (),
    fix: Fix | None = None,
) -> Callable[[Function], Rule]:
    """A rule over what the program registers, all values known."""
    types = (each,) if isinstance(each, str) else each
    return lambda function: _rule(code, severity, failure_class, rows, "graph", function, types, fix)


def source_rule(
    code: str, severity: Severity, failure_class: str, *, rows: tuple[str, ...] = (), fix: Fix | None = None
) -> Callable[[Function], Rule]:
    """A rule over the project's Python, which is called once with it."""
    return lambda function: _rule(code, severity, failure_class, rows, "source", function, fix=fix)


def run_rule(
    code: str, severity: Severity, failure_class: str, *, rows: tuple[str, ...] = ()
) -> Callable[[Function], Rule]:
    """A rule over how the program ran, with known and with unknown values; it is called once with `runs.Runs`."""
    return lambda function: _rule(code, severity, failure_class, rows, "runs", function)


def check_rule(
    code: str, severity: Severity, failure_class: str, *, fix: Fix | None = None
) -> Callable[[Function], Rule]:
    """A rule over the check itself, part of every profile; it is called last, with `runner.Done`."""
    return lambda function: _rule(code, severity, failure_class, (), "check", function, fix=fix)


def _rule(
    code: str,
    severity: Severity,
    failure_class: str,
    rows: tuple[str, ...],
    subject: Subject,
    function: Function,
    each: tuple[str, ...] = (),
    fix: Fix | None = None,
) -> Rule:
    if not _CODE.fullmatch(code):
        raise ValueError(f"{code!r} is no code of a rule: three capitals and three digits")
    if severity not in SEVERITIES:
        raise ValueError(f"{code}: {severity!r} is no severity; one of {', '.join(SEVERITIES)}")
    parameters: dict[str, Any] = {}
    for parameter in inspect.signature(function).parameters.values():
        if parameter.kind is inspect.Parameter.KEYWORD_ONLY:
            if parameter.default is inspect.Parameter.empty:
                raise ValueError(f"{code}: the parameter {parameter.name} has no default")
            parameters[parameter.name] = parameter.default
    name = getattr(function, "__name__", "").replace("_", "-").strip("-")
    return Rule(code, name, severity, failure_class, rows, subject, function, each, parameters, fix)
