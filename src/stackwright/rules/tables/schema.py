"""The keys of tables and of their indexes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

from stackwright.rules.finding import Problem
from stackwright.rules.rule import graph_rule
from stackwright.rules.view import Node, View

TABLE: Final = "dynamodb/table:Table"
# An index that is a resource of its own brings its attributes along.
_INDEX: Final = "dynamodb/globalSecondaryIndex:GlobalSecondaryIndex"


@dataclass(frozen=True, slots=True)
class Key:
    """An attribute that a table or an index has as a key, and the input that says so."""

    attribute: str
    path: str
    of: str


@graph_rule("TAB101", "breaks", "schema", rows=("S0-1",), each=TABLE)
def attribute_is_no_key(table: Node, graph: View) -> Iterator[Problem]:
    """A table that defines attributes which are keys neither of it nor of an index.

    ## Why is this bad?
    AWS refuses the table: definitions are for keys alone. Other attributes stand in the items and need no definition.
    https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html

    ## Example
    ```python
    aws.dynamodb.Table(
        "parcels",
        billing_mode="PAY_PER_REQUEST",
        hash_key="parcel",
        attributes=[{"name": "parcel", "type": "S"}, {"name": "weight", "type": "N"}],
    )
    ```

    ## Use instead
    ```python
    aws.dynamodb.Table(
        "parcels", billing_mode="PAY_PER_REQUEST", hash_key="parcel", attributes=[{"name": "parcel", "type": "S"}]
    )
    ```
    """
    keys = {key.attribute for key in _keys(table)}
    if not keys or has_indexes_elsewhere(table, graph):
        return
    for number, name in _defined(table):
        if name not in keys:
            yield table.problem(
                f"the table {table.name!r} defines {name!r}, which is a key neither of it nor of an index",
                fix=f"Leave {name!r} out of attributes, or add the index that it is for.",
                at=f"attributes.{number}.name",
            )


@graph_rule("TAB102", "breaks", "schema", rows=("S0-1",), each=TABLE)
def key_is_not_defined(table: Node, graph: View) -> Iterator[Problem]:
    """A key of a table or of an index that is not among the table's attributes.

    ## Why is this bad?
    AWS refuses the table: it does not know the type of the key.
    https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html

    ## Example
    ```python
    aws.dynamodb.Table(
        "parcels",
        billing_mode="PAY_PER_REQUEST",
        hash_key="parcel",
        attributes=[{"name": "parcel", "type": "S"}],
        global_secondary_indexes=[{"name": "by-town", "hash_key": "town", "projection_type": "ALL"}],
    )
    ```

    ## Use instead
    ```python
    aws.dynamodb.Table(
        "parcels",
        billing_mode="PAY_PER_REQUEST",
        hash_key="parcel",
        attributes=[{"name": "parcel", "type": "S"}, {"name": "town", "type": "S"}],
        global_secondary_indexes=[{"name": "by-town", "hash_key": "town", "projection_type": "ALL"}],
    )
    ```
    """
    if _from_elsewhere(table):
        return
    defined = {name for _, name in _defined(table)}
    told = set[str]()
    for key in _keys(table):
        if key.attribute not in defined and key.attribute not in told:
            told.add(key.attribute)
            yield table.problem(
                f"{key.attribute!r} is a key of {key.of}, and not among the attributes of {table.name!r}"
                f" ({', '.join(sorted(defined)) or 'it has none'})",
                fix=f'attributes=[…, {{"name": "{key.attribute}", "type": "S"}}]',
                at=key.path,
            )


@graph_rule("TAB103", "breaks", "schema", rows=("S0-1",), each=TABLE)
def index_is_refused(table: Node, graph: View) -> Iterator[Problem]:
    """An index that AWS does not make: a local one without a sort key, a projection that does not fit, a name twice.

    ## Why is this bad?
    AWS refuses the table. A local index sorts the items of a partition in another way, so both the table and the index
    need a sort key. `INCLUDE` names the attributes that an index has, `ALL` and `KEYS_ONLY` name none.
    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/LSI.html
    https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Projection.html

    ## Example
    ```python
    aws.dynamodb.Table(
        "parcels",
        billing_mode="PAY_PER_REQUEST",
        hash_key="town",
        attributes=[{"name": "town", "type": "S"}, {"name": "sent", "type": "N"}],
        local_secondary_indexes=[{"name": "by-day", "range_key": "sent", "projection_type": "ALL"}],
    )
    ```

    ## Use instead
    ```python
    aws.dynamodb.Table(
        "parcels",
        billing_mode="PAY_PER_REQUEST",
        hash_key="town",
        range_key="parcel",
        attributes=[
            {"name": "town", "type": "S"},
            {"name": "parcel", "type": "S"},
            {"name": "sent", "type": "N"},
        ],
        local_secondary_indexes=[{"name": "by-day", "range_key": "sent", "projection_type": "ALL"}],
    )
    ```
    """
    if _from_elsewhere(table):
        return
    names = set[str]()
    for path, index in _indexes(table):
        name = _text(index, "name")
        if name and name in names:
            yield table.problem(
                f"two indexes of {table.name!r} have the name {name!r}", fix="A name for each.", at=f"{path}.name"
            )
        names.add(name)
        projection, included = _text(index, "projectionType"), index.get("nonKeyAttributes")
        if projection == "INCLUDE" and not included:
            message = f"the index {name!r} of {table.name!r} shall have the projection INCLUDE, and includes nothing"
            yield table.problem(message, fix="Name the attributes in non_key_attributes.", at=f"{path}.projectionType")
        if projection in ("ALL", "KEYS_ONLY") and included:
            message = f"the index {name!r} of {table.name!r} has the projection {projection}, and names attributes"
            fix = 'projection_type="INCLUDE", or no non_key_attributes.'
            yield table.problem(message, fix=fix, at=f"{path}.nonKeyAttributes")
    local = table.structs("localSecondaryIndexes")
    if local and not table.given("rangeKey"):
        yield table.problem(
            f"{table.name!r} has the local index {_text(local[0], 'name')!r}, and no sort key",
            fix="Give the table a range_key, or make the index a global one.",
            at="localSecondaryIndexes.0",
        )


@graph_rule("TAB104", "breaks", "schema", rows=("S0-1",), each=TABLE)
def capacity_is_missing(table: Node, graph: View) -> Iterator[Problem]:
    """A provisioned table, or one of its indexes, without a capacity.

    ## Why is this bad?
    A table without a billing mode is a provisioned one. AWS refuses it, and each of its global indexes, without read
    and write capacity of at least 1.
    https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ProvisionedThroughput.html

    ## Example
    ```python
    aws.dynamodb.Table("parcels", hash_key="parcel", attributes=[{"name": "parcel", "type": "S"}])
    ```

    ## Use instead
    ```python
    aws.dynamodb.Table(
        "parcels", billing_mode="PAY_PER_REQUEST", hash_key="parcel", attributes=[{"name": "parcel", "type": "S"}]
    )
    ```
    """
    if table.given("billingMode", "PROVISIONED") != "PROVISIONED" or _from_elsewhere(table):
        return
    fix = 'billing_mode="PAY_PER_REQUEST", or read_capacity and write_capacity.'
    for name in ("readCapacity", "writeCapacity"):
        if table.given(name) in (None, 0):
            at = "billingMode" if table.given(name) is None else name
            yield table.problem(f"the table {table.name!r} is provisioned, and has no {name}", fix=fix, at=at)
            return
    for number, index in enumerate(table.structs("globalSecondaryIndexes")):
        missing = next((n for n in ("readCapacity", "writeCapacity") if index.get(n) in (None, 0)), "")
        if missing:
            name = _text(index, "name")
            message = f"the table {table.name!r} is provisioned, and its index {name!r} has no {missing}"
            yield table.problem(message, fix=fix, at=f"globalSecondaryIndexes.{number}")


@graph_rule("TAB105", "advice", "schema", rows=("S0-1",), each=TABLE)
def key_says_nothing(table: Node, graph: View) -> Iterator[Problem]:
    """A table whose key is called `id`.

    ## Why is this bad?
    A table is read by its key. `id` says neither what it identifies, nor whether what reads the table knows it;
    a reader who knows something else needs an index, or scans.
    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html

    ## Example
    ```python
    aws.dynamodb.Table(
        "parcels", billing_mode="PAY_PER_REQUEST", hash_key="id", attributes=[{"name": "id", "type": "S"}]
    )
    ```

    ## Use instead
    ```python
    aws.dynamodb.Table(
        "parcels", billing_mode="PAY_PER_REQUEST", hash_key="parcelId", attributes=[{"name": "parcelId", "type": "S"}]
    )
    ```
    """
    key = table.given("hashKey")
    if isinstance(key, str) and key.lower() in ("id", "key", "uuid"):
        fix = "Name what it identifies, such as parcelId."
        yield table.problem(f"the key of {table.name!r} is called {key!r}", fix=fix, at="hashKey")


def _keys(table: Node) -> Iterator[Key]:
    for name in ("hashKey", "rangeKey"):
        key = table.given(name)
        if isinstance(key, str) and key:
            yield Key(key, name, "the table")
    for path, index in _indexes(table):
        of = f"the index {_text(index, 'name')!r}"
        for name in ("hashKey", "rangeKey"):
            if key := _text(index, name):
                yield Key(key, f"{path}.{name}", of)
        schemas = index.get("keySchemas")
        for number, schema in enumerate(cast("list[Any]", schemas) if isinstance(schemas, list) else []):
            if isinstance(schema, Mapping) and (key := _text(cast("Mapping[str, Any]", schema), "attributeName")):
                yield Key(key, f"{path}.keySchemas.{number}.attributeName", of)


def _indexes(table: Node) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for kind in ("globalSecondaryIndexes", "localSecondaryIndexes"):
        yield from ((f"{kind}.{number}", index) for number, index in enumerate(table.structs(kind)))


def _defined(table: Node) -> list[tuple[int, str]]:
    return [(n, _text(a, "name")) for n, a in enumerate(table.structs("attributes")) if _text(a, "name")]


def _from_elsewhere(table: Node) -> bool:
    """Whether the schema is that of a table or file that it is restored from."""
    sources = ("restoreSourceName", "restoreSourceTableArn", "restoreBackupArn", "importTable")
    return table.resource.external or any(table.given(name) for name in sources)


def index_names(table: Node) -> set[str]:
    """What its indexes are called."""
    return {_text(index, "name") for _, index in _indexes(table)}


def has_indexes_elsewhere(table: Node, graph: View) -> bool:
    """Whether it has indexes that it does not list."""
    return _from_elsewhere(table) or any(i.refers("tableName", TABLE) is table for i in graph.all(_INDEX))


def _text(structure: Mapping[str, Any], name: str) -> str:
    value = structure.get(name)
    return value if isinstance(value, str) else ""
