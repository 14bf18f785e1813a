"""Providers: made and not used, or used and not made."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from stackwright.rules.finding import Problem
from stackwright.rules.rule import graph_rule
from stackwright.rules.view import Node, View

_PROVIDER: Final = "pulumi:providers:aws"


@graph_rule("PRV101", "breaks", "provider-unused", rows=("S2-1", "S3-1"), each=_PROVIDER)
def provider_unused(provider: Node, graph: View) -> Iterator[Problem]:
    """A provider that nothing uses.

    ## Why is this bad?
    Its region, account and role have no effect: everything goes where the default provider leads, by the environment of
    whoever runs `pulumi up`.

    ## Example
    ```python
    provider = aws.Provider("europe", region="eu-central-1")
    aws.sqs.Queue("jobs")
    ```

    ## Use instead
    ```python
    provider = aws.Provider("europe", region="eu-central-1")
    aws.sqs.Queue("jobs", opts=pulumi.ResourceOptions(provider=provider))
    ```
    """
    if _is_default(provider) or provider.urn in _used(graph):
        return
    users = sum(1 for node in graph if node.resource.type.startswith("aws:"))
    if users:
        yield provider.problem(
            f"nothing uses the provider {provider.name!r}; {users} resources go where the default provider leads",
            fix="opts=pulumi.ResourceOptions(provider=provider)",
        )


@graph_rule("PRV102", "breaks", "default-provider", rows=("S2-1", "S3-1"))
def default_provider(graph: View) -> Iterator[Problem]:
    """A resource or a look-up that was left on the default provider, where nearly all others have one of their own.

    ## Why is this bad?
    It lands in the region and account of whoever runs `pulumi up`, away from what it belongs to; a look-up answers
    about another account.

    ## Example
    ```python
    provider = aws.Provider("europe", region="eu-central-1")
    opts = pulumi.ResourceOptions(provider=provider)
    aws.sqs.Queue("jobs", opts=opts)
    aws.sqs.Queue("mails", opts=opts)
    aws.sns.Topic("alerts")
    ```

    ## Use instead
    ```python
    provider = aws.Provider("europe", region="eu-central-1")
    opts = pulumi.ResourceOptions(provider=provider)
    aws.sqs.Queue("jobs", opts=opts)
    aws.sqs.Queue("mails", opts=opts)
    aws.sns.Topic("alerts", opts=opts)
    ```
    """
    own = [p for p in graph.all(_PROVIDER) if not _is_default(p) and p.urn in _used(graph)]
    users = [n for n in graph if n.resource.type.startswith("aws:") and n.resource.custom]
    # A region of its own says where it shall be.
    left = [n for n in users if _on_default(n.resource.provider) and n.given("region") is None]
    # Where the default provider has the bulk, the others are for what must be elsewhere, as the certificate of a CDN.
    if not own or len(left) * 2 >= len(users):
        return
    for node in left:
        yield node.problem(
            f"{node.name!r} ({node.kind}) is on the default provider; {len(users) - len(left)} are on {own[0].name!r}",
            fix="opts=pulumi.ResourceOptions(provider=provider)",
            related=[own[0].here("the provider")],
        )


def _used(graph: View) -> set[str]:
    return {n.resource.provider for n in graph} | {i.provider for i in graph.graph.invokes}


def _is_default(provider: Node) -> bool:
    return provider.name.startswith("default")


def _on_default(urn: str) -> bool:
    return not urn or urn.rpartition("::")[2].startswith("default")
