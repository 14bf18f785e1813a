"""AWS Key Management Service. https://docs.aws.amazon.com/kms/latest/APIReference/"""

from __future__ import annotations

from typing import Final

from stackwright.provider.provisioner import Provisioner
from stackwright.provider.services.kms import companions, key
from stackwright.provider.services.kms.lookups import FUNCTIONS

PROVISIONERS: Final[tuple[type[Provisioner], ...]] = (key.Key, key.ReplicaKey, *companions.PROVISIONERS)

__all__ = ["FUNCTIONS", "PROVISIONERS"]
