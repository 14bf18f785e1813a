"""Whether several runs of one program came to the same, apart from what AWS makes up by chance.

Nothing is left out. What AWS makes up (ids, and the ARNs, addresses and digests with such an id in them) is replaced by
the place where it comes from: the output of the resource, or the result of the function call, that first had it. So a
reference to the wrong resource is still another value. A word is made up when every run has another one there, of the
same length, or a decimal hash, which has no fixed length: what merely came out in two ways, such as a status or a
number of items, is a difference.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

_TIME: Final = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?: ?(?:Z|UTC|[+-]\d\d:?\d\d))*")
_WORD: Final = re.compile(
    r"(?<![0-9A-Za-z])(?:"
    r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"  # a UUID
    r"|\d{1,3}([-.])\d{1,3}(?:\1\d{1,3}){2}"  # an IP address, also as part of a host name
    r"|[0-9A-Za-z]+)(?![0-9A-Za-z])"
)
_ID: Final = re.compile(r"[0-9a-f]{6,}|(?=[A-Za-z]*\d)[0-9A-Za-z]{8,}")
_MADE_UP: Final = re.compile(r"[0-9A-Za-z]{6,}|.*[-.].*")
# A hash of 32 bits or more in decimal. Fewer digits may be a number that means something.
_DECIMAL: Final = re.compile(r"\d{8,}")
# Programs make them from ids, such as the trigger of a deployment, so they may first be seen in an input.
_DIGEST: Final = re.compile(r"[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64}")

ValuePath = tuple[str, ...]
Leaves = dict[ValuePath, Any]


def kinds(outcomes: Sequence[Mapping[str, Any]]) -> list[Leaves]:
    """Each outcome as its values by path, what is made up replaced; the same runs are equal.

    Args:
        outcomes: JSON-ready data; `resources` and `invokes` in it are those of `Graph.to_json(show_secrets=True)`.
    """
    runs = [_leaves(outcome) for outcome in outcomes]
    labels = _made_up(runs)
    return [
        {path: _canonical(value, known) for path, value in run.items()} for run, known in zip(runs, labels, strict=True)
    ]


def differences(first: Leaves, second: Leaves) -> list[str]:
    """Places where two of `kinds` differ, with both values."""
    places = dict.fromkeys((*first, *second))
    return [
        f"{'/'.join(path)}: {first.get(path, 'nothing')!r} | {second.get(path, 'nothing')!r}"
        for path in places
        if path not in first or path not in second or first[path] != second[path]
    ]


# ---- places ----------------------------------------------------------------------------------------------------------


def _leaves(outcome: Mapping[str, Any]) -> Leaves:
    found: Leaves = {}
    for key, value in outcome.items():
        if key == "resources":
            found["order", ""] = " ".join(resource["urn"] for resource in value)  # the order
            named = {resource["urn"]: resource for resource in value}
        elif key == "invokes":
            named = _numbered(value)
        else:
            named = {"": value}
        for name, part in named.items():
            found.update(_parts((key, name), part))
    return found


def _numbered(invokes: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """By function, in the order of their arguments; without ids, by which the graph has sorted them."""
    plain = sorted(
        (_ID.sub("", f"{i['token']} {json.dumps(i['args'], sort_keys=True)}"), n) for n, i in enumerate(invokes)
    )
    return {f"{invokes[n]['token']} {position}": invokes[n] for position, (_, n) in enumerate(plain)}


def _parts(path: ValuePath, value: Any) -> Iterator[tuple[ValuePath, Any]]:
    if isinstance(value, Mapping) and value:
        for key in sorted(value):
            yield from _parts((*path, str(key)), value[key])
    elif isinstance(value, list) and value:
        for number, item in enumerate(value):
            yield from _parts((*path, str(number)), item)
    else:
        yield path, value


# ---- what is made up -------------------------------------------------------------------------------------------------


def _made_up(runs: Sequence[Leaves]) -> list[dict[str, str]]:
    """For each run, words that are made up -> where they come from."""
    labels: list[dict[str, str]] = [{} for _ in runs]
    common = [path for path in runs[0] if all(isinstance(run.get(path), str) for run in runs)]
    custom = {
        path[1] for path, value in runs[0].items() if path[0] == "resources" and path[2:] == ("custom",) and value
    }
    for places, shape in (([p for p in common if _is_origin(p, custom)], _MADE_UP), (common, _DIGEST)):
        for path in places:
            texts = [_TIME.sub("<time>", run[path]) for run in runs]
            if len({_WORD.sub("\0", text) for text in texts}) > 1:
                continue
            for number, words in enumerate(zip(*([m[0] for m in _WORD.finditer(text)] for text in texts), strict=True)):
                is_new = not any(word in known for word, known in zip(words, labels, strict=True))
                is_one = len({len(word) for word in words}) == 1 or not words[0].isalnum()
                is_one = is_one or all(map(_DECIMAL.fullmatch, words))
                if is_new and is_one and len(set(words)) == len(runs) > 1 and all(map(shape.fullmatch, words)):
                    for word, known in zip(words, labels, strict=True):
                        known[word] = f"<{'/'.join(path)} {number}>"
    return labels


def _is_origin(path: ValuePath, custom: set[str]) -> bool:
    if path[0] == "resources":
        return path[1] in custom and path[2] in ("id", "outputs")
    return path[0] == "invokes" and path[2] == "result"


def _canonical(value: Any, labels: Mapping[str, str]) -> Any:
    if not isinstance(value, str):
        return value
    return _WORD.sub(lambda found: labels.get(found[0], found[0]), _TIME.sub("<time>", value))
