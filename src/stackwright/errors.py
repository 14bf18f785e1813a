"""Every error Stackwright shows a user.

    StackwrightError            exit code 3 unless a subclass says otherwise
    ├── CheckFailed             1  `check` finds what will break, and nothing was to be made then
    ├── UsageError              2  the command or its input is wrong; the user can mend it
    │   ├── ProjectError        2  Pulumi.yaml, a stack file, config or a secret is wrong
    │   └── ProgramError        2  the user's program failed; carries the user's own traceback
    ├── ResourceError           2  one resource could not be created, updated, deleted or read
    │   └── Refused             2  and that may change when something else has been made or deleted
    ├── EnvironmentFailed       3  this machine or the emulator failed: port, disk, process
    │   └── Busy                3  somebody else holds the stack
    └── Defect                  4  Stackwright itself is wrong; carries its traceback and what belongs into a report

The command line prints an error as three things and no traceback: what happened, where, what to do. The report of a
defect goes to a file, which the message names.
"""

from __future__ import annotations

import traceback as tracebacks
from collections.abc import Callable, Mapping


class StackwrightError(Exception):
    """An error with an answer in it.

    Args:
        what: one sentence, what happened.
        where: file, line, stack or URN; empty when the message already says it.
        fix: what the user can do about it.

    Attributes:
        urn: the resource that it is about, when a step of a deployment has failed.
    """

    exit_code = 3

    def __init__(self, what: str, *, where: str = "", fix: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.fix = fix
        self.urn = ""

    def __str__(self) -> str:
        lines = [self.what]
        if self.where:
            lines.append(f"  where: {self.where}")
        if self.fix:
            lines.append(f"  fix:   {self.fix}")
        return "\n".join(lines)


class CheckFailed(StackwrightError):
    """The program will break, so nothing was made."""

    exit_code = 1


class UsageError(StackwrightError):
    """The command line or an input file is wrong."""

    exit_code = 2


class ProjectError(UsageError):
    """A project file, stack file, config value or secret is wrong."""


class ProgramError(UsageError):
    """The user's program did not run to its end.

    Args:
        traceback: the user's frames only, as Python prints them; empty when the program exited without an exception.
    """

    def __init__(self, what: str, *, where: str = "", fix: str = "", traceback: str = "") -> None:
        super().__init__(what, where=where, fix=fix)
        self.traceback = traceback

    def __str__(self) -> str:
        return f"{super().__str__()}\n{self.traceback}".rstrip()


class ResourceError(UsageError):
    """A provider refused one resource."""


class Refused(ResourceError):
    """A provider refused what it may accept once something else of the deployment has been made, changed or deleted.

    Args:
        is_contention: it only came at a bad moment, when something else was being changed.

    Attributes:
        is_moot: the program has ended without what might have changed it, so it tells nothing.
    """

    def __init__(self, what: str, *, where: str = "", fix: str = "", is_contention: bool = False) -> None:
        super().__init__(what, where=where, fix=fix)
        self.is_contention = is_contention
        self.is_moot = False


class EnvironmentFailed(StackwrightError):
    """This machine, the emulator or the endpoint failed."""

    exit_code = 3


class Busy(EnvironmentFailed):
    """Another process is working on the same stack."""


class Defect(StackwrightError):
    """A fault of Stackwright's own, or of the emulator that it brings along. The user's program is not to blame.

    Args:
        traceback: where it happened, as Python prints it.
        details: what else helps to find the cause, by name. It goes into a file that users send to others, so it must
            not hold secrets.
    """

    exit_code = 4

    def __init__(
        self,
        what: str,
        *,
        where: str = "",
        fix: str = "This is a fault of Stackwright, not of the program; please report it.",
        traceback: str = "",
        details: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(what, where=where, fix=fix)
        self.traceback = traceback
        self.details = dict(details or {})

    @staticmethod
    def of(
        error: BaseException,
        during: str,
        *,
        where: str = "",
        details: Mapping[str, str] | None = None,
        masked: Callable[[str], str] = str,
    ) -> Defect:
        """The defect that an unexpected exception shows.

        Args:
            during: what was being done.
            masked: takes the secrets out of a text.
        """
        what = masked(f"{during}: unexpected {type(error).__name__}: {error}")
        traceback = masked("".join(tracebacks.format_exception(error)))
        return Defect(what, where=where, traceback=traceback, details=details)
