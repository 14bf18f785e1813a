"""What a made-up value looks like, by the name of the property."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from stackwright.engine.schema.shapes import Shape
from stackwright.engine.simulated.scope import Scope
from stackwright.graph import Archive, Asset

Members = Callable[[Shape], Mapping[str, Shape]]

# https://docs.aws.amazon.com/ec2/latest/userguide/resource-ids.html
_EC2_PREFIXES: Final = {
    "vpc": "vpc",
    "subnet": "subnet",
    "securitygroup": "sg",
    "routetable": "rtb",
    "networkacl": "acl",
    "networkinterface": "eni",
    "internetgateway": "igw",
    "natgateway": "nat",
    "vpcendpoint": "vpce",
    "dhcpoptions": "dopt",
    "image": "ami",
    "snapshot": "snap",
    "volume": "vol",
    "instance": "i",
    "allocation": "eipalloc",
    "association": "assoc",
    "transitgateway": "tgw",
    "launchtemplate": "lt",
}
# Bytes, which AWS gives in base64 and programs decode.
_IN_BASE64: Final = ("ciphertextblob", "codesha256", "sourcecodehash")
# In these services only: a key pair of EC2 has a text, and `data` may be anything.
_IN_BASE64_OF: Final = (("kms", "publickey"), ("eks", "data"))
_ACCOUNT_KEYS: Final = ("ownerid", "accountid", "registryid", "keyownerid", "account")
_EMPTY: Final[Mapping[str, Any]] = {
    "int": 0,
    "float": 0.0,
    "bool": False,
    "map": {},
    "asset": Asset("text", ""),
    "archive": Archive("assets", {}),
}
_DEEPEST: Final = 5  # some objects contain their own kind
A_TIME: Final = "2030-01-01T00:00:00Z"


class FakeValues:
    """Makes values up for one resource or function call; the same seed gives the same values.

    Args:
        service: as in an ARN.
        label: starts every made-up name.
    """

    def __init__(self, seed: str, scope: Scope, service: str, label: str) -> None:
        self._seed = seed
        self._scope = scope
        self._service = service
        self._label = label

    def hex(self, purpose: str, length: int) -> str:
        """Hex digits that depend on seed and purpose alone."""
        digest = hashlib.sha256(f"{self._seed}|{purpose}".encode()).hexdigest()
        while len(digest) < length:
            digest += hashlib.sha256(digest.encode()).hexdigest()
        return digest[:length]

    def name(self, purpose: str = "name") -> str:
        """A name as Pulumi generates it."""
        return f"{self._label}-{self.hex(purpose, 7)}"

    def value(self, key: str, shape: Shape, members: Members = lambda _: {}, depth: int = 0) -> Any:
        """A value for an output that is always there.

        Programs reach for the first of a list of objects (`cluster.identities[0].oidcs[0].issuer`); of plain values
        and maps nothing is known that could be made up, and an empty one runs every apply that iterates.

        Args:
            members: gives the members of an object's shape.
        """
        match shape.kind:
            case "int" | "float" | "bool" | "map" | "archive" | "asset":
                return _EMPTY[shape.kind]
            case "object" if depth < _DEEPEST:
                return {k: self.value(k, s, members, depth + 1) for k, s in members(shape).items()}
            case "list" if shape.item is not None and shape.item.kind == "object":
                return [self.value(key, shape.item, members, depth)]
            case "list":
                return []
            case "str":
                known = self.known(key)
                return self.name(key) if known is None else known
            case "resource":
                return None  # a whole resource of a component, which its package's plugin would register
            case _:
                return {}

    def known(self, key: str) -> str | None:
        """A value for a property whose name says what it looks like; None when it does not."""
        lowered = key.lower()
        scope = self._scope
        if lowered.endswith("arn"):
            name = self.name(key)
            return f"arn:{scope.partition}:{self._service}:{scope.region}:{scope.account}:{name}"
        if lowered in _ACCOUNT_KEYS:
            return scope.account
        if lowered == "region":
            return scope.region
        if lowered == "name":
            return self.name()
        if lowered in _IN_BASE64 or (self._service, lowered) in _IN_BASE64_OF:
            return base64.b64encode(bytes.fromhex(self.hex(key, 64))).decode()
        if lowered.endswith("availabilityzone"):
            return f"{scope.region}a"
        if lowered.endswith(("url", "uri", "issuer")):
            return f"https://{self.name(key)}.{self._service}.{scope.region}.{scope.suffix}"
        if lowered.endswith(("endpoint", "dnsname", "domainname", "address", "hostname")):
            return f"{self.name(key)}.{self._service}.{scope.region}.{scope.suffix}"
        if re.search(r"(date|time|after|before|createdat|expiresat|lastmodified)$", lowered):
            return A_TIME
        return self._ec2_id(key)

    def _ec2_id(self, key: str) -> str | None:
        lowered = key.lower()
        for word, prefix in _EC2_PREFIXES.items():
            if lowered.endswith(f"{word}id"):
                return f"{prefix}-{self.hex(key, 17)}"
        return None
