"""The directory of one emulator: who holds it, and whether what is saved in it is whole.

lock        held by the emulator's process for as long as it lives
unsaved     exists while what is in memory is newer than what is saved, and for ever after a kill
state, s3   what is saved
tmp         everything temporary; emptied at each start
"""

from __future__ import annotations

import fcntl
import os
import shutil
import time
from pathlib import Path

from stackwright.errors import Busy
from stackwright.private import private_open


def take(directory: Path) -> int:
    """Lock the directory; the descriptor is for the emulator to inherit.

    Raises:
        Busy: an emulator holds it.
    """
    handle = private_open(directory / "lock", os.O_RDWR | os.O_CREAT)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(handle)
        raise Busy(
            f"An emulator already runs on {directory}.", fix="Use it, stop it, or choose another directory."
        ) from error
    return handle


def taken(directory: Path) -> bool:
    """Whether an emulator holds the directory."""
    try:
        os.close(take(directory))
    except Busy:
        return True
    return False


def take_when_free(directory: Path, seconds: float) -> int:
    """Lock the directory; for so many seconds somebody else may hold it.

    A look whether it is free holds it for a moment, and so does a process that is forked in this moment, until its own
    program begins.

    Raises:
        Busy: an emulator holds it.
    """
    end = time.monotonic() + seconds
    while True:
        try:
            return take(directory)
        except Busy:
            if time.monotonic() > end:
                raise
        time.sleep(0.02)


def released(directory: Path, seconds: float) -> bool:
    """Whether nobody holds the directory any more within so many seconds."""
    try:
        os.close(take_when_free(directory, seconds))
    except Busy:
        return False
    return True


def unsaved_mark(directory: Path) -> Path:
    """See the module's docstring."""
    return directory / "unsaved"


def prepare(directory: Path, *, persist: bool) -> bool:
    """Empty what must not be served; True when an earlier emulator was killed, so that what it held is gone."""
    mark = unsaved_mark(directory)
    lost = persist and mark.exists()
    if lost:
        for path in (directory / "state", directory / "s3"):
            shutil.rmtree(path, ignore_errors=True)
        mark.unlink()
    shutil.rmtree(directory / "tmp", ignore_errors=True)
    (directory / "tmp").mkdir(mode=0o700)
    return lost
