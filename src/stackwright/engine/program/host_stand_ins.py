"""Stands in for packages that are not installed, so that a program can be checked without them.

What a program takes from such a package is not known, and neither is anything that is put together with it: a `StandIn`
is a text with Pulumi's mark for unknown values, which the engine recognises also within other texts. Classes of
packages whose names begin with `pulumi_` are taken for resources, those that end in `Args` for their arguments.
Like `host.py`, this needs nothing but the `pulumi` package.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import inspect
import json
import sys
import zlib
from typing import Any

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
_SPECIAL = ("__path__", "__file__", "__spec__", "__loader__", "__all__", "__wrapped__")


class StandIn(str):
    """A value that is not known, whatever a program does with it.

    Args:
        path: how the program came by it, so that two values have two texts, the same ones in every run.
    """

    path: str

    def __new__(cls, path: str) -> StandIn:
        made = super().__new__(cls, f"{UNKNOWN}-{zlib.crc32(path.encode()):08x}")
        made.path = path
        return made

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        return StandIn(f"{self.path}.{name}")

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        # A decorator leaves what it decorates.
        if len(args) == 1 and not kwargs and callable(args[0]) and not isinstance(args[0], StandIn):
            return args[0]
        return StandIn(f"{self.path}({args!r}{kwargs!r})")

    def __mro_entries__(self, bases: Any) -> Any:
        return (Loose,)

    def __instancecheck__(self, other: Any) -> bool:
        return False

    def __getitem__(self, key: Any) -> Any:
        return StandIn(f"{self.path}[{key!r}]")

    def __setitem__(self, key: Any, value: Any) -> None:
        return None

    def __iter__(self) -> Any:
        # One, so that what is made for each of them is looked at.
        yield self[0]

    def __len__(self) -> int:
        return 1

    def __contains__(self, key: Any) -> bool:
        return False

    def __add__(self, other: Any) -> Any:
        return super().__add__(other) if isinstance(other, str) else StandIn(f"{self.path}+")

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *_: Any) -> None:
        return None

    def _other(self, *_: Any) -> Any:
        return StandIn(f"{self.path}~")

    __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __or__ = __ror__ = _other  # pyright: ignore

    def keys(self) -> Any:
        """None, so that `**value` is nothing."""
        return ()

    def values(self) -> Any:
        """As in a loop over the value itself."""
        return [self[0]]

    def items(self) -> Any:
        """As `values`."""
        return [(StandIn(f"{self.path}.key"), self[0])]

    def get(self, key: Any = "", *_: Any) -> Any:
        """Whatever is asked for."""
        return self[key]

    def apply(self, *_: Any, **__: Any) -> Any:
        """As an output that is not known: the function is not called."""
        return unknown_output()


class Loose:
    """Stands in for a base class that is not there."""

    def __init__(self, *_: Any, **__: Any) -> None:
        super().__init__()

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return StandIn(f"{type(self).__name__}.{name}")


class Module(type(sys)):  # type: ignore[misc]
    """A module of a package that is not there."""

    def __getattr__(self, name: str) -> Any:
        if name in _SPECIAL:
            raise AttributeError(name)
        package = self.__name__.partition(".")[0]
        if not package.startswith("pulumi_"):
            value: Any = StandIn(f"{self.__name__}.{name}")
        elif name.endswith("Args"):
            value = type(name, (Arguments,), {})
        elif name[:1].isupper():
            value = resource_class(package, self.__name__, name)
        else:
            # `pulumi_docker.buildkit.Image` and `pulumi_awsx.ec2.get_vpc()` look alike up to here.
            value = module(f"{self.__name__}.{name}")
        setattr(self, name, value)
        return value

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return StandIn(f"{self.__name__}({args!r}{kwargs!r})")


class Arguments(dict):  # type: ignore[type-arg]
    """Arguments of a resource, as a mapping."""

    def __init__(self, *_: Any, **given: Any) -> None:
        super().__init__(given)

    def __getattr__(self, name: str) -> Any:
        return self.get(name, StandIn(name))


class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds what nobody else has found.

    Args:
        found: a file to which is written what was missing, and where it was asked for: a line of JSON each.
        is_program: whether a file is the program's own.
    """

    def __init__(self, found: str, is_program: Any) -> None:
        self._found = found
        self._is_program = is_program
        self._packages: set[str] = set()

    def find_spec(self, fullname: str, path: Any = None, target: Any = None) -> Any:
        """A package that the program itself asks for, and its submodules."""
        package = fullname.partition(".")[0]
        if package not in self._packages:
            frame: Any = inspect.currentframe()
            while frame is not None and ("importlib" in frame.f_code.co_filename or frame.f_locals.get("self") is self):
                frame = frame.f_back
            if "." in fullname or frame is None or not self._is_program(frame.f_code.co_filename):
                return None
            if is_guarded(frame):
                return None
            self._packages.add(package)
            with open(self._found, "a", encoding="utf-8") as file:  # noqa: PTH123
                file.write(json.dumps([package, frame.f_code.co_filename, frame.f_lineno]) + "\n")
        return importlib.machinery.ModuleSpec(fullname, self, is_package=True)

    def create_module(self, spec: Any) -> Any:
        """An empty one."""
        return Module(spec.name)

    def exec_module(self, module: Any) -> None:
        """There is nothing to execute."""
        module.__path__ = []


def is_guarded(frame: Any) -> bool:
    """Whether the line stands in a `try` with an `except ImportError`, so that the program can do without."""
    import ast
    import linecache

    try:
        tree = ast.parse("".join(linecache.getlines(frame.f_code.co_filename)))
    except SyntaxError:
        return False
    for node in ast.walk(tree):
        if isinstance(node, ast.Try) and node.body[0].lineno <= frame.f_lineno <= (node.body[-1].end_lineno or 0):
            names = ast.dump(ast.Module([h.type for h in node.handlers if h.type], []))  # type: ignore[arg-type]
            if "ImportError" in names or "ModuleNotFoundError" in names or any(not h.type for h in node.handlers):
                return True
    return False


def module(name: str) -> Any:
    """A module that has not been imported by itself."""
    made = Module(name)
    made.__path__ = []
    return made


def unknown_output() -> Any:
    """An output whose value is not known, whatever is done with it."""
    import asyncio

    import pulumi

    value: Any = asyncio.Future()
    known: Any = asyncio.Future()
    value.set_result(None)
    known.set_result(False)
    return pulumi.Output(set(), value, known)


def resource_class(package: str, module_name: str, name: str) -> Any:
    """A resource, or a provider, of a package that is not there."""
    import pulumi

    short = package.partition("_")[2].replace("_", "-")
    is_provider = name == "Provider"
    base = pulumi.ProviderResource if is_provider else pulumi.CustomResource
    kind = ".".join(module_name.split(".")[1:]) or "index"

    class Meta(type(base)):  # type: ignore[misc]
        def __getattr__(cls, attribute: str) -> Any:  # pyright: ignore
            if attribute.startswith("_"):
                raise AttributeError(attribute)
            return StandIn(f"{module_name}.{name}.{attribute}")

    def start(self: Any, resource_name: Any = None, *args: Any, **kwargs: Any) -> None:
        opts = kwargs.pop("opts", None)
        properties: dict[str, Any] = {}
        for argument in args:
            if isinstance(argument, pulumi.ResourceOptions):
                opts = argument
            elif isinstance(argument, dict):
                properties.update(argument)
        properties.update({k: v for k, v in kwargs.items() if not k.startswith("__")})
        if is_provider:
            base.__init__(self, short, resource_name, properties, opts)
        else:
            base.__init__(self, f"{short}:{kind}:{name}", resource_name, properties, opts)

    def attribute(self: Any, asked: str) -> Any:
        if asked.startswith("_"):
            raise AttributeError(asked)
        return unknown_output()

    return Meta(name, (base,), {"__init__": start, "__getattr__": attribute})


def install(found: str, is_program: Any, made_up: list[str]) -> None:
    """From now on, what is not installed is stood in for.

    Args:
        made_up: keys of the configuration whose values are made up.
    """
    sys.meta_path.append(Finder(found, is_program))
    _stand_in_for_objects(frozenset(made_up))


def tolerate(names: list[str]) -> None:
    """Let the program use what an older `pulumi_aws` had: arguments are left out, attributes are not known.

    Args:
        names: functions and classes that it had, such as `pulumi_aws.ec2.get_subnet_ids`.
    """
    import importlib

    import pulumi

    def lenient(cls: Any) -> None:
        start = cls.__dict__.get("_internal_init")
        if start is None or not cls.__module__.startswith("pulumi_aws"):
            return
        code = start.__code__
        known = set(code.co_varnames[: code.co_argcount + code.co_kwonlyargcount])

        def internal_init(*args: Any, **kwargs: Any) -> Any:
            return start(*args, **{k: v for k, v in kwargs.items() if k in known})

        cls._internal_init = internal_init

    def all_of(cls: Any) -> Any:
        for below in cls.__subclasses__():
            yield below
            yield from all_of(below)

    def attribute(self: Any, name: str) -> Any:
        if name.startswith("_") or not type(self).__module__.startswith("pulumi_aws"):
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        return unknown_output()

    for cls in list(all_of(pulumi.CustomResource)):
        lenient(cls)
    pulumi.CustomResource.__init_subclass__ = classmethod(lambda cls, **_: lenient(cls))  # type: ignore[assignment]
    pulumi.CustomResource.__getattr__ = attribute  # type: ignore[attr-defined]
    for full in names:
        module_name, _, name = full.rpartition(".")
        made = resource_class("pulumi_aws", module_name, name) if name[:1].isupper() else StandIn(full)
        setattr(importlib.import_module(module_name), name, made)


def _stand_in_for_objects(made_up: frozenset[str]) -> None:
    """A structure of the configuration that nobody has given is not known, either."""
    import pulumi

    read = getattr(pulumi.Config, "_get_object", None)
    if read is None:
        return

    def get_object(self: Any, key: str, *args: Any, **kwargs: Any) -> Any:
        value = read(self, key, *args, **kwargs)
        return StandIn(self.full_key(key)) if self.full_key(key) in made_up else value

    pulumi.Config._get_object = get_object  # type: ignore[method-assign]
