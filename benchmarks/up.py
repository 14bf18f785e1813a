"""Measures `stackwright up`: cold, again, after one handler has changed, and under `--watch`.

    .venv/bin/python benchmarks/up.py [--runs 5] [--only uploads|storefront|generated] [--json]

Each run starts the command in a process of its own, with a home directory of its own, as a user does. Figures of the
README beside this file come from here.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import generated
from measuring import STACKWRIGHT, Up, a_project, machine, new_system, up

TICKS = os.sysconf("SC_CLK_TCK")
DEADLINE = 60.0  # seconds


@dataclass(frozen=True)
class Subject:
    """A program to measure, and how to see that a change of its handler is live.

    Attributes:
        prepare: writes the project into a directory.
        handler: the file to change, below the project.
        text: the part of the handler that changes.
        output: name of the output with the URL that shows it.
        path: what to append to that URL.
        body: what to send there; None asks with GET.
    """

    name: str
    prepare: Callable[[Path], None]
    handler: str
    text: str
    output: str
    path: str = ""
    body: bytes | None = None


SUBJECTS = (
    Subject(
        "uploads",
        new_system("uploads"),
        "handlers/uploads/requests.py",
        "The file is empty",
        "api_endpoint_url",
        body=b'{"file_name": "empty.txt", "file_content": ""}',
    ),
    Subject(
        "storefront",
        new_system("storefront"),
        "handlers/storefront/products.py",
        "There is no product with this id.",
        "api_endpoint_url",
        path="/products/00000000-0000-4000-8000-000000000000",
    ),
    Subject("generated", generated.write, "handler/index.py", "MARK", "url"),
)


@dataclass
class Figures:
    """Seconds by name; a list with one figure per run."""

    rows: dict[str, list[float]] = field(default_factory=dict[str, list[float]])

    def add(self, name: str, seconds: float) -> None:
        self.rows.setdefault(name, []).append(seconds)

    def table(self) -> list[str]:
        """Lines of a Markdown table."""
        lines = ["| seconds | median | min | max |", "|---|---:|---:|---:|"]
        for name, values in self.rows.items():
            lines.append(f"| {name} | {statistics.median(values):.2f} | {min(values):.2f} | {max(values):.2f} |")
        return lines


def measure(subject: Subject, runs: int) -> tuple[Figures, Mapping[str, Any]]:
    """All figures of one program, and what its last cold `up` printed."""
    figures = Figures()
    cold = None
    for number in range(runs):
        with a_project(subject.prepare) as (project, environment):
            cold = up(project, environment)
            _add_split(figures, cold)
            again = up(project, environment)
            figures.add("again, nothing changed", again.seconds)
            change(project, subject, f"changed {number}")
            figures.add("again, one handler changed", up(project, environment).seconds)
    for seconds in watch(subject, runs):
        figures.add("--watch: from the save to the new answer", seconds)
    assert cold is not None
    return figures, cold.result


def _add_split(figures: Figures, cold: Up) -> None:
    told = cold.result["seconds"]
    emulator = Path(f"/proc/{cold.result['pid']}/stat").read_text().rpartition(")")[2].split()
    figures.add("cold `up`, the whole command", cold.seconds)
    figures.add("- before and after the program: start, imports, state", cold.seconds - told["program"])
    figures.add("- program and engine, no AWS call under way", told["program"] - told["provision"])
    figures.add("- AWS calls (at least one under way)", told["provision"])
    figures.add("processor: command, engine and program", cold.cpu)
    figures.add("processor: emulator", (int(emulator[11]) + int(emulator[12])) / TICKS)


def change(project: Path, subject: Subject, text: str) -> None:
    """Change what the handler answers, whatever it answered before."""
    path = project / subject.handler
    original = path.with_suffix(".original")
    if not original.exists():
        shutil.copy(path, original)
    source = original.read_text()
    if subject.text not in source:
        sys.exit(f"{path} does not contain {subject.text!r}")
    path.write_text(source.replace(subject.text, text))


def watch(subject: Subject, runs: int) -> Iterator[float]:
    """Seconds from saving the handler to the first answer of the new one, under `up --watch`."""
    with a_project(subject.prepare) as (project, environment):
        change(project, subject, "before")
        command = [STACKWRIGHT, "up", project, "--watch"]
        process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=environment
        )
        try:
            assert process.stderr is not None
            for line in process.stderr:
                if "Watching for changes" in line:
                    break
            shown = subprocess.run(
                [STACKWRIGHT, "outputs", subject.output], check=True, capture_output=True, text=True, env=environment
            )
            url = shown.stdout.strip() + subject.path
            until_answered(url, subject.body, "before")
            for number in range(runs):
                time.sleep(2.0)  # a user thinks before saving again
                saved = time.monotonic()
                change(project, subject, f"saved {number}")
                until_answered(url, subject.body, f"saved {number}")
                yield time.monotonic() - saved
        finally:
            process.send_signal(signal.SIGINT)
            process.communicate()


def until_answered(url: str, body: bytes | None, text: str) -> None:
    end = time.monotonic() + DEADLINE
    while time.monotonic() < end:
        try:
            request = urllib.request.Request(url, data=body, headers={"Content-Type": "application/json"})
            with urllib.request.urlopen(request, timeout=DEADLINE) as answer:
                found = answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                found = error.read().decode()
        if text in found:
            return
    sys.exit(f"{url} did not answer {text!r} within {DEADLINE:.0f} s")


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--only", choices=[s.name for s in SUBJECTS])
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    facts = machine()
    measured = {s.name: measure(s, options.runs) for s in SUBJECTS if options.only in (None, s.name)}
    if options.json:
        print(
            json.dumps({"machine": facts, **{name: figures.rows for name, (figures, _) in measured.items()}}, indent=2)
        )
        return
    print(f"{facts}; {options.runs} runs\n")
    for name, (figures, result) in measured.items():
        print(f"## {name}: {result['resources']['created']} resources\n")
        print("\n".join(figures.table()), end="\n\n")


if __name__ == "__main__":
    main(sys.argv[1:])
