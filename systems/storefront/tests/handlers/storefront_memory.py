"""The ports of the storefront in memory: small, but honest about conditional writes and transactions."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from storefront.orders import ORDER_ID
from storefront.products import PRODUCT_ID
from storefront.users import USER_ID

from stackwright_handlers.cursors import Cursors
from stackwright_handlers.pages import Pages
from stackwright_handlers.testing import MemoryFiles, MemoryTable, MemoryWorkflow, Steps

START = datetime(2025, 3, 4, 5, 6, 7, 89, tzinfo=UTC)


class MemoryWorld:
    """All ports, one clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = START
        self.steps = Steps()
        self.users = MemoryTable(USER_ID, self.steps)
        self.orders = MemoryTable(ORDER_ID, self.steps)
        self.products = MemoryTable(PRODUCT_ID, self.steps)
        self.objects = MemoryFiles(self.steps)
        self.workflow = MemoryWorkflow(self.steps)

    def clock(self) -> datetime:
        return self.now

    def wait(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    def cursor_key(self) -> bytes:
        return self.steps.run("secret", lambda: b"0123456789abcdef")

    def pages(self, table: MemoryTable) -> Pages:
        return Pages(table, table.key, Cursors(self.cursor_key))
