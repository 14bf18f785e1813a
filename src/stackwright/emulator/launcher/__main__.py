from __future__ import annotations

from stackwright.emulator.launcher.server import main

main()
