"""Stock for orders: taken at most once per order, given back at most once, never below zero.

Beside the products there is at most one item `reservation#<orderId>` per order, which tells what was decided for it:

    (none) --reserve--> reserved --release--> released
      |\\---reserve--> rejected                             out of stock, or no such product
      \\----release--------------------------> released     nothing was taken, and from now on nothing will be

Stock and item change in one transaction. So a step that is repeated, or comes so late that nobody waits for it any
more, meets the item and changes nothing. A rejection is kept too, so that two runs of one order cannot be told
different things because the stock was filled up in between.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from stackwright_handlers.errors import InvalidTaskError
from stackwright_handlers.table.items import Attribute, Check, ConditionFailed, Item, Put, Table, Update, absent
from stackwright_handlers.values import Clock

from .errors import OrderAbandonedError
from .ids import is_id
from .products import EXISTS, PRODUCT_ID
from .reasons import OUT_OF_STOCK, UNKNOWN_PRODUCT

KEPT: Final = timedelta(days=180)
"""TTL of the items. An execution's name is free again after 90 days, so nothing asks for an older one."""

_NEW = absent(PRODUCT_ID)


@dataclass(frozen=True, slots=True)
class Reservation:
    """What was decided for an order: `reserved`, `released` or `rejected` for a reason."""

    state: str
    reason: str | None = None


class Inventory:
    """The stock."""

    def __init__(self, table: Table, clock: Clock) -> None:
        self._table = table
        self._clock = clock

    def reserve(self, order_id: str, product_id: str, quantity: int) -> Reservation:
        """Take stock for an order, or find out that there is not enough.

        Raises:
            OrderAbandonedError: the order's stock was released before.
            InvalidTaskError: the order has another reservation.
            TableError: nothing is decided, or it is and we were not told; asking again does no harm.
        """
        reason = UNKNOWN_PRODUCT
        if is_id(product_id):
            refused = self._table.transact(
                [
                    Put(self._decision(order_id, "reserved", reservedId=product_id, quantity=quantity), _NEW),
                    _take(product_id, quantity),
                ]
            )
            if refused is None:
                return Reservation("reserved")
            decided, product = refused.reasons
            if decided is not None and decided.item is not None:
                return _standing(decided.item, product_id, quantity)
            if product is not None and product.item is not None:
                reason = OUT_OF_STOCK
        rejected = self._table.write(Put(self._decision(order_id, "rejected", reason=reason), _NEW))
        if isinstance(rejected, ConditionFailed) and rejected.item is not None:
            return _standing(rejected.item, product_id, quantity)
        return Reservation("rejected", reason)

    def release(self, order_id: str) -> Reservation:
        """Give back what was taken for an order, and let nothing be taken from now on.

        Raises:
            TableError: it is not given back, or it is and we were not told; asking again does no harm.
        """
        # Decisions only move forward, so this ends after the third round at the latest.
        while True:
            item = self._table.get(_decision_id(order_id))
            if item is None:
                written = self._table.write(Put(self._decision(order_id, "released"), _NEW))
                if not isinstance(written, ConditionFailed):
                    return Reservation("released")
            elif item["state"] != "reserved":
                return _reservation(item)
            elif self._give_back(item):
                return Reservation("released")

    def _give_back(self, item: Item) -> bool:
        released = Update(str(item[PRODUCT_ID]), ((Check("state", "=", "reserved"),),), assign={"state": "released"})
        refused = self._table.transact([released, _put_back(str(item["reservedId"]), int(item["quantity"]))])
        if refused is None:
            return True
        if refused.reasons[0] is not None:
            return False
        # Somebody removed the product from the table.
        return not isinstance(self._table.write(released), ConditionFailed)

    def _decision(self, order_id: str, state: str, **more: Attribute) -> dict[str, Attribute]:
        expiration = int((self._clock() + KEPT).timestamp())
        return {PRODUCT_ID: _decision_id(order_id), "state": state, "expiration": expiration, **more}


def _decision_id(order_id: str) -> str:
    return f"reservation#{order_id}"


def _take(product_id: str, quantity: int) -> Update:
    guard = ((EXISTS, Check("stock", ">=", quantity)),)
    return Update(product_id, guard, add={"stock": -quantity, "version": 1})


def _put_back(product_id: str, quantity: int) -> Update:
    return Update(product_id, ((EXISTS,),), add={"stock": quantity, "version": 1})


def _standing(item: Item, product_id: str, quantity: int) -> Reservation:
    """Return what was decided before, if it was decided for the same order."""
    if item["state"] == "released":
        raise OrderAbandonedError("the order's stock was released before")
    if item["state"] == "reserved" and (item["reservedId"], item["quantity"]) != (product_id, quantity):
        raise InvalidTaskError("the order has a reservation of another product or quantity")
    return _reservation(item)


def _reservation(item: Item) -> Reservation:
    return Reservation(str(item["state"]), str(item["reason"]) if "reason" in item else None)
