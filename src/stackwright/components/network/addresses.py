"""Address blocks of subnets, computed from the network's."""

from __future__ import annotations

import ipaddress
from typing import Final

from ..errors import ComponentError

MAX_ZONES: Final = 6
"""The most availability zones that a region has."""

_WIDEST: Final = 16
_NARROWEST: Final = 25
_SUBNET: Final = 24
# A power of two that has room for MAX_ZONES.
_SHARE_BITS: Final = 3


def network_block(cidr: str) -> ipaddress.IPv4Network:
    """The address block of a network.

    A VPC may have /16 to /28; below /25 an eighth of it is smaller than the /28 that a subnet needs.
    https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html

    Raises:
        ValueError: in words, what is allowed.
    """
    try:
        block = ipaddress.IPv4Network(cidr)
    except ValueError:
        raise ValueError("an IPv4 block without host bits, such as 10.0.0.0/16") from None
    if not block.is_private or not _WIDEST <= block.prefixlen <= _NARROWEST:
        raise ValueError(f"a private IPv4 block of /{_WIDEST} to /{_NARROWEST}")
    return block


def subnet_blocks(network: str, cidr: str, zones: int) -> list[str]:
    """One block per zone: /24, or an eighth of the network where that is less.

    The size does not depend on the number of zones, so that one more zone leaves the other subnets as they are.

    Args:
        network: the component's name, for messages.
        cidr: address block of the network.
        zones: number of zones, 1..6.

    Raises:
        ComponentError: the block or the number of zones is out of range.
    """
    if not 1 <= zones <= MAX_ZONES:
        raise ComponentError(f"{network}: zones is {zones}", fix=f"use 1 to {MAX_ZONES}")
    try:
        block = network_block(cidr)
    except ValueError as bad:
        raise ComponentError(f"{network}: cidr is {cidr!r}", fix=f"use {bad}") from None
    subnets = block.subnets(new_prefix=max(_SUBNET, block.prefixlen + _SHARE_BITS))
    return [str(subnet) for subnet, _ in zip(subnets, range(zones), strict=False)]
