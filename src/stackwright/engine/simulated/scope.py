"""Where a resource would live: account, region, partition."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from stackwright.accounts import account_of
from stackwright.defaults import ACCOUNT, REGION
from stackwright.graph import Properties

# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html, by the start of the region's name
_PARTITIONS: Final = {
    "cn-": ("aws-cn", "amazonaws.com.cn"),
    "us-gov-": ("aws-us-gov", "amazonaws.com"),
    "us-iso-": ("aws-iso", "c2s.ic.gov"),
    "us-isob-": ("aws-iso-b", "sc2s.sgov.gov"),
    "eusc-": ("aws-eusc", "amazonaws.eu"),
}


@dataclass(frozen=True)
class Scope:
    """Where a resource would live."""

    account: str = ACCOUNT
    region: str = REGION

    @property
    def partition(self) -> str:
        """The partition that the region belongs to."""
        return self._partition_and_suffix[0]

    @property
    def suffix(self) -> str:
        """The domain of the partition's service endpoints."""
        return self._partition_and_suffix[1]

    @property
    def _partition_and_suffix(self) -> tuple[str, str]:
        return next((found for start, found in _PARTITIONS.items() if self.region.startswith(start)), _COMMERCIAL)


_COMMERCIAL: Final = ("aws", "amazonaws.com")


def scope_of(config: Properties, account: str = ACCOUNT) -> Scope:
    """Account and region that a provider's settings lead to; `account` where they do not say."""
    return Scope(account=account_of(config, account), region=str(config.get("region") or REGION))
