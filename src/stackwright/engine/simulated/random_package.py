"""The `random` package, which really works: https://www.pulumi.com/registry/packages/random/.

A result stays the same on later runs because unchanged inputs leave a resource as it is; any change makes a new one.
"""

from __future__ import annotations

import base64
import random
import secrets
import string
import tomllib
import uuid
from collections.abc import Callable, Mapping
from dataclasses import replace
from importlib import resources
from typing import Any, Final

from stackwright.caching import cached
from stackwright.errors import ResourceError
from stackwright.graph import Invoke, Properties, Resource

_SPECIAL: Final = "!@#$%&*()-_=+[]{}<>:?"


class RandomPackage:
    """A provider of random values.

    Args:
        seeded: the same resource gets the same value in every run, for runs that make everything up.
    """

    def __init__(self, *, seeded: bool = False) -> None:
        self._seeded = seeded

    def configure(self, provider: Resource, config: Properties) -> None:
        """There is nothing to get ready."""

    def create(self, new: Resource, config: Properties) -> Resource:
        """Draw the value."""
        draw = _DRAWS.get(new.type)
        if draw is None:
            raise ResourceError(f"the random package has no type {new.type}")
        seed = new.inputs.get("seed")
        if isinstance(seed, str) and seed:
            source = random.Random(seed)
        else:
            source = random.Random(new.seed or new.urn) if self._seeded else secrets.SystemRandom()
        resource_id, outputs = draw(new.inputs, source)
        simulated = {"bcryptHash": "made up, no hash of the password"} if "bcryptHash" in outputs else {}
        given = {k: v for k, v in new.inputs.items() if v is not None}
        return replace(new, id=resource_id, outputs={**given, **outputs}, simulated=simulated)

    def update(self, new: Resource, old: Resource, config: Properties) -> Resource:
        """Never asked: every change replaces."""
        return self.create(new, config)

    def delete(self, old: Resource, config: Properties) -> None:
        """Nothing was made, nothing goes."""

    def read(self, wanted: Resource, config: Properties) -> Resource:
        """A value that exists already is its own id."""
        return replace(wanted, outputs={**wanted.inputs, "result": wanted.id})

    def replacing(self, new: Resource, old: Resource, changed: frozenset[str]) -> frozenset[str]:
        """Whatever changes, a new value is drawn."""
        return changed

    def invoke(self, token: str, args: Properties, config: Properties) -> Invoke:
        """Raises:
        ResourceError: always; the package has no functions.
        """
        raise ResourceError(f"the random package has no function {token}")


_Drawn = tuple[str, dict[str, Any]]


def _bytes(inputs: Properties, source: random.Random) -> _Drawn:
    drawn = source.randbytes(int(inputs["length"]))
    return "none", {"base64": base64.b64encode(drawn).decode(), "hex": drawn.hex()}


def _id(inputs: Properties, source: random.Random) -> _Drawn:
    drawn = source.randbytes(int(inputs["byteLength"]))
    prefix = str(inputs.get("prefix") or "")
    url = base64.urlsafe_b64encode(drawn).decode().rstrip("=")
    outputs = {
        "b64Std": prefix + base64.b64encode(drawn).decode(),
        "b64Url": prefix + url,
        "dec": prefix + str(int.from_bytes(drawn)),
        "hex": prefix + drawn.hex(),
    }
    return url, outputs


def _integer(inputs: Properties, source: random.Random) -> _Drawn:
    low, high = int(inputs["min"]), int(inputs["max"])
    if low > high:
        raise ResourceError(f"RandomInteger: min {low} is greater than max {high}")
    result = source.randint(low, high)
    return str(result), {"result": result}


def _pet(inputs: Properties, source: random.Random) -> _Drawn:
    length = int(inputs.get("length") or 2)
    kinds = [*["adverbs"] * (length - 2), *["adjectives"] * min(1, length - 1), "animals"]
    words = [source.choice(_words()[kind]) for kind in kinds]
    if inputs.get("prefix"):
        words.insert(0, str(inputs["prefix"]))
    separator = inputs.get("separator")
    defaults = {"length": length, "separator": "-" if separator is None else separator}
    return str(defaults["separator"]).join(words), defaults


@cached
def _words() -> Mapping[str, list[str]]:
    path = resources.files("stackwright.engine.simulated") / "data" / "pets.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _shuffle(inputs: Properties, source: random.Random) -> _Drawn:
    items = list(inputs["inputs"])
    count = inputs.get("resultCount")
    results: list[Any] = []
    # More results than inputs start over with another permutation.
    while items and len(results) < (len(items) if count is None else int(count)):
        results.extend(source.sample(items, len(items)))
    return "-", {"results": results[: len(items) if count is None else int(count)]}


def _string(inputs: Properties, source: random.Random) -> _Drawn:
    text, settings = _text(inputs, source)
    return text, {**settings, "result": text}


def _password(inputs: Properties, source: random.Random) -> _Drawn:
    text, settings = _text(inputs, source)
    look = "".join(source.choice(string.ascii_letters + string.digits) for _ in range(53))
    return "none", {**settings, "result": text, "bcryptHash": f"$2a$10${look}"}


def _text(inputs: Properties, source: random.Random) -> tuple[str, dict[str, Any]]:
    length = int(inputs["length"])
    numeric = inputs.get("numeric", inputs.get("number"))
    settings = {
        "length": length,
        "lower": _yes(inputs.get("lower")),
        "upper": _yes(inputs.get("upper")),
        "numeric": _yes(numeric),
        "number": _yes(numeric),
        "special": _yes(inputs.get("special")),
        **{key: int(inputs.get(key) or 0) for key in ("minLower", "minUpper", "minNumeric", "minSpecial")},
    }
    kinds = {
        "Lower": string.ascii_lowercase if settings["lower"] else "",
        "Upper": string.ascii_uppercase if settings["upper"] else "",
        "Numeric": string.digits if settings["numeric"] else "",
        "Special": (inputs.get("overrideSpecial") or _SPECIAL) if settings["special"] else "",
    }
    alphabet = "".join(kinds.values())
    if not alphabet:
        raise ResourceError("a random string needs at least one of lower, upper, numeric and special")
    drawn = [source.choice(kind) for name, kind in kinds.items() if kind for _ in range(settings[f"min{name}"])]
    if len(drawn) > length:
        raise ResourceError(f"a random string of length {length} cannot hold {len(drawn)} required characters")
    drawn += [source.choice(alphabet) for _ in range(length - len(drawn))]
    source.shuffle(drawn)
    return "".join(drawn), settings


def _yes(value: Any) -> bool:
    return value is None or bool(value)


def _uuid4(inputs: Properties, source: random.Random) -> _Drawn:
    result = str(uuid.UUID(bytes=source.randbytes(16), version=4))
    return result, {"result": result}


def _uuid7(inputs: Properties, source: random.Random) -> _Drawn:
    # https://www.rfc-editor.org/rfc/rfc9562#section-5.7: 48 bits of Unix milliseconds, here drawn from this century.
    milliseconds = source.randrange(946_684_800_000, 4_102_444_800_000)
    bits = (milliseconds << 80) | (0x7 << 76) | (source.getrandbits(12) << 64) | (0b10 << 62) | source.getrandbits(62)
    result = str(uuid.UUID(int=bits))
    return result, {"result": result}


_DRAWS: Final[Mapping[str, Callable[[Properties, random.Random], _Drawn]]] = {
    "random:index/randomBytes:RandomBytes": _bytes,
    "random:index/randomId:RandomId": _id,
    "random:index/randomInteger:RandomInteger": _integer,
    "random:index/randomPassword:RandomPassword": _password,
    "random:index/randomPet:RandomPet": _pet,
    "random:index/randomShuffle:RandomShuffle": _shuffle,
    "random:index/randomString:RandomString": _string,
    "random:index/randomUuid:RandomUuid": _uuid4,
    "random:index/randomUuid4:RandomUuid4": _uuid4,
    "random:index/randomUuid7:RandomUuid7": _uuid7,
}
