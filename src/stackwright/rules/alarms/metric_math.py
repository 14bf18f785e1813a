"""Reads CloudWatch metric math.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Final, TypeAlias

from stackwright.caching import cached

_TOKEN: Final = re.compile(
    r"\s*(?:(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|(?P<string>\"[^\"]*\"|'[^']*')"
    r"|(?P<name>[A-Za-z_][A-Za-z0-9_]*)|(?P<symbol><=|>=|==|!=|&&|\|\||[-+*/^()<>,\[\]]))"
)
_MISTAKEN: Final = {
    "?": "metric math has no `?:`; write IF(condition, then, else)",
    ":": "metric math has no `?:`; write IF(condition, then, else)",
    "%": "metric math has no `%`; a percentage is a quotient times 100",
    "=": "`=` compares nothing; write ==",
    "$": "metric math has no `${…}`; write the id alone",
    "{": "metric math has no braces; write the id alone",
}
_WORDS: Final = ("and", "or", "not", "if", "else")


class MathError(ValueError):
    """No metric math; the message says where."""


@dataclass(frozen=True, slots=True)
class Number:
    """A number."""

    value: float


@dataclass(frozen=True, slots=True)
class Text:
    """A string, or a word that a function takes."""

    value: str


@dataclass(frozen=True, slots=True)
class Id:
    """A metric or an expression of the same alarm."""

    name: str


@dataclass(frozen=True, slots=True)
class Call:
    """A function; the array [a, b] is one without a name."""

    name: str
    arguments: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Operation:
    """Two terms with an operator."""

    operator: str
    left: Term
    right: Term


Term: TypeAlias = Number | Text | Id | Call | Operation


@dataclass(frozen=True, slots=True)
class Language:
    """The words of metric math."""

    functions: frozenset[str]
    words: frozenset[str]
    not_in_alarms: frozenset[str]


@cached
def language() -> Language:
    """From `data/metric_math.toml`."""
    text = (resources.files("stackwright.rules") / "data/metric_math.toml").read_text(encoding="utf-8")
    table = tomllib.loads(text)
    return Language(frozenset(table["functions"]), frozenset(table["words"]), frozenset(table["not_in_alarms"]))


def parse(expression: str) -> Term:
    """The expression as a tree.

    Raises:
        MathError: it is none.
    """
    return _Parser(expression).whole()


def parts(term: Term) -> Iterator[Term]:
    """A term and all that it consists of."""
    yield term
    match term:
        case Operation():
            yield from parts(term.left)
            yield from parts(term.right)
        case Call():
            for argument in term.arguments:
                yield from parts(argument)
        case _:
            pass


class _Parser:
    def __init__(self, expression: str) -> None:
        self._tokens = list(_tokens(expression))
        self._next = 0

    def whole(self) -> Term:
        term = self._or()
        if self._next < len(self._tokens):
            raise self._unexpected()
        return term

    def _or(self) -> Term:
        return self._operators(self._and, "OR", "||")

    def _and(self) -> Term:
        return self._operators(self._comparison, "AND", "&&")

    def _comparison(self) -> Term:
        return self._operators(self._sum, "<", "<=", ">", ">=", "==", "!=")

    def _sum(self) -> Term:
        return self._operators(self._product, "+", "-")

    def _product(self) -> Term:
        return self._operators(self._power, "*", "/")

    def _power(self) -> Term:
        return self._operators(self._unary, "^")

    def _operators(self, inner: Callable[[], Term], *operators: str) -> Term:
        term = inner()
        while operator := self._take(*operators):
            term = Operation(operator, term, inner())
        return term

    def _unary(self) -> Term:
        sign = self._take("-", "+")
        if sign:
            return Operation(sign, Number(0), self._unary())
        return self._atom()

    def _atom(self) -> Term:
        if self._next >= len(self._tokens):
            raise self._unexpected()
        kind, text = self._tokens[self._next]
        self._next += 1
        if kind == "number":
            return Number(float(text))
        if kind == "string":
            return Text(text[1:-1])
        if text == "(":
            term = self._or()
            self._expect(")")
            return term
        if text == "[":
            return Call("", self._arguments("]"))
        if kind != "name":
            self._next -= 1
            raise self._unexpected()
        if self._take("("):
            return Call(text, self._arguments(")"))
        return Text(text) if text in language().words else Id(text)

    def _arguments(self, end: str) -> tuple[Term, ...]:
        if self._take(end):
            return ()
        arguments = [self._or()]
        while self._take(","):
            arguments.append(self._or())
        self._expect(end)
        return tuple(arguments)

    def _take(self, *texts: str) -> str:
        if self._next < len(self._tokens):
            kind, text = self._tokens[self._next]
            if kind != "string" and text in texts:
                self._next += 1
                return text
        return ""

    def _expect(self, text: str) -> None:
        if not self._take(text):
            raise self._unexpected()

    def _unexpected(self) -> MathError:
        if self._next >= len(self._tokens):
            return MathError("it ends too early")
        text = self._tokens[self._next][1]
        return MathError(f"{text!r} is not expected there{_operator_meant(text)}")


def _operator_meant(word: str) -> str:
    if word.lower() not in _WORDS:
        return ""
    return "; metric math knows AND and OR in capitals, and IF(condition, then, else)"


def _tokens(expression: str) -> Iterator[tuple[str, str]]:
    text = expression.rstrip()
    position = 0
    while position < len(text):
        found = _TOKEN.match(text, position)
        if found is None or found.lastgroup is None:
            wrong = text[position:].strip()[:1]
            raise MathError(_MISTAKEN.get(wrong, f"{wrong!r} means nothing there"))
        yield found.lastgroup, found.group(found.lastgroup)
        position = found.end()


def resolved(term: Term, expressions: Mapping[str, Term], depth: int = 20) -> Term:
    """The term with the expressions that it names by id put in their places."""
    match term:
        case Id() if term.name in expressions and depth:
            return resolved(expressions[term.name], expressions, depth - 1)
        case Operation():
            left, right = resolved(term.left, expressions, depth), resolved(term.right, expressions, depth)
            return Operation(term.operator, left, right)
        case Call():
            return Call(term.name, tuple(resolved(a, expressions, depth) for a in term.arguments))
        case _:
            return term
