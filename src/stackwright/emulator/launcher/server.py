"""The process: take the options, patch MiniStack, serve until told to stop, save."""

from __future__ import annotations

import asyncio
import importlib
import logging
import os
import signal
import sys
import threading
from typing import Any

from stackwright.emulator.launcher.control import Control
from stackwright.emulator.launcher.guard.guard import Guard
from stackwright.emulator.launcher.launch_options import LaunchOptions, Lifeline
from stackwright.emulator.launcher.patches import apply_all
from stackwright.emulator.launcher.patching import Patcher, PatchError
from stackwright.emulator.launcher.shared import SharedState

logger = logging.getLogger("stackwright.launcher")


def main() -> None:
    """Run the emulator until SIGTERM, SIGINT or the loss of the parent process."""
    os.umask(0o077)  # everything that it and its functions write is the owner's alone
    lifeline = Lifeline()
    try:
        options = lifeline.options()
    except EOFError as error:
        sys.exit(str(error))
    try:
        patcher = Patcher()
        shared = SharedState(options, patcher)
        apply_all(patcher, shared)
    except PatchError as error:
        sys.exit(str(error))
    asyncio.run(_Server(options, lifeline, patcher, shared).run())


class _Server:
    def __init__(self, options: LaunchOptions, lifeline: Lifeline, patcher: Patcher, shared: SharedState) -> None:
        self._options = options
        self._lifeline = lifeline
        self._patcher = patcher
        self._shared = shared
        self._app: Any = importlib.import_module("ministack.app").app
        self._stop = asyncio.Event()
        self._failed = False

    async def run(self) -> None:
        hypercorn: Any = importlib.import_module("hypercorn.asyncio")
        config: Any = importlib.import_module("hypercorn.config").Config()
        config.bind = [f"fd://{self._options.socket}"]
        config.keep_alive_timeout = 75
        config.graceful_timeout = 1
        config.h11_max_incomplete_size = 65536
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stop.set)
        self._lifeline.watch(lambda: loop.call_soon_threadsafe(self._stop.set))
        control = Control(self._app, self._options, self._shared, on_ready=self._on_ready)
        await hypercorn.serve(Guard(control, self._shared), config, shutdown_trigger=self._until_stopped)
        if self._options.persist and self._shared.saved_whole:
            self._options.unsaved.unlink()
        # Threads may still be inside a blocking call; everything that had to be saved is.
        logging.shutdown()
        os._exit(1 if self._failed else 0)

    def _on_ready(self) -> None:
        """MiniStack has loaded its state; from here on what is saved is no longer whole."""
        if self._options.persist:
            self._options.unsaved.touch()
        self._shared.start_timer()
        loop = asyncio.get_running_loop()

        def check_patches() -> None:
            try:
                self._patcher.import_all()
                self._patcher.verify()
            except PatchError:
                logger.exception("a fidelity patch does not fit")
                self._failed = True
                loop.call_soon_threadsafe(self._stop.set)

        threading.Thread(target=check_patches, daemon=True, name="check-patches").start()

    async def _until_stopped(self) -> None:
        await self._stop.wait()
        # Requests wait for the handlers they started, so end those first.
        runtime: Any = importlib.import_module("ministack.core.lambda_runtime")
        await asyncio.to_thread(runtime.reset)
