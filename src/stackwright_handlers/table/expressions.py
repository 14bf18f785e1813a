"""Guards, updates and queries as arguments of DynamoDB's operations.

Every name and value becomes a placeholder, so that none can be a reserved word.
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.html
"""

# boto3 comes without types.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from __future__ import annotations

from decimal import Decimal
from typing import Any

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer

from .items import Attribute, Check, Guard, Query, Update


def condition_of(guard: Guard) -> dict[str, Any]:
    """Return the arguments of a condition; none for a guard that always holds."""
    placeholders = _Placeholders()
    return placeholders.arguments(ConditionExpression=_condition(guard, placeholders))


def update_of(update: Update) -> dict[str, Any]:
    """Return the arguments of an update with its condition."""
    placeholders = _Placeholders()
    name, value = placeholders.name, placeholders.value
    settings = [f"{name(n)} = {value(v)}" for n, v in update.assign.items()]
    settings += [f"{name(n)} = if_not_exists({name(n)}, {value(v)})" for n, v in update.assign_once.items()]
    additions = [f"{name(n)} {value(v)}" for n, v in update.add.items()]
    parts = [f"SET {', '.join(settings)}"] if settings else []
    parts += [f"REMOVE {', '.join(map(name, update.remove))}"] if update.remove else []
    parts += [f"ADD {', '.join(additions)}"] if additions else []
    return placeholders.arguments(
        UpdateExpression=" ".join(parts), ConditionExpression=_condition(update.guard, placeholders)
    )


def query_of(query: Query) -> dict[str, Any]:
    """Return the arguments of a query on an index."""
    placeholders = _Placeholders()
    condition = f"{placeholders.name(query.attribute)} = {placeholders.value(query.value)}"
    if query.before is not None and query.sort_key is not None:
        condition += f" AND {placeholders.name(query.sort_key)} < {placeholders.value(query.before)}"
    order = {"IndexName": query.index, "ScanIndexForward": not query.descending}
    return order | placeholders.arguments(KeyConditionExpression=condition)


_SERIALIZER = TypeSerializer()
_DESERIALIZER = TypeDeserializer()


def typed(value: Attribute) -> dict[str, Any]:
    """Return a value with its type; enumerations of texts are texts."""
    if isinstance(value, Decimal):
        # Without an exponent, as it will be read.
        value = Decimal(format(value, "f"))
    return _SERIALIZER.serialize(str(value) if isinstance(value, str) else value)


def attribute_of(value: dict[str, Any]) -> Attribute:
    """Return the value of a typed one; whole numbers are int."""
    plain = _DESERIALIZER.deserialize(value)
    if isinstance(plain, Decimal) and plain == plain.to_integral_value():
        return int(plain)
    return plain


class _Placeholders:
    def __init__(self) -> None:
        self._names: dict[str, str] = {}
        self._values: dict[str, dict[str, Any]] = {}

    def name(self, attribute: str) -> str:
        self._names[f"#{attribute}"] = attribute
        return f"#{attribute}"

    def value(self, value: Attribute) -> str:
        placeholder = f":v{len(self._values)}"
        self._values[placeholder] = typed(value)
        return placeholder

    def arguments(self, **expressions: str) -> dict[str, Any]:
        """Return the expressions with what their placeholders stand for; DynamoDB refuses empty ones."""
        arguments: dict[str, Any] = {name: text for name, text in expressions.items() if text}
        if self._names:
            arguments["ExpressionAttributeNames"] = self._names
        if self._values:
            arguments["ExpressionAttributeValues"] = self._values
        return arguments


def _condition(guard: Guard, placeholders: _Placeholders) -> str:
    alternatives = [" AND ".join(_check(check, placeholders) for check in checks) for checks in guard]
    # An alternative without checks always holds.
    return " OR ".join(f"({alternative})" for alternative in alternatives) if all(alternatives) else ""


def _check(check: Check, placeholders: _Placeholders) -> str:
    name = placeholders.name(check.attribute)
    if check.operator == "exists":
        return f"attribute_exists({name})"
    if check.operator == "absent":
        return f"attribute_not_exists({name})"
    return f"{name} {check.operator} {placeholders.value(check.value)}"
