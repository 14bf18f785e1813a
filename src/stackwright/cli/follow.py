"""Staying with a running system: its logs, and changes of its source."""

from __future__ import annotations

import time
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Final

import click

from stackwright.cli.changes import Changes
from stackwright.cli.progress import Progress
from stackwright.cli.text import plain, say
from stackwright.errors import EnvironmentFailed, UsageError
from stackwright.workspace import Session, UpResult, apply_all
from stackwright.workspace.logs import Logs
from stackwright.workspace.up_checks import UpChecks

POLL_SECONDS: Final = 0.3


def follow(
    session: Session,
    results: list[UpResult],
    given: dict[str, str],
    progress: Progress,
    checks: UpChecks | None,
    *,
    watch: bool,
) -> None:
    """Show logs, and apply saved changes, until Ctrl-C.

    Args:
        given: config values of the command line, for applying again.
        checks: what looks at each change; None when nobody is to look.

    Raises:
        EnvironmentFailed: the emulator has ended.
    """
    try:
        logs = session.logs(results, since=time.time())
        denials = session.denials(results)
        changes = Changes(_watched(session, results), session.pause_requests) if watch else None
        progress.note("Following the logs; Ctrl-C stops everything." + (" Watching for changes." if watch else ""))
        while session.alive():
            if watch:
                session.stand_by()
            show(logs)
            for denial in denials.poll() if denials else ():
                progress.denied(denial)
            if changes is None:
                time.sleep(POLL_SECONDS)
            elif changes.wait(POLL_SECONDS):
                results, checks = _again(session, results, given, progress, checks)
                changes = changes.at(_watched(session, results))
                logs = session.logs(results, since=time.time())
                denials = session.denials(results)
    except KeyboardInterrupt:
        progress.note("Stopping.")
        return
    except EnvironmentFailed:
        if not session.ends():
            raise
    raise EnvironmentFailed("the emulator ended", where=str(session.log_path), fix="Run `up` again.")


def show(logs: Logs) -> None:
    """Print what is new: time, source, text."""
    for line in logs.poll():
        when = click.style(datetime.fromtimestamp(line.time).strftime("%H:%M:%S"), dim=True)
        say(line.text, label=f"{when} {click.style(plain(line.source), fg='cyan')}")


def _watched(session: Session, results: Iterable[UpResult]) -> list[Path]:
    """The project, and the libraries outside of it that its functions were packed from."""
    directory = session.project.directory
    libraries = {path for result in results for path in result.libraries if not path.is_relative_to(directory)}
    return [directory, *sorted(path for path in libraries if path.exists())]


def _again(
    session: Session, last: list[UpResult], given: dict[str, str], progress: Progress, checks: UpChecks | None
) -> tuple[list[UpResult], UpChecks | None]:
    """Apply a change to all stacks; what `check` says of it is no reason to keep requests waiting."""
    session.pause_requests()
    try:
        checks = checks.again() if checks is not None else None
        results = [_reapply(session, result, given, progress, checks) for result in last]
    except UsageError as error:
        progress.error(error)  # the project's settings for its check
        return last, checks
    finally:
        session.resume_requests()
    if checks is None:
        return results, None
    results = [new if new is old else checks.after(new) for new, old in zip(results, last, strict=True)]
    progress.findings([finding for result in results for finding in result.findings])
    return results, checks


def _reapply(
    session: Session, last: UpResult, overrides: dict[str, str], progress: Progress, checks: UpChecks | None
) -> UpResult:
    """Apply again; a mistake in the program is shown, and the last good state stays up."""
    (applied,) = apply_all(session, [last.stack], overrides, lambda stack: progress.of(last.project, stack), checks)
    result = applied.result
    if result is None:
        assert applied.failure is not None
        progress.error(applied.failure, applied.explanation)
        return last
    progress.summary(result, brief=(result.graph.outputs, result.pages) == (last.graph.outputs, last.pages))
    return result
