"""What a program's packages consist of, as the program itself tells it.

`stackwright.components.package.local_run` is the other end; a program without our components tells nothing.
"""

from __future__ import annotations

import json
import platform
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

_VARIABLE: Final = "STACKWRIGHT_PACKAGES"


@dataclass(frozen=True)
class PackageNotes:
    """Lines that a run of the program writes, one for each package.

    Attributes:
        file: where.
        functions_run_here: whether compiled dependencies are to be those of this machine.
    """

    file: Path
    functions_run_here: bool

    @property
    def environment(self) -> dict[str, str]:
        """Variables for the program."""
        python = ".".join(platform.python_version_tuple()[:2]) if self.functions_run_here else ""
        return {_VARIABLE: json.dumps({"python": python, "notes": str(self.file)})}

    def clear(self) -> None:
        """Forget the last run."""
        self.file.unlink(missing_ok=True)

    def libraries(self) -> tuple[Path, ...]:
        """Folders and files of libraries that are packed."""
        return tuple(sorted({Path(path) for note in self._notes() for path in note["libraries"]}))

    def notices(self) -> Iterator[str]:
        """What differs from what would go to AWS."""
        here = sorted({name for note in self._notes() for name in note["for_this_machine"]})
        if here:
            yield (
                f"Packed for this machine ({platform.machine()}): {', '.join(here)}. "
                "A deployment packs the wheels for the functions' own processor and Python."
            )

    def _notes(self) -> Iterator[Mapping[str, Any]]:
        if self.file.is_file():
            for line in self.file.read_text(encoding="utf-8").splitlines():
                yield json.loads(line)
