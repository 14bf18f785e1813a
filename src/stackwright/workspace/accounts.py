"""Which emulated account a stack is in.

On AWS the credentials of whoever deploys decide, unless a provider assumes a role. Here a stack that names no account
gets one of its own, so that two stacks of a project meet as little as they should on AWS.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from stackwright.accounts import account_of, made_up_account
from stackwright.defaults import ACCOUNT
from stackwright.engine.deployment.providers import decoded
from stackwright.engine.project.pulumi_yaml import Project
from stackwright.graph import Graph
from stackwright.workspace.state import ProjectState

_PROVIDER = "pulumi:providers:aws"


@dataclass(frozen=True)
class Whereabouts:
    """Where a stack's resources are, or most of them."""

    account: str
    region: str


def home_account(project: Project, state: ProjectState, stack: str, default: str = ACCOUNT) -> str:
    """The account of a stack where its program names none; the same for as long as the stack has state.

    The only stack of a project, or the one called dev, has the default account; each other one has its own.
    Whoever asks holds `state.lock()`.
    """
    accounts = dict(state.accounts)
    if stack not in accounts:
        if stack in state.stacks():
            accounts[stack] = default  # brought up before stacks had accounts of their own
        elif stack == _first(project) and default not in accounts.values():
            accounts[stack] = default
        else:
            accounts[stack] = made_up_account(project.name, stack)
        state.accounts = accounts
    return accounts[stack]


def whereabouts(graph: Graph, home: str, region: str) -> Whereabouts:
    """Where most of a stack's resources are; `home` and `region` where no provider says more."""
    providers = {r.urn: decoded(r.inputs) for r in graph.of_type(_PROVIDER)}
    used = Counter(r.provider for r in graph.resources if r.provider in providers)
    settings = providers[used.most_common(1)[0][0]] if used else {}
    return Whereabouts(account_of(settings, home), str(settings.get("region") or region))


def _first(project: Project) -> str:
    stacks = project.stacks()
    return stacks[0] if len(stacks) == 1 else "dev"
