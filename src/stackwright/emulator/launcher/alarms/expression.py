"""CloudWatch metric math, as far as alarms use it.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html

    expression  := or
    or          := and (("OR" | "||") and)*
    and         := comparison (("AND" | "&&") comparison)*
    comparison  := sum (("<" | "<=" | ">" | ">=" | "==" | "!=") sum)?
    sum         := product (("+" | "-") product)*
    product     := power (("*" | "/") power)*
    power       := unary ("^" power)?
    unary       := "-" unary | atom
    atom        := number | string | id | FUNCTION "(" arguments ")" | "[" arguments "]" | "(" expression ")"
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from stackwright.emulator.launcher.alarms.functions import FUNCTIONS, MathError, Value, operate

_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+)|(?P<string>\"[^\"]*\"|'[^']*')"
    r"|(?P<name>[A-Za-z][A-Za-z0-9_]*)|(?P<symbol><=|>=|==|!=|&&|\|\||[-+*/^()<>,\[\]]))"
)
_COMPARISONS = ("<", "<=", ">", ">=", "==", "!=")
Resolve = Callable[[str], Value]


def evaluate(expression: str, resolve: Resolve, metrics: Mapping[str, Value]) -> Value:
    """The value of ``expression``.

    Args:
        expression: metric math.
        resolve: the value of an id; raises :class:`MathError` for an unknown one.
        metrics: the metrics of the alarm that are no expressions, by id; what ``METRICS()`` stands for.

    Raises:
        MathError: not metric math, or a part of it that is not supported here.
    """
    return _Parser(_tokens(expression), expression, resolve, metrics).whole()


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str


def _tokens(expression: str) -> list[_Token]:
    tokens: list[_Token] = []
    position = 0
    text = expression.rstrip()
    while position < len(text):
        found = _TOKEN.match(text, position)
        if found is None or found.lastgroup is None:
            raise MathError(f"cannot read {text[position:].strip()!r} in {expression!r}")
        tokens.append(_Token(found.lastgroup, found.group(found.lastgroup)))
        position = found.end()
    return tokens


class _Parser:
    def __init__(self, tokens: list[_Token], expression: str, resolve: Resolve, metrics: Mapping[str, Value]) -> None:
        self._tokens = tokens
        self._expression = expression
        self._resolve = resolve
        self._metrics = metrics
        self._next = 0

    def whole(self) -> Value:
        value = self._or()
        if self._next < len(self._tokens):
            raise self._unexpected()
        return value

    def _or(self) -> Value:
        value = self._and()
        while self._take("OR", "||"):
            value = operate("OR", value, self._and())
        return value

    def _and(self) -> Value:
        value = self._comparison()
        while self._take("AND", "&&"):
            value = operate("AND", value, self._comparison())
        return value

    def _comparison(self) -> Value:
        value = self._sum()
        if operator := self._take(*_COMPARISONS):
            value = operate(operator, value, self._sum())
        return value

    def _sum(self) -> Value:
        value = self._product()
        while operator := self._take("+", "-"):
            value = operate(operator, value, self._product())
        return value

    def _product(self) -> Value:
        value = self._power()
        while operator := self._take("*", "/"):
            value = operate(operator, value, self._power())
        return value

    def _power(self) -> Value:
        value = self._unary()
        return operate("^", value, self._power()) if self._take("^") else value

    def _unary(self) -> Value:
        return operate("-", 0.0, self._unary()) if self._take("-") else self._atom()

    def _atom(self) -> Value:
        token = self._advance()
        if token.kind == "number":
            return float(token.text)
        if token.kind == "string":
            return token.text[1:-1]
        if token.text == "(":
            value = self._or()
            self._expect(")")
            return value
        if token.text == "[":
            return self._series_list("]")
        if token.kind != "name":
            raise self._unexpected(back=1)
        return self._call(token.text) if self._take("(") else self._name(token.text)

    def _name(self, name: str) -> Value:
        # Ids begin with a small letter; REPEAT and LINEAR are words that FILL takes.
        return name if name in ("REPEAT", "LINEAR") else self._resolve(name)

    def _call(self, name: str) -> Value:
        arguments = self._arguments(")")
        if name == "METRICS":
            wanted = str(arguments[0]) if arguments else ""
            return [
                value for key, value in self._metrics.items() if wanted in key and not isinstance(value, str | list)
            ]
        function = FUNCTIONS.get(name)
        if function is None:
            raise MathError(f"{name}() in {self._expression!r} is not supported by the local evaluation of alarms")
        return function(arguments)

    def _series_list(self, end: str) -> Value:
        return [value for value in self._arguments(end) if not isinstance(value, str | list)]

    def _arguments(self, end: str) -> list[Value]:
        if self._take(end):
            return []
        arguments = [self._or()]
        while self._take(","):
            arguments.append(self._or())
        self._expect(end)
        return arguments

    def _take(self, *texts: str) -> str:
        if self._next < len(self._tokens):
            token = self._tokens[self._next]
            if token.kind != "string" and token.text in texts:
                self._next += 1
                return token.text
        return ""

    def _expect(self, text: str) -> None:
        if not self._take(text):
            raise self._unexpected()

    def _advance(self) -> _Token:
        if self._next >= len(self._tokens):
            raise self._unexpected()
        self._next += 1
        return self._tokens[self._next - 1]

    def _unexpected(self, back: int = 0) -> MathError:
        position = self._next - back
        found = repr(self._tokens[position].text) if position < len(self._tokens) else "the end"
        return MathError(f"unexpected {found} in {self._expression!r}")
