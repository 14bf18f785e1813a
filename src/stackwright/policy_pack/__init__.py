"""The rules over resources as a policy pack of Pulumi's; `stackwright policy new` writes the directory that starts it.

from stackwright.policy_pack import serve

serve(mandatory=["breaks", "leaks"])
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from importlib import metadata
from pathlib import Path

from stackwright.engine.protocol import analyzer
from stackwright.errors import StackwrightError
from stackwright.policy_pack.pack import Rules
from stackwright.rules import registry
from stackwright.rules.finding import Severity
from stackwright.rules.settings import Profile
from stackwright.workspace.check_settings import settings_above

__all__ = ["serve"]


def serve(
    *,
    profile: Profile | None = None,
    select: Sequence[str] = (),
    ignore: Sequence[str] = (),
    mandatory: Sequence[Severity] = (),
    project: str = "",
) -> None:
    """Serve the rules until Pulumi ends the process.

    What is not given is taken from `[tool.stackwright]` in pyproject.toml of this directory or of one above.

    Args:
        profile: which rules there are.
        select: codes, or beginnings of codes, of the only rules.
        ignore: the same of rules that are left out.
        mandatory: severities whose findings stop the deployment; the others are shown.
        project: directory of the Pulumi project, seen from here. Pulumi does not say it; without it, what is packed
            into functions is not read.
    """
    try:
        settings = settings_above(Path.cwd())
        settings = replace(
            settings,
            profile=profile or settings.profile,
            select=tuple(select) or settings.select,
            ignore=(*settings.ignore, *ignore),
        )
        root = Path(project).resolve() if project else None
        version = metadata.version("stackwright")
        pack = Rules(registry.rules().values(), settings, mandatory=frozenset(mandatory), version=version, root=root)
    except StackwrightError as error:
        sys.exit(f"stackwright: {error}")
    analyzer.serve(pack)
