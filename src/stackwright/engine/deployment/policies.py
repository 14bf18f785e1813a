"""Whether two policy texts mean the same: the provider then sees no change.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html: one value may stand without its list,
and neither the order of statements nor that of actions, resources, principals or values has a meaning.
"""

from __future__ import annotations

import json
from typing import Any, cast

_LISTS = ("Action", "NotAction", "Resource", "NotResource")
_MAPPINGS = ("Principal", "NotPrincipal")


def equivalent(first: str, second: str) -> bool:
    """Whether both are policies, and the same one."""
    left, right = _policy(first), _policy(second)
    return left is not None and left == right


def _policy(text: str) -> Any:
    if '"Statement"' not in text:
        return None
    try:
        document: Any = json.loads(text)
    except ValueError:
        return None
    if not isinstance(document, dict):
        return None
    policy = cast("dict[str, Any]", document)
    return {**policy, "Statement": _unordered([_statement(s) for s in _listed(policy.get("Statement"))])}


def _statement(statement: Any) -> Any:
    if not isinstance(statement, dict):
        return statement
    found = cast("dict[str, Any]", statement)
    for key in _LISTS:
        if key in found:
            found[key] = _unordered(found[key])
    for key in _MAPPINGS:
        if isinstance(found.get(key), dict):
            found[key] = {kind: _unordered(names) for kind, names in found[key].items()}
    condition = found.get("Condition")
    if isinstance(condition, dict):
        tests = cast("dict[str, dict[str, Any]]", condition)
        found["Condition"] = {
            test: {key: _unordered([_word(v) for v in _listed(value)]) for key, value in values.items()}
            for test, values in tests.items()
        }
    return found


def _word(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _unordered(value: Any) -> list[Any]:
    return sorted(_listed(value), key=lambda item: json.dumps(item, sort_keys=True))


def _listed(value: Any) -> list[Any]:
    return cast("list[Any]", value) if isinstance(value, list) else [value]
