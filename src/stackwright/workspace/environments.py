"""All stacks of a project side by side: their settings, and the graphs that come of them; nothing is made."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from stackwright.engine.project.pulumi_yaml import Config, Project
from stackwright.environments.declaration import Declaration, declaration
from stackwright.environments.report import Report, artifacts_of, findings_of, settings_of
from stackwright.errors import ProjectError, StackwrightError
from stackwright.graph import UNKNOWN, Graph, Unknown
from stackwright.workspace.graphs import load
from stackwright.workspace.interpreters import forking, modules
from stackwright.workspace.made_up import MadeUp

if TYPE_CHECKING:
    from stackwright.engine.program.child import Start


def compare_environments(
    project: Project, stacks: Sequence[str] = (), report: Callable[[str], None] = lambda _: None
) -> Report:
    """Compare the stacks of a project.

    Args:
        stacks: which; all that have a file, or an example of one, unless some are named.
        report: told what is being done.

    Raises:
        ProjectError: a stack's file is wrong, there is no such stack, or there is none at all.
    """
    declared = declaration(project.stackwright, project.name, str(project.location / "Pulumi.yaml"))
    examples = project.examples()
    names = list(dict.fromkeys(stacks)) or _in_order([*project.stacks(), *examples])
    if not names:
        raise ProjectError(
            f"{project.name} has no stacks to compare",
            where=str(project.stack_directory),
            fix="Write a file Pulumi.<stack>.yaml for each.",
        )
    configs: dict[str, Config] = {}
    failures: dict[str, str] = {}
    notes: list[str] = []
    for name in names:
        try:
            configs[name] = _config(project, name, name in examples, notes)
        except ProjectError as error:
            if name not in (*project.stacks(), *examples):
                raise
            failures[name] = error.what
    settings = settings_of(
        {name: config.values for name, config in configs.items()},
        {name: config.secret_keys for name, config in configs.items()},
        declared,
    )
    graphs: dict[str, Graph] = {}
    with forking(project.interpreter, modules(project)) as start:
        for name, config in configs.items():
            report(f"{project.name}/{name}")
            try:
                graphs[name] = load(project, name, config=config, outputs=_unknown, start=start)
            except StackwrightError as error:
                failures[name] = _masked(error.what, configs)
        equalized, remark = _equalized(project, graphs, configs, declared, report, start)
    return Report(
        project.name,
        names,
        declared.is_given,
        settings,
        findings_of(graphs, equalized, declared) if len(graphs) > 1 else (),
        artifacts_of(graphs),
        [name for name in names if name in examples],
        failures,
        [*notes, *filter(None, [remark])],
    )


def _config(project: Project, stack: str, example: bool, notes: list[str]) -> Config:
    """A stack's configuration; secrets that cannot be opened here are made up, for their values do not count."""
    try:
        return project.config(stack, example=example)
    except ProjectError:
        sealed: list[str] = []

        def make_up(key: str, type_name: str) -> object:
            sealed.append(key)
            return MadeUp().declared(key, type_name)

        config = project.config(stack, make_up=make_up, example=example)
        if not sealed or not config.secret_keys.issuperset(sealed):
            raise
        notes.append(f"{stack}: made up, for they cannot be opened here: {', '.join(sealed)}")
        return config


def _unknown(reference: str) -> Unknown:
    """Outputs of other stacks are no difference between these."""
    del reference
    return UNKNOWN


def _equalized(
    project: Project,
    graphs: Mapping[str, Graph],
    configs: Mapping[str, Config],
    declared: Declaration,
    report: Callable[[str], None],
    start: Start,
) -> tuple[dict[str, Graph] | None, str]:
    """The graphs as they would be if the settings that may differ were those of the first stack, or why not."""
    if not declared.is_given or len(graphs) < 2:
        return None, ""
    first, *others = graphs
    found = {first: graphs[first]}
    for name in others:
        config = _with_settings_of(configs[first], configs[name], declared)
        if config == configs[name]:
            found[name] = graphs[name]
            continue
        report(f"{project.name}/{name} with the settings of {first}")
        try:
            found[name] = load(project, name, config=config, outputs=_unknown, start=start)
        except StackwrightError as error:
            what = _masked(error.what, configs)
            return None, f"what follows from settings is not known: {name} with the settings of {first} fails: {what}"
    return found, ""


def _with_settings_of(first: Config, own: Config, declared: Declaration) -> Config:
    kept = {key: value for key, value in own.values.items() if not declared.allows_setting(key)}
    taken = {key: value for key, value in first.values.items() if declared.allows_setting(key)}
    return Config({**kept, **taken}, first.secret_keys | own.secret_keys)


def _masked(text: str, configs: Mapping[str, Config]) -> str:
    secrets = {config.values[key] for config in configs.values() for key in config.secret_keys}
    for secret in sorted(filter(None, secrets), key=len, reverse=True):
        text = text.replace(secret, "[secret]")
    return text


def _in_order(names: Sequence[str]) -> list[str]:
    """From where one begins to where it counts, as far as names tell."""
    known = ("dev", "develop", "development", "test", "qa", "stage", "staging", "preprod", "prod", "production")
    return sorted(names, key=lambda name: (known.index(name) if name in known else len(known), name))
