"""`stackwright check`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from stackwright.cli.fixing import Fixing
from stackwright.cli.formats import Checked, as_github, as_json, as_junit, as_sarif, as_text
from stackwright.cli.options import overrides
from stackwright.cli.terminal import Terminal
from stackwright.cli.text import give, say
from stackwright.errors import UsageError
from stackwright.rules import baseline as baselines
from stackwright.rules.finding import ERRORS, Report
from stackwright.rules.settings import PROFILES, Settings
from stackwright.workspace import locate
from stackwright.workspace.check_settings import settings_of
from stackwright.workspace.checking import CheckOptions, check

_FORMATS = ("text", "json", "sarif", "junit", "github")


@click.command("check")
@click.argument("projects", metavar="[PROJECT]...", nargs=-1)
@click.option("-s", "--stack", default="", help="The stack whose configuration to use.")
@click.option("-c", "--config", "config", multiple=True, metavar="KEY=VALUE", help="Set a config value for this check.")
@click.option("--format", "form", type=click.Choice(_FORMATS), default="text", show_default=True)
@click.option("--profile", type=click.Choice(PROFILES), help="Which rules to ask; `default` when nothing says so.")
@click.option("--select", multiple=True, metavar="CODES", help="The only rules to ask, such as API101,IAM.")
@click.option("--ignore", multiple=True, metavar="CODES", help="Rules not to ask.")
@click.option(
    "--fail-on",
    type=click.Choice(["error", "warning", "not-checked"]),
    default="warning",
    show_default=True,
    help="When the exit code is 1: for what breaks, leaks, loses or exposes; for any finding; for open questions, too.",
)
@click.option("--fix", is_flag=True, help="Show as a diff what can be mended without a doubt; on a terminal, ask.")
@click.option("--write", is_flag=True, help="With --fix: write it without a question, and check again.")
@click.option("--watch", is_flag=True, help="Check again after each save, until Ctrl-C.")
@click.option("--baseline", type=click.Path(path_type=Path), help="Report only what this file does not know.")
@click.option("--write-baseline", type=click.Path(path_type=Path), help="Write all findings to this file.")
@click.option("--time-limit", type=click.FloatRange(min=0.1), default=60.0, show_default=True, metavar="SECONDS")
@click.option("--allow-network", is_flag=True, help="Let the program use the network.")
@click.option(
    "--python",
    type=click.Choice(["project", "current"]),
    default="project",
    show_default=True,
    help="Run the program in the environment that Pulumi.yaml names, if it is there, or in the one of this command.",
)
@click.pass_context
def command(
    ctx: click.Context,
    projects: tuple[str, ...],
    stack: str,
    config: tuple[str, ...],
    form: str,
    fail_on: str,
    fix: bool,
    write: bool,
    watch: bool,
    baseline: Path | None,
    write_baseline: Path | None,
    time_limit: float,
    allow_network: bool,
    python: str,
    **chosen: Any,
) -> None:
    """Find what will break, leak, lose or expose, with the source line. Nothing is created, no cloud is asked.

    PROJECT is a directory with a Pulumi.yaml, a .py file, or a bundled system. The program is read, run with made-up
    values, and run with unknown ones, as in a first preview; without credentials, and without the network. The exit
    code is 1 when there are findings.

    \b
    Examples:
      stackwright check                         the project in this directory
      stackwright check ./shop -s prod --profile all
      stackwright check ./shop --format json --select IAM,KMS
      stackwright check ./shop --fix            what can be mended by itself, as a diff
      stackwright check ./shop --watch          a report after each save
    """
    options = CheckOptions(stack, overrides(config), time_limit, allow_network, python == "current")
    located = [locate(name) for name in projects or (".",)]

    def adapt(of_project: Settings) -> Settings:
        settings = _settings(of_project, **chosen)
        # What is written holds all findings, whatever was known before.
        return replace(settings, baseline=str(baseline or "")) if baseline or write_baseline else settings

    asked = [(project, adapt(settings_of(project))) for project in located]
    if write and not fix:
        raise UsageError("--write without --fix", fix="Write: --fix --write")
    if watch:
        if fix or write_baseline or form != "text":
            raise UsageError("--watch is for reading: no --fix, no --write-baseline, and text only")
        from stackwright.cli.check_watch import watch as keep_checking

        keep_checking(located, options, adapt)
        return
    if fix:
        checked = Fixing(options, form == "text", write).run(asked)
    else:
        checked = [
            Checked(p.name, p.directory, check(p, s, options, known=baselines.known(s.baseline))) for p, s in asked
        ]
    if write_baseline is not None:
        baselines.write(write_baseline, [f for one in checked for f in (*one.report.findings, *one.report.known)])
        say(f"wrote {write_baseline}", err=True)
    _print(checked, form)
    ctx.exit(1 if write_baseline is None and any(_fails(one.report, fail_on) for one in checked) else 0)


def _print(checked: list[Checked], form: str) -> None:
    match form:
        case "json":
            give(as_json.text(checked))
        case "sarif":
            give(as_sarif.text(checked))
        case "junit":
            give(as_junit.text(checked))
        case "github":
            for line in as_github.lines(checked):
                give(line)
        case _:
            terminal = Terminal()
            for text in as_text.lines(checked):
                terminal.print(text, soft_wrap=True)


def _settings(
    of_project: Settings, *, profile: str | None, select: tuple[str, ...], ignore: tuple[str, ...]
) -> Settings:
    """The project's settings with the command's over them."""
    changed = of_project
    for known in PROFILES:
        if known == profile:
            changed = replace(changed, profile=known)
    if select:
        changed = replace(changed, select=_codes(select))
    return replace(changed, ignore=(*changed.ignore, *_codes(ignore)))


def _codes(values: tuple[str, ...]) -> tuple[str, ...]:
    codes = tuple(code.strip() for value in values for code in value.split(","))
    if "" in codes:
        raise UsageError("an empty code", fix="Write: --select API101,IAM")
    return codes


def _fails(report: Report, fail_on: str) -> bool:
    if fail_on == "error":
        return any(f.severity in ERRORS for f in report.findings)
    return bool(report.findings) or (fail_on == "not-checked" and bool(report.not_checked))
