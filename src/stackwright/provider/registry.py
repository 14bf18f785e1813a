"""Finds the provisioner of a type and the lookup behind a function, by the module of the token.

A service's file is imported when a program first uses it.
"""

from __future__ import annotations

import functools
import importlib
import importlib.util
import keyword
from collections.abc import Mapping
from types import MappingProxyType, ModuleType

from stackwright.provider.lookups import Lookup, get_caller_identity
from stackwright.provider.provisioner import Provisioner

_SERVICES = "stackwright.provider.services"


def find(type_token: str) -> Provisioner | None:
    """The provisioner of `aws:<module>/<name>:<Type>`; None when the type is not covered."""
    bare = type_token.removeprefix("aws:")
    return of_module(bare.split("/", 1)[0].split(":", 1)[0]).get(bare)


def find_lookup(token: str) -> Lookup | None:
    """What answers `aws:<module>/<function>:<function>`; None when the endpoint is not to be asked."""
    if token == "aws:index/getCallerIdentity:getCallerIdentity":
        return get_caller_identity
    found = service(token.split(":")[1].split("/")[0])
    functions: Mapping[str, Lookup] = getattr(found, "FUNCTIONS", {})
    return functions.get(token)


@functools.cache
def of_module(module: str) -> Mapping[str, Provisioner]:
    """All provisioners of one of the SDK's modules, such as `s3`, by bare type token."""
    found = service(module)
    classes: tuple[type[Provisioner], ...] = getattr(found, "PROVISIONERS", ())
    return MappingProxyType({cls.type: cls() for cls in classes})


@functools.cache
def service(module: str) -> ModuleType | None:
    """The file of one of the SDK's modules, if there is one."""
    name = f"{_SERVICES}.{module}{'_' if keyword.iskeyword(module) else ''}"
    return importlib.import_module(name) if importlib.util.find_spec(name) else None
