"""Objects of boto3: clients, resources, paginators, waiters, transfers, and the calls that they make."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

from stackwright.iam.code.calls import Call, Place
from stackwright.iam.code.values import ANYTHING, External, Frame, Sdk, Text, Value, options
from stackwright.iam.patterns import HOLE

# With these it acts as somebody else.
_CREDENTIALS: Final = ("aws_access_key_id", "aws_session_token", "profile_name", "botocore_session")
_SILENT: Final = frozenset(
    {"meta", "exceptions", "can_paginate", "close", "waiter_names", "get_available_subresources"}
)
_FOREIGN: Final = "foreign"


@cache
def sdk_data() -> Mapping[str, Any]:
    """What boto3's objects do, as data."""
    return tomllib.loads(files("stackwright.iam").joinpath("data/boto3.toml").read_text("utf-8"))


class SdkObjects:
    """The part of a machine that knows boto3."""

    def sdk_root(self, path: str, args: Sequence[Value], keywords: Mapping[str, Value], place: Place) -> Value:
        """`boto3.client(…)` and its like."""
        name = path.rpartition(".")[2]
        foreign = _FOREIGN if any(k in keywords for k in _CREDENTIALS) else ""
        if name in ("Session", "get_session"):
            return Sdk("session", name=foreign)
        if name in ("client", "resource", "create_client"):
            return self._opened("resource" if name == "resource" else "client", foreign, args, keywords, place)
        return External(path)

    def _opened(
        self, kind: str, foreign: str, args: Sequence[Value], keywords: Mapping[str, Value], place: Place
    ) -> Value:
        service = args[0] if args else keywords.get("service_name", ANYTHING)
        if any(k in keywords for k in _CREDENTIALS):
            foreign = _FOREIGN
        known = [o.text for o in options(service) if isinstance(o, Text) and HOLE not in o.text]
        if len(known) != 1 or len(options(service)) != 1:
            self.unfollowed(place, f"which service boto3.{kind} opens is not known")
            return ANYTHING
        return Sdk(kind, known[0], foreign)

    def sdk_attribute(self, value: Sdk, name: str, place: Place) -> Value:
        """An attribute of an object of boto3."""
        if value.kind == "session":
            return Sdk("method", "", name, (("kind", Text("session")), ("foreign", Text(value.name))))
        if value.kind == "meta":
            return Sdk("client", value.service, value.name) if name == "client" else ANYTHING
        if value.kind in ("client", "resource", "object") and name == "meta":
            foreign = value.name if value.kind != "object" else ""
            return Sdk("meta", value.service, foreign) if value.kind != "client" else ANYTHING
        if value.kind == "client" and name in _SILENT:
            return ANYTHING
        if value.kind in ("client", "resource") and value.name == _FOREIGN:
            return ANYTHING
        if value.kind == "object":
            form = _object(value)
            if name in form.get("names", {}):
                return dict(value.params).get(form["names"][name], ANYTHING)
            if name in form.get("collections", {}):
                return Sdk("collection", value.service, form["collections"][name], value.params)
            if name in form.get("loads", ()):
                self.record(Call(value.service, form["load"], dict(value.params), place))
                return ANYTHING
        if value.kind == "resource" and name in (found := _service(value.service).get("collections", {})):
            return Sdk("collection", value.service, found[name])
        owner = f"{value.kind}:{value.name}" if value.kind == "object" else value.kind
        carried = () if value.kind in ("client", "resource") else value.params
        operation = (("operation", Text(value.name)),) if value.kind in ("paginator", "waiter", "collection") else ()
        return Sdk("method", value.service, name, (("kind", Text(owner)), *operation, *carried))

    def sdk_call(
        self, function: Sdk, args: Sequence[Value], keywords: Mapping[str, Value], place: Place, rest: bool
    ) -> Value:
        """A call of a method of an object of boto3."""
        if function.kind != "method":
            return ANYTHING
        carried = dict(function.params)
        owner = _text(carried.pop("kind", ANYTHING))
        operation = _text(carried.pop("operation", ANYTHING))
        service, name = function.service, function.name
        kind, _, thing = owner.partition(":")

        def record(done: str, **more: Value) -> Value:
            self.record(Call(service, done, {**carried, **keywords, **more}, place, rest))
            return ANYTHING

        match kind:
            case "session":
                if name in ("client", "resource", "create_client"):
                    opened = "resource" if name == "resource" else "client"
                    return self._opened(opened, _text(carried["foreign"]), args, keywords, place)
                return ANYTHING
            case "client":
                return self._client_call(service, name, args, keywords, place, rest)
            case "resource":
                return self._resource_call(service, name, args, keywords, place, record)
            case "paginator":
                return record(operation) if name == "paginate" else ANYTHING
            case "waiter":
                return record(operation) if name == "wait" else ANYTHING
            case "collection":
                return self._collection_call(service, name, operation, function, record)
            case "writer":
                return ANYTHING
            case "provider":
                done = sdk_data()["providers"][service].get(name)
                first = {sdk_data()["providers"][service]["first"]: args[0] if args else ANYTHING}
                return record(done, **(first if service != "dynamodb" else {})) if done else ANYTHING
            case _:
                return self._object_call(service, thing, name, args, keywords, place, rest, carried)

    def _client_call(
        self,
        service: str,
        name: str,
        args: Sequence[Value],
        keywords: Mapping[str, Value],
        place: Place,
        rest: bool,
    ) -> Value:
        first = args[0] if args else ANYTHING
        if name == "get_paginator":
            return self._named(service, "paginator", args or [keywords.get("operation_name", ANYTHING)], place)
        if name == "get_waiter":
            waiters = _service(service).get("waiters", {})
            asked = _text(args[0] if args else keywords.get("waiter_name", ANYTHING))
            if asked not in waiters:
                self.unfollowed(place, f"what the waiter {asked or 'here'} of {service} calls is not known")
                return ANYTHING
            return Sdk("waiter", service, waiters[asked])
        if name == "generate_presigned_url":
            return self._signed(service, args, keywords, place)
        if name == "generate_presigned_post":
            where = {"Bucket": keywords.get("Bucket", first), "Key": keywords.get("Key", _at(args, 1))}
            self.record(Call(service, "put_object", where, place))
            return ANYTHING
        if transfer := _service(service).get("transfers", {}).get(name):
            self._transfer(service, transfer, args, keywords, place)
            return ANYTHING
        self.record(Call(service, name, keywords, place, rest))
        return ANYTHING

    def _named(self, service: str, kind: str, args: Sequence[Value], place: Place) -> Value:
        operation = _text(args[0] if args else ANYTHING)
        if not operation:
            self.unfollowed(place, f"which {kind} of {service} is meant is not known")
            return ANYTHING
        return Sdk(kind, service, operation)

    def _signed(self, service: str, args: Sequence[Value], keywords: Mapping[str, Value], place: Place) -> Value:
        params = keywords.get("Params", _at(args, 1))
        for method in options(keywords.get("ClientMethod", _at(args, 0))):
            if not (name := _text(method)):
                self.unfollowed(place, f"which call of {service} is signed is not known")
                continue
            known = getattr(params, "entries", {})
            self.record(Call(service, name, known, place, rest=getattr(params, "rest", ANYTHING) is not None))
        return Text(HOLE)

    def _transfer(
        self,
        service: str,
        transfer: Mapping[str, Any],
        args: Sequence[Value],
        keywords: Mapping[str, Value],
        place: Place,
        more: Mapping[str, Value] | None = None,
    ) -> None:
        given = dict(zip(transfer["arguments"], args, strict=False)) | dict(keywords) | dict(more or {})
        params = {k: v for k, v in given.items() if k in ("Bucket", "Key", "CopySource")}
        for operation in transfer["calls"]:
            self.record(Call(service, operation, params, place))

    def _resource_call(
        self,
        service: str,
        name: str,
        args: Sequence[Value],
        keywords: Mapping[str, Value],
        place: Place,
        record: Any,
    ) -> Value:
        form = _service(service).get("objects", {}).get(name)
        if form is None:
            done = _service(service).get("resource_calls", {}).get(name, name)
            record(done)
            made = _service(service).get("resource_results", {}).get(name)
            return Sdk("object", service, made) if made else ANYTHING
        params = dict(zip(form["ids"], args, strict=False))
        for keyword, api in form.get("keywords", {}).items():
            if keyword in keywords:
                params[api] = keywords[keyword]
        return Sdk("object", service, name, tuple(params.items()))

    def _object_call(
        self,
        service: str,
        thing: str,
        name: str,
        args: Sequence[Value],
        keywords: Mapping[str, Value],
        place: Place,
        rest: bool,
        carried: Mapping[str, Value],
    ) -> Value:
        form = _service(service).get("objects", {}).get(thing, {})
        if child := form.get("children", {}).get(name):
            ids = _service(service)["objects"][child]["ids"]
            return Sdk("object", service, child, (*carried.items(), *zip(ids[len(carried) :], args, strict=False)))
        if name == "batch_writer":
            self.record(Call(service, "batch_write_item", carried, place))
            return Sdk("writer", service, thing)
        if transfer := form.get("transfers", {}).get(name):
            skipped = [a for a in transfer["arguments"] if a not in carried]
            self._transfer(service, {**transfer, "arguments": skipped}, args, keywords, place, carried)
            return ANYTHING
        done = form.get("calls", {}).get(name, name)
        if done:
            self.record(Call(service, done, {**carried, **keywords}, place, rest))
        return ANYTHING

    def _collection_call(self, service: str, name: str, operation: str, function: Sdk, record: Any) -> Value:
        form = sdk_data()["collections"][operation]
        if name in form.get("calls", {}):
            for done in form["calls"][name]:
                record(done)
            return ANYTHING
        params = tuple((k, v) for k, v in function.params if k not in ("kind", "operation"))
        return Sdk("collection", service, operation, params)

    def sdk_element(self, value: Sdk, frame: Frame, node: Any) -> Value:
        """What comes out of a loop over an object of boto3."""
        if value.kind != "collection":
            return ANYTHING
        form = sdk_data()["collections"][value.name]
        place = Place(frame.module.file, getattr(node, "lineno", 0))
        self.record(Call(value.service, form["list"], dict(value.params), place))
        made = form.get("element")
        return Sdk("object", value.service, made, value.params) if made else ANYTHING

    if TYPE_CHECKING:

        def record(self, call: Call) -> None: ...
        def unfollowed(self, place: Place, why: str) -> None: ...


def _service(name: str) -> Mapping[str, Any]:
    return sdk_data()["services"].get(name, {})


def _object(value: Sdk) -> Mapping[str, Any]:
    return _service(value.service).get("objects", {}).get(value.name, {})


def _text(value: Value) -> str:
    return value.text if isinstance(value, Text) and HOLE not in value.text else ""


def _at(args: Sequence[Value], index: int) -> Value:
    return args[index] if len(args) > index else ANYTHING
