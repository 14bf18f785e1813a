"""Distributions by the names that they answer to.

On this machine each name works with `.localhost` behind it, too: browsers and curl take `*.localhost` for the loopback
address (RFC 6761, section 6.3), and the Host header still tells one distribution from another.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from stackwright.emulator.launcher.patching import Patcher

LOCAL = ".localhost"

_ALLOW_ORIGIN = b"access-control-allow-origin"

Send = Callable[[dict[str, Any]], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Found:
    """A distribution, and the name under which it was asked for, as it is on AWS."""

    name: str
    account: str
    domain_name: str


class Distributions:
    """What MiniStack knows of distributions, in all accounts."""

    def __init__(self, patcher: Patcher) -> None:
        patcher.require(
            "ministack.services.cloudfront",
            "_dist_config_el _distributions _domains_overlap _get_distribution_aliases _text",
        )
        patcher.require("ministack.core.responses", "AccountScopedDict._data")
        self._patcher = patcher

    def find(self, host: str) -> Found | None:
        """The enabled distribution that a Host header means; an exact name wins over a wildcard."""
        cloudfront = self._patcher.loaded("ministack.services.cloudfront")
        name = host.partition(":")[0].lower().removesuffix(LOCAL)
        if cloudfront is None or "." not in name or name.rpartition(".")[2].isdigit():
            return None
        similar: Found | None = None
        for account, record in _enabled(cloudfront):
            found = Found(name, account, record["DomainName"].lower())
            names = [found.domain_name, *(alias.lower() for alias in cloudfront._get_distribution_aliases(record))]
            if name in names:
                return found
            if any(cloudfront._domains_overlap(name, own) for own in names):
                similar = found
        return similar

    def unlocalized(self, scope: dict[str, Any], send: Send) -> tuple[dict[str, Any], Send]:
        """A request that a page sends from its local address, as if it came from its address on AWS.

        A program names the origins that may call its API as they are on AWS. The answer names the local one again,
        which is what the browser compares it with.
        """
        origin = next((value for name, value in scope["headers"] if name.lower() == b"origin"), b"")
        host = origin.decode("latin-1").partition("://")[2]
        found = self.find(host) if host.partition(":")[0].endswith(LOCAL) else None
        if found is None:
            return scope, send
        on_aws = f"https://{found.name}".encode()

        async def localized(message: dict[str, Any]) -> None:
            headers = [
                (name, origin if name.lower() == _ALLOW_ORIGIN and value == on_aws else value)
                for name, value in message.get("headers", ())
            ]
            await send({**message, "headers": headers} if "headers" in message else message)

        others = [(name, value) for name, value in scope["headers"] if name.lower() != b"origin"]
        return {**scope, "headers": [*others, (b"origin", on_aws)]}, localized


def _enabled(cloudfront: Any) -> Iterator[tuple[str, Any]]:
    for (account, _), record in list(cloudfront._distributions._data.items()):
        if cloudfront._text(cloudfront._dist_config_el(record), "Enabled") == "true":
            yield account, record
