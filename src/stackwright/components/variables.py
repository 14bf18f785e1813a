"""Environment variables of a function that stay open until Pulumi reads them, as its policy does.

See docs/decisions/0101-grants-write-into-open-policies.md and 0106-links.md.
"""

from __future__ import annotations

from collections.abc import Mapping

import pulumi

from .errors import ComponentError


class Variables:
    """Variables by name, open for additions until Pulumi reads `values`.

    Args:
        owner: the function they belong to, for messages.
        values: the first ones.
    """

    def __init__(self, owner: str, values: Mapping[str, pulumi.Input[str]]) -> None:
        self._owner = owner
        self._values: dict[str, pulumi.Input[str]] = dict(values)
        self._closed = False

    def set(self, name: str, value: pulumi.Input[str]) -> None:
        """Add a variable; the same one again is no addition.

        Raises:
            ComponentError: it has another value already, or the variables were read already.
        """
        if self._closed:
            raise ComponentError(
                f"the variables of {self._owner} were already sent when {name} was set",
                fix="link before the first blocking call (use `…_output` forms of invokes)",
            )
        if name in self._values and self._values[name] is not value and self._values[name] != value:
            raise ComponentError(
                f"{self._owner}: the variable {name} is set already, to something else",
                fix="give one of them another name",
            )
        self._values[name] = value

    @property
    def values(self) -> pulumi.Output[Mapping[str, str]]:
        """All variables, when the program has run to its end."""
        return pulumi.Output.from_input(None).apply(lambda _: self._close())

    def _close(self) -> pulumi.Output[Mapping[str, str]]:
        self._closed = True
        return pulumi.Output.all(**self._values)
