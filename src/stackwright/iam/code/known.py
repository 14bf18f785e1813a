"""Functions that are not the package's own, as far as what they give matters."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping, Sequence
from string import Formatter
from typing import TYPE_CHECKING, Any, Final

from stackwright.iam.code.calls import Call, Found, Place
from stackwright.iam.code.sdk import SdkObjects
from stackwright.iam.code.values import (
    ANYTHING,
    NOTHING,
    Bound,
    Class,
    Const,
    External,
    Frame,
    Instance,
    Scope,
    Sdk,
    Seq,
    Table,
    Text,
    Value,
    join,
    options,
    text_of,
)
from stackwright.iam.patterns import HOLE

SELF: Final = "\0self"
_FIELD: Final = Class("Field", (), Scope())
_TEXT_METHODS: Final = frozenset(
    "upper lower strip lstrip rstrip title capitalize removeprefix removesuffix replace casefold".split()  # noqa: SIM905
)
_POWERTOOLS: Final = "aws_lambda_powertools.utilities."
# Libraries that call AWS by themselves.
_OPAQUE_LIBRARIES: Final = frozenset({"pynamodb", "awswrangler", "s3fs", "smart_open", "dynamorm", "kombu", "celery"})


class Known(SdkObjects):
    """The part of a machine that knows the standard library, boto3 and Powertools."""

    def known_call(
        self,
        path: str,
        args: tuple[Value, ...],
        keywords: Mapping[str, Value],
        frame: Frame,
        node: ast.expr,
        rest: bool,
    ) -> Value:
        """The result of a call of something external."""
        place = Place(frame.module.file, node.lineno)
        top, _, tail = path.partition(".")
        if top in ("boto3", "aioboto3", "aiobotocore"):
            return self.sdk_root(path, args, keywords, place)
        if top == "builtins":
            return self._builtin(tail, args, keywords, frame, node)
        if path.startswith(_POWERTOOLS):
            self.hand_over((*args, *keywords.values()))
            return self._powertools(path, args, keywords, place)
        if top in _OPAQUE_LIBRARIES:
            self.unfollowed(place, f"{top} calls AWS by itself")
        match path:
            case "os.environ.get" | "os.getenv" | "os.environ.setdefault" | "os.environ.pop":
                if path.endswith("setdefault") and args and isinstance(args[0], Text):
                    self.found.written.add(args[0].text)
                return self._variable(args, keywords)
            case "os.environ.update" | "os.putenv" | "dotenv.load_dotenv":
                self.found.written.add(HOLE)
                return ANYTHING
            case "functools.partial" if args:
                return Bound(args[0], args[1:], keywords)
            case "functools.lru_cache" | "functools.cache" | "functools.wraps" | "functools.singledispatch" if args:
                return args[0]
            case "functools.reduce" if args:
                return self.call(args[0], (ANYTHING, ANYTHING), {}, frame, node)
            case "urllib.parse.unquote_plus" | "urllib.parse.unquote" if args:
                return args[0]
            case "typing.cast" if len(args) == 2:
                return args[1]
            case "dataclasses.field" | "pydantic.Field":
                return Instance(_FIELD, {"metadata": Table(), **keywords, **({"default": args[0]} if args else {})})
            case "dataclasses.fields" if args:
                return self._fields(args[0])
            case "dataclasses.replace" | "copy.copy" | "copy.deepcopy" | "contextlib.closing" | "asyncio.run" if args:
                return args[0]
            case "pydantic_settings.SettingsConfigDict":
                return Table(dict(keywords))
            case "threading.Thread" | "multiprocessing.Process" if "target" in keywords:
                given = keywords.get("args")
                return self.call(
                    keywords["target"], tuple(given.items) if isinstance(given, Seq) else (), {}, frame, node, True
                )
            case "os.path.join" | "posixpath.join":
                return Text("/".join(text_of(a) for a in args))
            case "itertools.chain" | "itertools.islice" | "asyncio.gather":
                return Seq([i for a in args for i in self.iterated(a, frame, node)], True)
            case _:
                self.hand_over((*args, *keywords.values()))
                return ANYTHING

    def _variable(self, args: Sequence[Value], keywords: Mapping[str, Value]) -> Value:
        name = args[0] if args else keywords.get("key", ANYTHING)
        default = args[1] if len(args) > 1 else keywords.get("default", NOTHING)
        if not isinstance(name, Text) or HOLE in name.text:
            return ANYTHING
        return Text(self.environment[name.text]) if name.text in self.environment else default

    # ---- dataclasses ------------------------------------------------------------------------------------------------

    def _fields(self, cls: Value) -> Value:
        owner = cls.cls if isinstance(cls, Instance) else cls
        if not isinstance(owner, Class):
            return ANYTHING
        made = Seq()
        for name in self.fields_of(owner):
            default = self.class_attribute(owner, name)
            attributes: dict[str, Value] = {"metadata": Table(), "default": External("dataclasses.MISSING")}
            if isinstance(default, Instance) and default.cls is _FIELD:
                attributes |= default.attributes
            elif default is not None:
                attributes["default"] = default
            made.items.append(Instance(_FIELD, {**attributes, "name": Text(name)}))
        return made

    def default_of(self, default: Value, frame: Frame) -> Value:
        """The value of a field that is not given."""
        if not isinstance(default, Instance) or default.cls is not _FIELD:
            return default
        if factory := default.attributes.get("default_factory"):
            return self.call(factory, (), {}, frame, ast.Constant(None, lineno=1))
        return default.attributes.get("default", ANYTHING)

    def fill_from_environment(self, made: Instance) -> None:
        """pydantic's settings read the variables of their fields' names."""
        if not any(isinstance(b, External) and b.path.endswith("BaseSettings") for b in made.cls.bases):
            return
        config = self.class_attribute(made.cls, "model_config")
        prefix = text_of(config.entries.get("env_prefix", Text(""))) if isinstance(config, Table) else ""
        variables = {name.lower(): Text(text) for name, text in self.environment.items()}
        for name in self.fields_of(made.cls):
            if found := variables.get((prefix + name).lower()):
                made.attributes[name] = found

    # ---- built-in ---------------------------------------------------------------------------------------------------

    def _builtin(
        self, name: str, args: tuple[Value, ...], keywords: Mapping[str, Value], frame: Frame, node: ast.expr
    ) -> Value:
        kind, _, method = name.partition(".")
        if method and args:
            return self._method_of(kind, method, args, keywords, frame, node)
        match name, args:
            case "str", (one, *_):
                return Text(text_of(one)) if not isinstance(one, Text) else one
            case "dict", _:
                made = Table(dict(keywords))
                for one in args:
                    self.merge(made, one)
                return made
            case (("list" | "tuple" | "set" | "frozenset" | "sorted" | "reversed" | "iter"), (one, *_)):
                self.hand_over(keywords.values())
                known = isinstance(one, Seq) and not one.open
                return Seq(self.iterated(one, frame, node), not known)
            case (("list" | "set" | "tuple"), _):
                return Seq()
            case (("map" | "filter"), (function, *sources)):
                items = [join(self.iterated(s, frame, node)) for s in sources]
                result = self.call(function, tuple(items), {}, frame, node)
                return Seq([result if name == "map" else items[0] if items else ANYTHING], True)
            case "enumerate", (one, *_):
                return Seq([Seq([ANYTHING, item]) for item in self.iterated(one, frame, node)], True)
            case "zip", _:
                return Seq([Seq([join(self.iterated(a, frame, node)) for a in args])], True)
            case "getattr", (owner, Text(attribute), *default):
                found = self.attribute(owner, attribute, frame, node)
                return found if not default or found != ANYTHING else join((found, default[0]))
            case "isinstance", (one, kinds):
                answers = {self._is_a(o, k) for o in options(one) for k in [kinds]}
                return Const(answers.pop()) if len(answers) == 1 and None not in answers else ANYTHING
            case "next", (one, *_):
                return join(self.iterated(one, frame, node))
            case "super", _:
                return self._super(frame.scope)
            case "print", _:
                return NOTHING
            case _:
                self.hand_over((*args, *keywords.values()))
                return ANYTHING

    def _is_a(self, value: Value, kinds: Value) -> bool | None:
        """Whether a value is of one of these classes of the package; None when that is not known."""
        classes = [k for part in options(kinds) for k in (part.items if isinstance(part, Seq) else [part])]
        if not isinstance(value, Instance) or not all(isinstance(c, Class) for c in classes):
            return None
        lineage, waiting = list[Value](), list[Value]([value.cls])
        while waiting:
            one = waiting.pop()
            lineage.append(one)
            waiting += one.bases if isinstance(one, Class) else ()
        return any(c is one for c in classes for one in lineage)

    def _super(self, scope: Scope) -> Value:
        at: Scope | None = scope
        while at is not None and at.owner is None:
            at = at.outer
        itself = next(iter(at.names.values()), None) if at else None
        if at is None or at.owner is None or not isinstance(itself, Instance):
            return ANYTHING
        return Instance(Class("super", at.owner.bases, Scope()), {SELF: itself})

    def _method_of(
        self,
        kind: str,
        method: str,
        args: tuple[Value, ...],
        keywords: Mapping[str, Value],
        frame: Frame,
        node: ast.expr,
    ) -> Value:
        match kind, args:
            case "text", (Text() as one, *more):
                return self._text_method(one, method, more, keywords, frame, node)
            case "table", (Table() as one, *more):
                return self._table_method(one, method, more, keywords)
            case "seq", (Seq() as one, *more):
                if method in ("append", "add"):
                    one.items += more if len(one.items) < 60 else []
                elif method in ("extend", "update"):
                    one.items += [i for m in more for i in self.iterated(m, frame, node)]
                    one.open = True
                elif method in ("pop", "popleft"):
                    return join(one.items) if one.items else ANYTHING
                else:
                    self.hand_over(keywords.values())
                return ANYTHING
            case _:
                self.hand_over((*args[1:], *keywords.values()))
                return ANYTHING

    def _text_method(
        self,
        one: Text,
        method: str,
        more: Sequence[Value],
        keywords: Mapping[str, Value],
        frame: Frame,
        node: ast.expr,
    ) -> Value:
        texts = [text_of(m) for m in more]
        if method == "format":
            return Text(_formatted(one.text, more, keywords))
        if method == "join":
            items = self.iterated(more[0], frame, node) if more else []
            known = bool(more) and isinstance(more[0], Seq) and not more[0].open
            return Text(one.text.join(text_of(i) for i in items)) if known else Text(HOLE)
        if HOLE in one.text or any(HOLE in t for t in texts):
            if method in ("replace", "removeprefix") and (known := _with_hole(one.text, method, texts)):
                return Text(known)
            return ANYTHING if method in ("split", "rsplit", "partition", "rpartition") else Text(HOLE)
        if method in _TEXT_METHODS:
            return Text(getattr(one.text, method)(*texts))
        if method in ("split", "rsplit", "partition", "rpartition", "splitlines"):
            count = [m.value for m in more[1:] if isinstance(m, Const) and isinstance(m.value, int)]
            return Seq([Text(t) for t in getattr(one.text, method)(*texts[:1], *count)])
        if method in ("startswith", "endswith") and len(texts) == 1 and isinstance(more[0], Text):
            return Const(getattr(one.text, method)(texts[0]))
        return ANYTHING

    def _table_method(self, one: Table, method: str, more: Sequence[Value], keywords: Mapping[str, Value]) -> Value:
        every = [*one.entries.values(), *([one.rest] if one.rest is not None else [])]
        match method, more:
            case (("get" | "pop" | "setdefault"), (key, *default)):
                found = [v for k, v in one.entries.items() if not isinstance(key, Text) or key.text in (k, HOLE)]
                if isinstance(key, Text) and found and one.rest is None:
                    return found[0]
                if method == "setdefault" and default:
                    self.put(one, key, default[0])
                return join([*found, *([one.rest] if one.rest is not None else []), *(default or [NOTHING])])
            case "items", _:
                pairs: list[Value] = [Seq([Text(k), v]) for k, v in one.entries.items()]
                return Seq(
                    [*pairs, *([Seq([ANYTHING, one.rest])] if one.rest is not None else [])], one.rest is not None
                )
            case "values", _:
                return Seq(every, one.rest is not None)
            case "keys", _:
                return Seq([Text(k) for k in one.entries], one.rest is not None)
            case "update", _:
                for other in (*more, Table(dict(keywords))):
                    self.merge(one, other)
                return NOTHING
            case "copy", _:
                return Table(dict(one.entries), one.rest)
            case _:
                return ANYTHING

    # ---- Powertools -------------------------------------------------------------------------------------------------

    def _powertools(self, path: str, args: tuple[Value, ...], keywords: Mapping[str, Value], place: Place) -> Value:
        """https://docs.aws.amazon.com/powertools/python/latest/utilities/idempotency/#required-resources"""
        first = args[0] if args else next(iter(keywords.values()), ANYTHING)
        name = path.rpartition(".")[2]

        def call(service: str, operation: str, *, perhaps: bool = False, **params: Value) -> None:
            self.record(Call(service, operation, params, place, perhaps=perhaps))

        match name:
            case "DynamoDBPersistenceLayer":
                table = keywords.get("table_name", first)
                for operation in ("put_item", "update_item", "delete_item"):
                    call("dynamodb", operation, TableName=table)
                # Since 2.30 the refused write brings the record along; an older one reads it.
                call("dynamodb", "get_item", perhaps=True, TableName=table)
            case "get_parameter":
                call("ssm", "get_parameter", Name=keywords.get("name", first))
            case "get_parameters":
                call("ssm", "get_parameters_by_path", Path=keywords.get("path", first))
            case "get_parameters_by_name":
                call("ssm", "get_parameters", Names=Seq([], True))
            case "set_parameter":
                call("ssm", "put_parameter", Name=keywords.get("name", first))
            case "get_secret":
                call("secretsmanager", "get_secret_value", SecretId=keywords.get("name", first))
            case "set_secret":
                call("secretsmanager", "put_secret_value", SecretId=keywords.get("name", first))
                call("secretsmanager", "create_secret", perhaps=True, Name=keywords.get("name", first))
            case "get_app_config" | "AppConfigStore" | "AppConfigProvider":
                for operation in ("start_configuration_session", "get_latest_configuration"):
                    call("appconfigdata", operation)
            case "SSMProvider" | "SecretsProvider" | "DynamoDBProvider":
                service = {"SSMProvider": "ssm", "SecretsProvider": "secretsmanager"}.get(name, "dynamodb")
                table = keywords.get("table_name", first)
                return Sdk("provider", service, "", (("TableName", table),) if service == "dynamodb" else ())
            case "S3Object":
                call("s3", "get_object", Bucket=keywords.get("bucket", first), Key=ANYTHING)
            case _:
                pass
        return ANYTHING

    # ---- what the machine has besides -------------------------------------------------------------------------------

    if TYPE_CHECKING:
        environment: Mapping[str, str]
        found: Found

        def call(
            self,
            function: Value,
            args: tuple[Value, ...],
            keywords: Mapping[str, Value],
            frame: Frame,
            node: ast.expr,
            rest: bool = False,
        ) -> Value: ...
        def hand_over(self, values: Iterable[Value]) -> None: ...
        def iterated(self, value: Value, frame: Frame, node: Any) -> list[Value]: ...
        def merge(self, into: Table, found: Value) -> None: ...
        def put(self, table: Table, key: Value, value: Value) -> None: ...
        def attribute(self, value: Value, name: str, frame: Frame, node: ast.expr) -> Value: ...
        def class_attribute(self, cls: Class, name: str) -> Value | None: ...
        def fields_of(self, cls: Class) -> tuple[str, ...]: ...


def _formatted(form: str, args: Sequence[Value], keywords: Mapping[str, Value]) -> str:
    made, position = "", 0
    try:
        for literal, name, _, _ in Formatter().parse(form):
            made += literal
            if name is None:
                continue
            key = name or str(position)
            position += not name
            if key.isdigit():
                made += text_of(args[int(key)]) if int(key) < len(args) else HOLE
            else:
                made += text_of(keywords[key]) if key in keywords else HOLE
    except ValueError:
        return HOLE
    return made


def _with_hole(text: str, method: str, texts: Sequence[str]) -> str:
    """What a method makes of a text of which a part is not known; empty when nobody can say."""
    head, hole, rest = text.partition(HOLE)
    old, *new = texts or [""]
    if not hole or not old or any(HOLE in t for t in texts) or old not in head:
        return ""
    if method == "removeprefix":
        return head[len(old) :] + hole + rest if head.startswith(old) else ""
    return HOLE.join(part.replace(old, new[0]) for part in text.split(HOLE)) if len(new) == 1 else ""
