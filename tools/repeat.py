"""Brings programs up many times, with random delays and in the worst order, and says whether all runs came to the same.

    .venv/bin/python tools/repeat.py [--runs 20] [--seconds 0.05] [PROJECT …]

Without projects: both systems and everything in `tests/programs`. Each run has an emulator and a seed of its own;
before and after every call of the provider comes a delay of up to so many seconds. Compared are all values of the
graph, the outputs and the report; what AWS makes up by chance is replaced by where it comes from (`alike`).
"""

from __future__ import annotations

import argparse
import itertools
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests" / "support"))

import alike  # noqa: E402
import repeated_runs  # noqa: E402

from stackwright.workspace import UpOptions  # noqa: E402


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("projects", nargs="*", type=Path)
    parser.add_argument("--runs", type=int, default=20, help="with delays, each with another seed; at least 2")
    parser.add_argument("--seconds", type=float, default=0.05, help="the longest delay")
    options = parser.parse_args(arguments)
    places = options.projects or [*sorted((ROOT / "systems").iterdir()), *sorted(repeated_runs.PROGRAMS.iterdir())]
    differ = 0
    for project in (place.resolve() for place in places if (place / "Pulumi.yaml").exists()):
        begun = time.monotonic()
        outcomes = [repeated_runs.run(project, seed, options.seconds) for seed in range(options.runs)]
        outcomes.append(repeated_runs.run(project, 0, 0, UpOptions(order="worst")))
        distinct = _distinct(alike.kinds(outcomes))
        print(
            f"{project.name}: {options.runs} runs and one in the worst order, {len(distinct)} outcome"
            f"{'s' if len(distinct) > 1 else ''}; {_what(outcomes[0])}; {time.monotonic() - begun:.0f} s",
            flush=True,
        )
        for (first, runs), (second, others) in itertools.pairwise(distinct[:2]):
            print(f"  runs {runs} and {others}:")
            print(*(f"    {line}" for line in alike.differences(first, second)[:20]), sep="\n", flush=True)
        differ += len(distinct) > 1
    sys.exit(bool(differ))


def _distinct(kinds: Sequence[alike.Leaves]) -> list[tuple[alike.Leaves, list[int]]]:
    found: list[tuple[alike.Leaves, list[int]]] = []
    for number, kind in enumerate(kinds):
        same = next((runs for known, runs in found if known == kind), None)
        if same is None:
            found.append((kind, [number]))
        else:
            same.append(number)
    return found


def _what(outcome: Mapping[str, Any]) -> str:
    if "error" in outcome:
        return str(outcome["error"]).partition("\n")[0]
    values = sum(1 for _ in alike.kinds([outcome])[0])
    return f"{len(outcome['resources'])} resources, {values} values, {len(outcome['ordering'])} by luck"


if __name__ == "__main__":
    main(sys.argv[1:])
