"""What an SDK declares of one name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, TypeAlias

Kind: TypeAlias = Literal["resource", "args", "result", "enum", "function", "class", "other"]


@dataclass(frozen=True, slots=True)
class Parameter:
    """An argument of a constructor or function.

    Attributes:
        nested: the class of arguments that it takes; empty when it takes none, or something else as well.
        form: whether it takes one of them, a list or a mapping of them.
        text: it is a text, alone or as one of several forms.
        wire: what the provider calls it.
    """

    required: bool = False
    nested: str = ""
    form: Literal["one", "list", "map"] = "one"
    text: bool = False
    wire: str = ""


@dataclass(frozen=True, slots=True)
class Declaration:
    """A class or a function of an SDK.

    Attributes:
        attributes: name -> annotation, as the file has it.
        is_open: it takes arguments of any name, or has attributes that nobody can list.
        result: of a function, what it gives: the class's name, in `Output[…]` when it is one.
        methods: attributes that are called.
    """

    name: str
    kind: Kind
    file: str
    parameters: Mapping[str, Parameter] = field(default_factory=dict[str, Parameter])
    attributes: Mapping[str, str] = field(default_factory=dict[str, str])
    methods: frozenset[str] = frozenset()
    is_open: bool = False
    result: str = ""

    def to_json(self) -> dict[str, Any]:
        return {**asdict(self), "methods": sorted(self.methods)}

    @staticmethod
    def from_json(value: Mapping[str, Any]) -> Declaration:
        parameters = {name: Parameter(**fields) for name, fields in value["parameters"].items()}
        fields: dict[str, Any] = {**value, "parameters": parameters, "methods": frozenset(value["methods"])}
        return Declaration(**fields)
