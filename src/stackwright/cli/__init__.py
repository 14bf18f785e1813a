"""The command line. One command per file; `app` turns errors into one message and an exit code.

Exit codes: 0 ok, 1 findings or a failed verification, 2 usage or bad input, 3 the environment failed, 130 interrupted.
"""

from __future__ import annotations

import signal
import sys
from typing import NoReturn


def main() -> NoReturn:
    """Entry point of the `stackwright` command."""
    try:
        # Inside, so that Ctrl-C is answered while the imports run, too.
        from stackwright.cli.app import run

        code = run(sys.argv[1:])
    except KeyboardInterrupt:
        sys.stderr.write("interrupted\n")
        code = 130
    # All is said and stopped; what is left is the interpreter's own business.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sys.exit(code)
