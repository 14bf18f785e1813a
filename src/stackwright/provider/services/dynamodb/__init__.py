"""Amazon DynamoDB. https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/"""

from __future__ import annotations

from typing import Final

from stackwright.provider.provisioner import Provisioner
from stackwright.provider.services.dynamodb import companions, replica, table
from stackwright.provider.services.dynamodb.lookups import FUNCTIONS

PROVISIONERS: Final[tuple[type[Provisioner], ...]] = (table.Table, replica.TableReplica, *companions.PROVISIONERS)

__all__ = ["FUNCTIONS", "PROVISIONERS"]
