"""Providers: made and not used, or used and not made."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Final

from stackwright.rules.finding import Place, Problem
from stackwright.rules.lines import snake
from stackwright.rules.places import called, place
from stackwright.rules.rule import graph_rule, source_rule
from stackwright.rules.view import Node, View
from stackwright.source.facts import PerhapsNoProvider
from stackwright.source.reader import Reading

_PROVIDER: Final = "pulumi:providers:aws"
# Answers that are the same in all accounts and regions, or only computed.
_ANYWHERE: Final = frozenset(
    {
        "get_policy_document",
        "get_partition",
        "get_service_principal",
        "get_arn",
        "get_ip_ranges",
        "get_billing_service_account",
        "get_default_tags",
        "get_canonical_user_id",
        "get_managed_policy",
        "get_policy",
    }
)
# Answers that are the same in all regions of an account, and what takes a provider to another account.
_OF_ACCOUNT: Final = frozenset(
    {"get_caller_identity", "get_role", "get_zone", "get_account_alias", "get_session_context"}
)
_OTHER_ACCOUNT: Final = ("assumeRoles", "assumeRole", "assumeRoleWithWebIdentity", "profile", "accessKey")


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
    for invoke, file, call in _looked_up(graph, own):
        yield Problem(
            f"{invoke} is asked of the default provider; {len(users) - len(left)} resources are on {own[0].name!r}",
            "opts=pulumi.InvokeOptions(provider=provider)",
            Place(file=file, line=call.lineno, column=call.col_offset + 1),
            (own[0].here("the provider"),),
        )


@source_rule("PRV103", "breaks", "default-provider", rows=("S2-1", "S3-1"))
def provider_that_may_be_none(source: Reading) -> Iterator[Problem]:
    """Options with a provider that is None when a setting is missing.

    ## Why is this bad?
    `provider=None` is the default provider: without the setting, everything is made in the region and account of
    whoever runs `pulumi up`, and nothing says so. A setting that is missing should change what the provider is given,
    or stop the program.

    ## Example
    ```python
    config = pulumi.Config()


    def provider_of(role):
        if role:
            return aws.Provider("deploy", region="eu-central-1", assume_roles=[{"role_arn": role}])
        return None


    provider = provider_of(config.get("role"))
    aws.sqs.Queue("jobs", opts=pulumi.ResourceOptions(provider=provider))
    ```

    ## Use instead
    ```python
    config = pulumi.Config()


    def provider_of(role):
        return aws.Provider(
            "deploy", region="eu-central-1", assume_roles=[{"role_arn": role}] if role else None
        )


    provider = provider_of(config.get("role"))
    aws.sqs.Queue("jobs", opts=pulumi.ResourceOptions(provider=provider))
    ```
    """
    found = [fact for fact in source.facts if isinstance(fact, PerhapsNoProvider)]
    for fact in found[:1]:
        more = f", here and in {len(found) - 1} more options" if len(found) > 1 else ""
        yield Problem(
            f"`{fact.subject}` may be None, which is the default provider{more}",
            "Always make the provider; a role that is missing leaves out `assume_roles`, not the provider.",
            place(fact.place),
        )


def _looked_up(graph: View, own: list[Node]) -> Iterator[tuple[str, str, ast.Call]]:
    """Look-ups by the default provider whose answer is another one for the provider that the program has."""
    asked = {_function(i.token) for i in graph.graph.invokes if _on_default(i.provider) and i.token.startswith("aws:")}
    elsewhere = any(node.given(path) for node in own for path in _OTHER_ACCOUNT)
    pinned = any(_is_pinned(node) for node in own)
    for name in sorted(asked - _ANYWHERE):
        if elsewhere if name in _OF_ACCOUNT else pinned:
            for form in (name, f"{name}_output"):
                for file, call in called(graph, form):
                    if not any(keyword.arg in ("opts", "region", None) for keyword in call.keywords):
                        yield form, file, call


def _function(token: str) -> str:
    """`get_availability_zones` of `aws:index/getAvailabilityZones:getAvailabilityZones`."""
    return snake(token.rpartition(":")[2])


def _is_pinned(provider: Node) -> bool:
    """Whether the program itself says the provider's region, as a text: it need not be that of the default provider."""
    place = provider.place("region")
    line = provider.graph.lines.lines(place.file)[place.line - 1 : place.line] if place.file else []
    return bool(line) and line[0][place.column - 1 : place.column] in ("'", '"')


def _used(graph: View) -> set[str]:
    return {n.resource.provider for n in graph} | {i.provider for i in graph.graph.invokes}


def _is_default(provider: Node) -> bool:
    return provider.name.startswith("default")


def _on_default(urn: str) -> bool:
    return not urn or urn.rpartition("::")[2].startswith("default")
