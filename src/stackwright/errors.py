"""Every error Stackwright shows a user.

    StackwrightError            exit code 3 unless a subclass says otherwise
    ├── UsageError              2  the command or its input is wrong; the user can mend it
    │   ├── ProjectError        2  Pulumi.yaml, a stack file, config or a secret is wrong
    │   └── ProgramError        2  the user's program failed; carries the user's own traceback
    ├── ResourceError           2  one resource could not be created, updated, deleted or read
    └── EnvironmentFailed       3  this machine or the emulator failed: port, disk, process
        └── Busy                3  somebody else holds the stack

The command line prints an error as three things and no traceback: what happened, where, what to do.
"""

from __future__ import annotations


class StackwrightError(Exception):
    """An error with an answer in it.

    Args:
        what: one sentence, what happened.
        where: file, line, stack or URN; empty when the message already says it.
        fix: what the user can do about it.
    """

    exit_code = 3

    def __init__(self, what: str, *, where: str = "", fix: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.fix = fix

    def __str__(self) -> str:
        lines = [self.what]
        if self.where:
            lines.append(f"  where: {self.where}")
        if self.fix:
            lines.append(f"  fix:   {self.fix}")
        return "\n".join(lines)


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


class EnvironmentFailed(StackwrightError):
    """This machine, the emulator or the endpoint failed."""

    exit_code = 3


class Busy(EnvironmentFailed):
    """Another process is working on the same stack."""
