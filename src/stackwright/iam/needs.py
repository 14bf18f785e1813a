"""What calls of the SDK need: actions, on which resources, with which keys."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

from stackwright.iam import services
from stackwright.iam.code.calls import Call, Place
from stackwright.iam.code.values import ANYTHING, Const, Seq, Table, Text, Value, options
from stackwright.iam.patterns import HOLE

_OBJECT_CALLS: Final = frozenset({"Key"})
_WRITES: Final = {
    "Put": "dynamodb:PutItem",
    "Update": "dynamodb:UpdateItem",
    "Delete": "dynamodb:DeleteItem",
    "ConditionCheck": "dynamodb:ConditionCheckItem",
}


@dataclass(frozen=True, slots=True)
class Home:
    """Where a function is: names in its code mean what is there."""

    partition: str
    region: str
    account: str

    @staticmethod
    def of(arn: str) -> Home:
        """That of the function with an ARN; nobody knows it before there is one."""
        parts = arn.split(":")
        return Home(parts[1], parts[3], parts[4]) if len(parts) > 4 else Home(HOLE, HOLE, HOLE)


@dataclass(frozen=True, slots=True)
class Need:
    """One action on one resource.

    Attributes:
        actions: one of these is enough; most often there is one.
        resource: its ARN, with `HOLE` where nobody knows.
        call: `s3 put_object`, for sentences.
        certain: the call is made, and needs it; otherwise it is only used.
        through: the service that uses a key for the caller, such as `s3`.
    """

    actions: tuple[str, ...]
    resource: str
    call: str
    place: Place
    certain: bool = True
    through: str = ""


@cache
def data() -> Mapping[str, Any]:
    """Which actions calls need, as data."""
    return tomllib.loads(files("stackwright.iam").joinpath("data/actions.toml").read_text("utf-8"))


def prefix_of(service: str) -> str:
    """The prefix of the actions of a service of boto3."""
    return data()["prefixes"].get(service, service)


def needs(call: Call, home: Home) -> list[Need]:
    """What a call needs. An operation that AWS has no action for needs nothing that we know."""
    if call.operation in data()["free"].get(call.service, ()):
        return []
    found = list(_special(call, home))
    if found:
        return found
    listed = data()["calls"].get(call.service, {}).get(call.operation)
    names: list[str] = listed or _of_same_name(call)
    made = [
        Need(tuple(name.split("|")), resource, f"{call.service} {call.operation}", call.place, not call.perhaps)
        for name in names
        for resource in _resources(call, name.partition("|")[0], home)
    ]
    return list(dict.fromkeys(made))


def _of_same_name(call: Call) -> list[str]:
    found = services.operation(prefix_of(call.service), call.operation)
    return [str(found)] if found else []


def _special(call: Call, home: Home) -> Iterator[Need]:
    """Calls whose parameters say which actions they need."""
    says, certain = f"{call.service} {call.operation}", not call.perhaps
    match call.service, call.operation:
        case "s3", "copy_object" | "upload_part_copy":
            yield from (Need(("s3:PutObject",), r, says, call.place, certain) for r in _objects(call.params))
            for source in options(call.param("CopySource") or ANYTHING):
                entries = source.entries if isinstance(source, Table) else _source(source)
                reads = [Need(("s3:GetObject",), r, says, call.place, certain) for r in _objects(entries)]
                yield from reads
        case "s3", "get_object" if (version := call.param("VersionId")) and version not in (Const(None), ANYTHING):
            yield from (Need(("s3:GetObjectVersion",), r, says, call.place, certain) for r in _objects(call.params))
        case "dynamodb", "transact_write_items":
            for item in _elements(call.param("TransactItems")):
                for kind, action in _WRITES.items():
                    inner = item.entries.get(kind) if isinstance(item, Table) else None
                    tables = [o for o in options(inner) if isinstance(o, Table)] if inner is not None else []
                    for table in tables:
                        done = Call(call.service, call.operation, table.entries, call.place)
                        yield from (
                            Need((action,), r, says, call.place, certain) for r in _named("dynamodb", done, home)
                        )
        case "dynamodb", "transact_get_items":
            for item in _elements(call.param("TransactItems")):
                inner = item.entries.get("Get", ANYTHING) if isinstance(item, Table) else ANYTHING
                entries = inner.entries if isinstance(inner, Table) else {}
                done = Call(call.service, call.operation, entries, call.place)
                yield from (
                    Need(("dynamodb:GetItem",), r, says, call.place, certain) for r in _named("dynamodb", done, home)
                )
        case "dynamodb", ("batch_get_item" | "batch_write_item") if "TableName" not in call.params:
            action = "dynamodb:BatchGetItem" if call.operation == "batch_get_item" else "dynamodb:BatchWriteItem"
            for requested in options(call.param("RequestItems") or ANYTHING):
                known = requested.entries if isinstance(requested, Table) else {}
                tables = [*known, *([HOLE] if not isinstance(requested, Table) or requested.rest is not None else [])]
                for name in tables:
                    done = Call(call.service, call.operation, {"TableName": Text(name)}, call.place)
                    yield from (Need((action,), r, says, call.place, certain) for r in _named("dynamodb", done, home))
        case "events", "put_events":
            for entry in _elements(call.param("Entries")):
                bus = entry.entries.get("EventBusName", Text("default")) if isinstance(entry, Table) else ANYTHING
                done = Call(call.service, call.operation, {"EventBusName": bus}, call.place)
                yield from (
                    Need(("events:PutEvents",), r, says, call.place, certain) for r in _named("events", done, home)
                )
        case "sns", "publish" if "PhoneNumber" in call.params:
            yield Need(("sns:Publish",), "*", says, call.place, certain)
        case _:
            return


def _elements(value: Value | None) -> list[Value]:
    if value is None:
        return [ANYTHING]
    found = [o for part in options(value) for o in (part.items if isinstance(part, Seq) else [ANYTHING])]
    return [o for item in found for o in options(item)] or [ANYTHING]


def _source(value: Value) -> Mapping[str, Value]:
    """`bucket/key`, as `CopySource` may be written."""
    if not isinstance(value, Text):
        return {}
    bucket, _, key = value.text.lstrip("/").partition("/")
    return {"Bucket": Text(bucket), "Key": Text(key or HOLE)}


def _resources(call: Call, action: str, home: Home) -> list[str]:
    prefix, _, name = action.partition(":")
    known = services.action(action)
    if known is not None and not known.resources:
        return ["*"]
    if prefix == "s3":
        if known is not None and "object" in known.resources:
            return _objects(call.params)
        return [f"arn:{home.partition}:s3:::{b}" for b in _texts(call.param("Bucket"))]
    if name == "ManageConnections":
        return [f"arn:{home.partition}:execute-api:{home.region}:{home.account}:{HOLE}"]
    return _named(prefix, call, home)


def _objects(params: Mapping[str, Value]) -> list[str]:
    buckets, keys = _texts(params.get("Bucket")), _texts(params.get("Key"))
    return [f"{b if b.startswith('arn:') else f'arn:aws:s3:::{b}'}/{k}" for b in buckets for k in keys]


def _named(prefix: str, call: Call, home: Home) -> list[str]:
    """ARNs of what a parameter names; of nothing that is known, one of any form."""
    form = data()["resources"].get(prefix)
    if form is None:
        return [f"arn:{home.partition}:{prefix}:{HOLE}"]
    given = next((call.params[p] for p in form["params"] if p in call.params), None)
    indexes = _texts(call.params.get("IndexName"), absent="") if prefix == "dynamodb" else [""]
    found = list[str]()
    for value in _texts(given):
        if value.startswith(("arn:", HOLE)):
            arn = value if value.startswith("arn:") else f"arn:{home.partition}:{prefix}:{HOLE}"
        else:
            place = {"partition": home.partition, "region": home.region, "account": home.account}
            parts = {"value": value, "last": value.rpartition("/")[2], "bare": value.lstrip("/"), "hole": HOLE}
            arn = form["form"].format(**place, **parts)
        found += [f"{arn}/index/{index}" if index else arn for index in indexes]
    return found


def _texts(value: Value | None, absent: str = HOLE) -> list[str]:
    """What a parameter may be, as texts."""
    if value is None:
        return [absent]
    return list(dict.fromkeys(o.text if isinstance(o, Text) else HOLE for o in options(value)))


def key_needs(need: Need, key: str, through: str) -> list[Need]:
    """What a need brings along when its resource is encrypted with a KMS key of the account."""
    wanted = dict.fromkeys(k for a in need.actions for k in data()["keys"].get(a, ()))
    return [
        Need((name.lstrip("+"),), key, need.call, need.place, need.certain and not name.startswith("+"), through)
        for name in wanted
    ]
