"""What a local run tells the program about packages, and what the program tells it.

Functions may run on this machine then, so compiled dependencies are taken for it. The run sets the environment variable
STACKWRIGHT_PACKAGES to a JSON object: `python`, the version that functions fall back on, and `notes`, a file to which
the program adds a line of JSON for each package. Deployments to AWS know nothing of it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

VARIABLE: Final = "STACKWRIGHT_PACKAGES"


@dataclass(frozen=True, slots=True)
class LocalRun:
    """A run that wants to know what packages consist of.

    Attributes:
        python: version such as `3.11` of the Python that runs functions whose own is not installed; empty where
            functions do not run on this machine.
        notes: where to write down what a package consists of.
    """

    python: str
    notes: Path

    @classmethod
    def current(cls) -> LocalRun | None:
        """The run that this program is part of, unless it deploys."""
        text = os.environ.get(VARIABLE)
        if not text:
            return None
        about = json.loads(text)
        return cls(about["python"], Path(about["notes"]))

    def note(self, libraries: Sequence[Path], for_this_machine: Sequence[str]) -> None:
        """Tell which folders the package was read from, and what it holds for this machine in place of Lambda's."""
        line = {"libraries": [str(folder) for folder in libraries], "for_this_machine": list(for_this_machine)}
        with self.notes.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")
