"""Amazon DynamoDB. https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/"""

from __future__ import annotations

from typing import Final

from stackwright.local.provisioner import Provisioner
from stackwright.local.services.dynamodb import companions, replica, table
from stackwright.local.services.dynamodb.lookups import FUNCTIONS

PROVISIONERS: Final[tuple[type[Provisioner], ...]] = (table.Table, replica.TableReplica, *companions.PROVISIONERS)

__all__ = ["FUNCTIONS", "PROVISIONERS"]
