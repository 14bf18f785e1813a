"""Finds the provisioner of a type. A service's file is imported when a program first uses it."""

from __future__ import annotations

import functools
import importlib
import importlib.util
import keyword
from collections.abc import Mapping
from types import MappingProxyType

from stackwright.local.provisioner import Provisioner

_SERVICES = "stackwright.local.services"


def find(type_token: str) -> Provisioner | None:
    """The provisioner of `aws:<module>/<name>:<Type>`; None when the type is not covered."""
    bare = type_token.removeprefix("aws:")
    return of_module(bare.split("/", 1)[0].split(":", 1)[0]).get(bare)


@functools.cache
def of_module(module: str) -> Mapping[str, Provisioner]:
    """All provisioners of one of the SDK's modules, such as `s3`, by bare type token."""
    name = f"{_SERVICES}.{module}{'_' if keyword.iskeyword(module) else ''}"
    if importlib.util.find_spec(name) is None:
        return MappingProxyType({})
    classes: tuple[type[Provisioner], ...] = importlib.import_module(name).PROVISIONERS
    return MappingProxyType({cls.type: cls() for cls in classes})
