"""Replicas of DynamoDB tables."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final, cast

from stackwright.editing.edits import Edit
from stackwright.rules.finding import Finding, Problem
from stackwright.rules.rule import graph_rule
from stackwright.rules.view import Node, View

if TYPE_CHECKING:
    from stackwright.editing.code import Code

TABLE: Final = "dynamodb/table:Table"
REPLICA: Final = "dynamodb/tableReplica:TableReplica"
_PRODUCTION: Final = frozenset({"prod", "production", "live"})
_OTHERS: Final = frozenset({"dev", "development", "test", "testing", "qa", "stage", "staging", "sandbox", "preprod"})


@graph_rule("REP101", "breaks", "replication", rows=("S3-7",), each=(TABLE, REPLICA))
def replica_in_its_own_region(node: Node, graph: View) -> Iterator[Problem]:
    """A replica of a table in the region where the table is.

    ## Why is this bad?
    AWS refuses it: a global table has one replica in each region, and the table itself is the one of its region.
    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/V2globaltables_HowItWorks.html

    ## Example
    ```python
    provider = aws.Provider("ireland", region="eu-west-1")
    aws.dynamodb.Table(
        "parcels",
        billing_mode="PAY_PER_REQUEST",
        hash_key="parcel",
        attributes=[{"name": "parcel", "type": "S"}],
        stream_enabled=True,
        stream_view_type="NEW_AND_OLD_IMAGES",
        replicas=[{"region_name": "eu-west-1"}],
        opts=pulumi.ResourceOptions(provider=provider),
    )
    ```

    ## Use instead
    ```python
    provider = aws.Provider("ireland", region="eu-west-1")
    aws.dynamodb.Table(
        "parcels",
        billing_mode="PAY_PER_REQUEST",
        hash_key="parcel",
        attributes=[{"name": "parcel", "type": "S"}],
        stream_enabled=True,
        stream_view_type="NEW_AND_OLD_IMAGES",
        replicas=[{"region_name": "eu-central-1"}],
        opts=pulumi.ResourceOptions(provider=provider),
    )
    ```
    """
    if node.kind == TABLE:
        home = _own_region(node)
        for number, replica in enumerate(node.structs("replicas")):
            if home and replica.get("regionName") == home:
                yield node.problem(
                    f"the table {node.name!r} is in {home}, and shall have a replica in {home}",
                    fix="Name another region; the table is the replica of its own.",
                    at=f"replicas.{number}.regionName",
                )
        return
    table = node.refers("globalTableArn", TABLE)
    if table is None:
        return
    same = _own_region(node) and _own_region(node) == _own_region(table)
    # Whatever region the provider is for, it is one.
    alike = node.resource.provider == table.resource.provider and not node.given("region") and not table.given("region")
    if same or alike:
        yield node.problem(
            f"the replica {node.name!r} is in the region of its table {table.name!r}",
            fix="A provider of another region, or region=…",
            at="region" if node.given("region") else "",
            related=[table.here("the table")],
        )


@graph_rule("REP102", "breaks", "replication", rows=("S3-7",), each=REPLICA)
def replica_in_another_account(replica: Node, graph: View) -> Iterator[Problem]:
    """A replica of a table that is in another account.

    ## Why is this bad?
    TableReplica asks DynamoDB in the account of its provider for a table of the same name there; it cannot join tables
    of two accounts. A stream, and a function that writes to a table of the other account, can.
    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/V2globaltables_HowItWorks.html

    ## Example
    ```python
    def account(name: str, number: str, region: str) -> aws.Provider:
        roles = [{"role_arn": f"arn:aws:iam::{number}:role/deploy"}]
        return aws.Provider(name, region=region, assume_roles=roles)


    table = aws.dynamodb.Table(
        "parcels",
        billing_mode="PAY_PER_REQUEST",
        hash_key="parcel",
        attributes=[{"name": "parcel", "type": "S"}],
        stream_enabled=True,
        stream_view_type="NEW_AND_OLD_IMAGES",
        opts=pulumi.ResourceOptions(provider=account("n", "111111111111", "eu-west-1"), ignore_changes=["replicas"]),
    )
    aws.dynamodb.TableReplica(
        "parcels",
        global_table_arn=table.arn,
        opts=pulumi.ResourceOptions(provider=account("south", "222222222222", "eu-south-1")),
    )
    ```

    ## Use instead
    ```python
    def account(name: str, number: str, region: str) -> aws.Provider:
        roles = [{"role_arn": f"arn:aws:iam::{number}:role/deploy"}]
        return aws.Provider(name, region=region, assume_roles=roles)


    table = aws.dynamodb.Table(
        "parcels",
        billing_mode="PAY_PER_REQUEST",
        hash_key="parcel",
        attributes=[{"name": "parcel", "type": "S"}],
        stream_enabled=True,
        stream_view_type="NEW_AND_OLD_IMAGES",
        opts=pulumi.ResourceOptions(provider=account("n", "111111111111", "eu-west-1"), ignore_changes=["replicas"]),
    )
    aws.dynamodb.TableReplica(
        "parcels",
        global_table_arn=table.arn,
        opts=pulumi.ResourceOptions(provider=account("south", "111111111111", "eu-south-1")),
    )
    ```
    """
    table = replica.refers("globalTableArn", TABLE)
    written = re.match(r"arn:[\w-]+:dynamodb:[\w-]*:(\d{12}):table/", replica.text("globalTableArn"))
    theirs = _account(table) if table else written[1] if written else ""
    ours = _account(replica)
    if ours and theirs and ours != theirs:
        yield replica.problem(
            f"the replica {replica.name!r} is made in the account {ours}, and its table is in {theirs}",
            fix="A provider of the table's account; or a stream, and a function that writes to the other account.",
            at="globalTableArn",
            related=[table.here("the table")] if table else (),
        )


def _with_stream(finding: Finding, code: Code) -> Sequence[Edit]:
    from stackwright.editing.calls import set_argument

    place = finding.place
    if place.path == "streamViewType":
        return set_argument(code, place.line, place.column, "stream_view_type", '"NEW_AND_OLD_IMAGES"')
    stream = 'True, stream_view_type="NEW_AND_OLD_IMAGES"'
    return set_argument(code, place.line, place.column, "stream_enabled", stream)


@graph_rule("REP103", "breaks", "replication", rows=("S3-7",), each=REPLICA, fix=_with_stream)
def replica_without_stream(replica: Node, graph: View) -> Iterator[Problem]:
    """A replica of a table that has no stream of new and old images.

    ## Why is this bad?
    The stream is what replicas are fed from. AWS refuses a replica of a table without one, or with less in it.
    https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateReplicationGroupMemberAction.html

    ## Example
    ```python
    table = aws.dynamodb.Table(
        "parcels",
        billing_mode="PAY_PER_REQUEST",
        hash_key="parcel",
        attributes=[{"name": "parcel", "type": "S"}],
        opts=pulumi.ResourceOptions(ignore_changes=["replicas"]),
    )
    aws.dynamodb.TableReplica("parcels", global_table_arn=table.arn, region="eu-south-1")
    ```

    ## Use instead
    ```python
    table = aws.dynamodb.Table(
        "parcels",
        billing_mode="PAY_PER_REQUEST",
        hash_key="parcel",
        attributes=[{"name": "parcel", "type": "S"}],
        stream_enabled=True,
        stream_view_type="NEW_AND_OLD_IMAGES",
        opts=pulumi.ResourceOptions(ignore_changes=["replicas"]),
    )
    aws.dynamodb.TableReplica("parcels", global_table_arn=table.arn, region="eu-south-1")
    ```
    """
    table = replica.refers("globalTableArn", TABLE)
    if table is None or table.resource.external:
        return
    images = table.text("streamViewType") if table.given("streamEnabled") in (True, "true") else ""
    if images != "NEW_AND_OLD_IMAGES":
        has = f"a stream of {images}" if images else "no stream"
        yield table.problem(
            f"the table {table.name!r} has a replica, {replica.name!r}, and {has}",
            fix='stream_enabled=True, stream_view_type="NEW_AND_OLD_IMAGES"',
            at="streamViewType" if images else "streamEnabled",
            related=[replica.here("the replica", "globalTableArn")],
        )


@graph_rule("REP104", "loses", "replication", rows=("S3-7",), each=REPLICA)
def replica_is_taken_away(replica: Node, graph: View) -> Iterator[Problem]:
    """A table that takes away the replica which the program makes beside it.

    ## Why is this bad?
    The table's own list of replicas is empty in the program. The `pulumi up` after a refresh sees one more at AWS, and
    deletes it.
    https://www.pulumi.com/registry/packages/aws/api-docs/dynamodb/tablereplica/

    ## Example
    ```python
    table = aws.dynamodb.Table(
        "parcels",
        billing_mode="PAY_PER_REQUEST",
        hash_key="parcel",
        attributes=[{"name": "parcel", "type": "S"}],
        stream_enabled=True,
        stream_view_type="NEW_AND_OLD_IMAGES",
    )
    aws.dynamodb.TableReplica("parcels", global_table_arn=table.arn, region="eu-south-1")
    ```

    ## Use instead
    ```python
    table = aws.dynamodb.Table(
        "parcels",
        billing_mode="PAY_PER_REQUEST",
        hash_key="parcel",
        attributes=[{"name": "parcel", "type": "S"}],
        stream_enabled=True,
        stream_view_type="NEW_AND_OLD_IMAGES",
        opts=pulumi.ResourceOptions(ignore_changes=["replicas"]),
    )
    aws.dynamodb.TableReplica("parcels", global_table_arn=table.arn, region="eu-south-1")
    ```
    """
    table = replica.refers("globalTableArn", TABLE)
    if table is None or table.resource.external:
        return
    if not any(path in ("replicas", "*") for path in table.resource.options.ignore_changes):
        yield table.problem(
            f"the table {table.name!r} does not leave its replicas alone, and {replica.name!r} is one",
            fix='opts=pulumi.ResourceOptions(ignore_changes=["replicas"])',
            related=[replica.here("the replica", "globalTableArn")],
        )


@graph_rule("REP105", "exposes", "replication", rows=("S3-7",), each=REPLICA)
def replica_for_another_environment(replica: Node, graph: View) -> Iterator[Problem]:
    """A replica that shall give another environment the data of production.

    ## Why is this bad?
    Replicas of a global table are equals: what is written to the one in staging, a test's deletions too, is written to
    production a second later. A stream, and a function that writes to a table of the other environment, goes one way.
    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/V2globaltables_HowItWorks.html

    ## Example
    ```python
    table = aws.dynamodb.Table(
        "prod-parcels",
        billing_mode="PAY_PER_REQUEST",
        hash_key="parcel",
        attributes=[{"name": "parcel", "type": "S"}],
        stream_enabled=True,
        stream_view_type="NEW_AND_OLD_IMAGES",
        opts=pulumi.ResourceOptions(ignore_changes=["replicas"]),
    )
    aws.dynamodb.TableReplica("staging-parcels", global_table_arn=table.arn, region="eu-south-1")
    ```

    ## Use instead
    ```python
    table = aws.dynamodb.Table(
        "prod-parcels",
        billing_mode="PAY_PER_REQUEST",
        hash_key="parcel",
        attributes=[{"name": "parcel", "type": "S"}],
        stream_enabled=True,
        stream_view_type="NEW_AND_OLD_IMAGES",
        opts=pulumi.ResourceOptions(ignore_changes=["replicas"]),
    )
    aws.dynamodb.TableReplica("prod-parcels-south", global_table_arn=table.arn, region="eu-south-1")
    ```
    """
    table = replica.refers("globalTableArn", TABLE)
    if table is None:
        return
    theirs, ours = _environments(table), _environments(replica)
    if theirs & _PRODUCTION and not ours & _PRODUCTION and (other := sorted(ours & _OTHERS)):
        yield replica.problem(
            f"the replica {replica.name!r} is for {other[0]}, and what it is written goes to {table.name!r}, too",
            fix="A stream of the table, and a function that writes to a table of the other environment.",
            related=[table.here("the table of production")],
        )


def _own_region(node: Node) -> str:
    """The region that the program itself names; that of a default provider is the stack's."""
    provider = node.provider
    explicit = provider is not None and not provider.name.startswith("default")
    region = node.given("region") or (provider.given("region") if provider is not None and explicit else "")
    return region if isinstance(region, str) else ""


def _account(node: Node) -> str:
    """The account that a provider leads to, where it says so; else nothing."""
    provider = node.provider
    if provider is None:
        return ""
    # A provider has its structures as JSON.
    for path in ("assumeRoles", "assumeRole"):
        accounts = set(re.findall(r":iam::(\d{12}):role/", str(provider.given(path, ""))))
        if len(accounts) == 1:
            return accounts.pop()
    allowed = set(re.findall(r"\b\d{12}\b", str(provider.given("allowedAccountIds", ""))))
    return allowed.pop() if len(allowed) == 1 else ""


def _environments(node: Node) -> frozenset[str]:
    tags: Any = node.given("tags")
    given = cast("dict[str, Any]", tags) if isinstance(tags, dict) else {}
    said = [str(value) for name, value in given.items() if name.lower() in ("environment", "env", "stage")]
    return frozenset(re.split(r"[^a-z]+", " ".join([node.name, *said]).lower()))
