"""`python -m stackwright.components.package lock requirements.txt` writes `requirements.lock` beside it."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from ..errors import ComponentError
from .lock import lock_text


def main(arguments: list[str] | None = None) -> int:
    """Write the lock; returns the exit code: 0 written, 2 it cannot be."""
    parser = argparse.ArgumentParser(prog="python -m stackwright.components.package")
    commands = parser.add_subparsers(required=True)
    lock = commands.add_parser("lock", help="write requirements.lock from what is installed here")
    lock.add_argument("requirements", type=Path, help="requirements.txt with the direct dependencies")
    requirements: Path = parser.parse_args(arguments).requirements
    try:
        text = lock_text(requirements)
    except (ComponentError, OSError) as problem:
        print(problem, file=sys.stderr)
        return 2
    target = requirements.with_suffix(".lock")
    target.write_text(text, encoding="utf-8")
    print(target)
    return 0


if __name__ == "__main__":
    sys.exit(main())
