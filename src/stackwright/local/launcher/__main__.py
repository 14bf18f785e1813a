from __future__ import annotations

from stackwright.local.launcher.server import main

main()
