"""Wildcards of policies, and values of which a part is not known.

A value is a text in which `HOLE` stands for a piece that nobody knows here, such as the object's name in a call of a
handler. A pattern is a text with `*` and `?`; what a policy variable was replaced by stands in it between `QUOTE`s,
because its `*` is no wildcard.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, Literal

from stackwright.iam.truth import Truth, unsure

HOLE: Final = "\0"
QUOTE: Final = "\1"

_Kind = Literal["char", "any", "segment", "one", "hole"]
_Token = tuple[_Kind, str]
# `*` stays within a segment of the ARN, unless it is the last character of it:
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
_SEGMENTS: Final = 5


def quoted(value: str) -> str:
    """The text as part of a pattern in which nothing of it is a wildcard."""
    return f"{QUOTE}{value}{QUOTE}"


def matches(value: str, pattern: str, *, ignore_case: bool = False, arn: bool = False) -> Truth:
    """Whether a value is one of those that the pattern means.

    Args:
        arn: `*` keeps to its segment where AWS says so.
    """
    if ignore_case:
        value, pattern = value.lower(), pattern.lower()
    if HOLE not in value and HOLE not in pattern:
        return _compiled(pattern, arn).fullmatch(value) is not None
    if pattern == "*":
        return True
    policy, asked = _tokens(pattern, arn), _tokens(_as_pattern(value), arn)
    if not _meet(policy, asked):
        return False
    if HOLE not in pattern and _covers(policy, asked):
        return True
    return unsure(f"whether {shown(value)} matches {shown(pattern)}")


def shown(text: str) -> str:
    """The value or pattern for a sentence."""
    return text.replace(HOLE, "…").replace(QUOTE, "")


def arn_like(value: str, pattern: str) -> Truth:
    """`ArnLike` and `ArnEquals`: each of the six components is compared by itself.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
    """
    parts, asked = _components(pattern), value.split(":", 5)
    if len(parts) < 6 or len(asked) < 6:
        return matches(value, pattern)
    results = [matches(a, p) for a, p in zip(asked, parts, strict=True)]
    if False in results:
        return False
    return next((r for r in results if r is not True), True)


def _components(pattern: str) -> list[str]:
    """Split at the first five colons that no variable brought along."""
    parts, quoted_now, current = list[str](), False, ""
    for char in pattern:
        if char == QUOTE:
            quoted_now = not quoted_now
        if char == ":" and not quoted_now and len(parts) < 5:
            parts.append(current)
            current = ""
        else:
            current += char
    return [*parts, current]


@lru_cache(maxsize=8192)
def _compiled(pattern: str, arn: bool) -> re.Pattern[str]:
    forms = {"any": ".*", "segment": "[^:]*", "one": "."}
    return re.compile("".join(forms.get(kind) or re.escape(char) for kind, char in _tokens(pattern, arn)), re.DOTALL)


@lru_cache(maxsize=8192)
def _tokens(pattern: str, arn: bool) -> tuple[_Token, ...]:
    tokens = list[_Token]()
    literal, colons = False, 0
    for index, char in enumerate(pattern):
        if char == QUOTE:
            literal = not literal
        elif char == HOLE:
            tokens.append(("hole", char))
        elif literal or char not in "*?":
            colons += char == ":"
            tokens.append(("char", char))
        elif char == "?":
            tokens.append(("one", char))
        else:
            last = pattern[index + 1 : index + 2] in ("", ":")
            tokens.append(("any" if not arn or last or colons >= _SEGMENTS else "segment", char))
    return tuple(tokens)


def _as_pattern(value: str) -> str:
    return HOLE.join(quoted(part) if part else "" for part in value.split(HOLE))


def _covers(policy: tuple[_Token, ...], asked: tuple[_Token, ...]) -> bool:
    """Whether the pattern means every value that the asked one may stand for."""
    reachable = _skip(policy, {0})
    for kind, char in asked:
        following = set[int]()
        for state in reachable:
            if state == len(policy):
                continue
            token, wanted = policy[state]
            if token == "any" or (token == "segment" and kind != "hole" and char != ":"):
                following.add(state)
            elif kind != "hole" and (token == "one" or (token == "char" and wanted == char)):
                following.add(state + 1)
        reachable = _skip(policy, following)
    return len(policy) in reachable


def _skip(policy: tuple[_Token, ...], states: set[int]) -> set[int]:
    waiting, found = list(states), set(states)
    while waiting:
        state = waiting.pop()
        if state < len(policy) and policy[state][0] in ("any", "segment") and state + 1 not in found:
            found.add(state + 1)
            waiting.append(state + 1)
    return found


def _meet(left: tuple[_Token, ...], right: tuple[_Token, ...]) -> bool:
    """Whether there is a text that both mean."""
    seen = set[tuple[int, int]]()
    waiting = [(0, 0)]
    while waiting:
        state = waiting.pop()
        if state in seen:
            continue
        seen.add(state)
        i, j = state
        if i == len(left) and j == len(right):
            return True
        loose_left = i < len(left) and left[i][0] in ("any", "segment", "hole")
        loose_right = j < len(right) and right[j][0] in ("any", "segment", "hole")
        if loose_left:
            waiting += [(i + 1, j), (i, j + 1)] if j < len(right) else [(i + 1, j)]
        if loose_right:
            waiting += [(i, j + 1), (i + 1, j)] if i < len(left) else [(i, j + 1)]
        if i < len(left) and j < len(right) and not loose_left and not loose_right:
            (kind, char), (other, wanted) = left[i], right[j]
            if kind == "one" or other == "one" or char == wanted:
                waiting.append((i + 1, j + 1))
    return False
