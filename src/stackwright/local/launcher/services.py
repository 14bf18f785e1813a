"""What the patches share: one object per emulator, handed to each of them."""

from __future__ import annotations

from stackwright.local.launcher.decisions import DecisionLog
from stackwright.local.launcher.interpreters import Interpreters
from stackwright.local.launcher.orders import Orders
from stackwright.local.launcher.patching import Patcher
from stackwright.local.launcher.sdk import SdkDirectory


class Services:
    """The emulator's own state, beside MiniStack's."""

    def __init__(self, orders: Orders, patcher: Patcher) -> None:
        self.orders = orders
        self.patcher = patcher
        self.decisions = DecisionLog()
        self.interpreters = Interpreters(home=orders.home, path=orders.path)
        self.sdk = SdkDirectory(orders.work / "sdk")

    @property
    def endpoint(self) -> str:
        """The URL of this emulator."""
        return f"http://127.0.0.1:{self.orders.port}"

    def start_timer(self) -> None:
        """Begin what happens periodically."""
