"""What the patches share: one object per emulator, handed to each of them."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from contextvars import ContextVar

from stackwright.emulator.launcher.authorizer import Authorizer
from stackwright.emulator.launcher.decisions import DecisionLog
from stackwright.emulator.launcher.delivery import Delivery
from stackwright.emulator.launcher.distributions import Distributions
from stackwright.emulator.launcher.guard.credentials import Roots
from stackwright.emulator.launcher.guard.destinations import Destinations
from stackwright.emulator.launcher.guard.tokens import Tokens
from stackwright.emulator.launcher.interpreters import Interpreters
from stackwright.emulator.launcher.keys import Keys
from stackwright.emulator.launcher.launch_options import LaunchOptions
from stackwright.emulator.launcher.messages import MessageLog
from stackwright.emulator.launcher.patching import Patcher
from stackwright.emulator.launcher.sdk import SdkDirectory

_logger = logging.getLogger("stackwright.launcher")


class SharedState:
    """The emulator's own state, beside MiniStack's."""

    def __init__(self, options: LaunchOptions, patcher: Patcher) -> None:
        self.options = options
        self.patcher = patcher
        self.decisions = DecisionLog()
        self.messages = MessageLog()
        self.authorizer = Authorizer(patcher, self.decisions)
        self.delivery = Delivery(patcher)
        self.keys = Keys(patcher, self.authorizer)
        self.distributions = Distributions(patcher)
        self.roots = Roots()
        self.tokens = Tokens(options.token)
        self.destinations = Destinations(patcher, self.distributions, options.port)
        # The request id that the retries of one asynchronous invocation share.
        self.request_id: ContextVar[str] = ContextVar("request_id", default="")
        # Whether everything that had to be saved was.
        self.saved_whole = False
        self._actions: list[Callable[[], None]] = []
        self.interpreters = Interpreters(home=options.home, path=options.path)
        self.sdk = SdkDirectory(options.work / "sdk")

    @property
    def endpoint(self) -> str:
        """The URL of this emulator."""
        return f"http://127.0.0.1:{self.options.port}"

    def log(self, line: str) -> None:
        """Say something in the emulator's own log."""
        _logger.info("%s", line)

    def every_tick(self, action: Callable[[], None]) -> None:
        """Run ``action`` on every tick of the timer."""
        self._actions.append(action)

    def start_timer(self) -> None:
        """Begin to tick, in a thread."""
        seconds = self.options.alarm_period_seconds
        if seconds > 0:
            threading.Thread(target=self._tick, args=(seconds,), daemon=True, name="timer").start()

    def _tick(self, seconds: float) -> None:
        while True:
            time.sleep(seconds)
            for action in list(self._actions):
                try:
                    action()
                except Exception:
                    # One bad alarm must not stop the clock for all the others.
                    _logger.exception("the timer failed")
