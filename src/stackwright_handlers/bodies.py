"""Request bodies to checked values. Whatever is wrong with a body ends in a RequestError."""

# fastjsonschema comes without types.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownArgumentType=false

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, NoReturn, cast

import fastjsonschema

from .errors import RequestError

Values = dict[str, Any]
_Validator = Callable[[dict[str, object]], object]


class Body:
    """The body of one kind of request.

    Args:
        schema: its JSON Schema; the same that API Gateway gets as a model, such as `read_schemas(file)["note"]`.
    """

    def __init__(self, schema: Mapping[str, Any]) -> None:
        self._required = cast("list[str]", schema.get("required", []))
        self._validate = cast(_Validator, fastjsonschema.compile(dict(schema), use_default=False))

    def read(self, body: str | None) -> Values:
        """Return the values of a body; numbers with a point are Decimal.

        Raises:
            RequestError: 400, there is no body, it is no JSON object, or not as the schema says.
        """
        values = json_object(body)
        for name in self._required:
            if name not in values:
                raise RequestError(400, "missing_field", f"The field {name} is missing.", {"field": name})
        return self.check(values)

    def check(self, values: dict[str, object]) -> Values:
        """Return the values of a body that has been read.

        Raises:
            RequestError: 400, they are not as the schema says.
        """
        try:
            self._validate(values)
        except fastjsonschema.JsonSchemaValueException as fault:
            path = cast("list[str]", fault.path)[1:]
            # The message quotes the schema and names fields; it does not quote values.
            problem = str(fault.message).removeprefix("data.").removeprefix("data ")
            raise invalid_field(".".join(path), problem) from None
        return cast(Values, values)


def invalid_field(field: str, problem: str) -> RequestError:
    """Return the error for a value that cannot be taken."""
    details = {"field": field, "problem": problem} if field else {"problem": problem}
    return RequestError(400, "invalid_field", "The body does not match the schema of this request.", details)


@cache
def read_schemas(file: Path) -> Mapping[str, Mapping[str, Any]]:
    """Return the JSON Schemas in a file, by name; the program gives the same file to API Gateway."""
    return json.loads(file.read_text(encoding="utf-8"))


def json_object(body: str | None) -> dict[str, object]:
    """Return a body that is a JSON object; numbers with a point are Decimal.

    Raises:
        RequestError: 400, there is no body, or it is no JSON object.
    """
    if body is None or not body.strip():
        raise RequestError(400, "missing_body", "The request has no body; send a JSON object.")
    try:
        # Numbers never pass through a float. A Decimal refuses absurd exponents as an arithmetic error.
        values: object = json.loads(body, parse_float=Decimal, parse_constant=_no_constant)
    except (ValueError, ArithmeticError, RecursionError):
        raise RequestError(400, "invalid_json", "The body is not valid JSON.") from None
    if not isinstance(values, dict):
        raise RequestError(400, "not_an_object", "The body is valid JSON, but not an object.")
    return cast("dict[str, object]", values)


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
