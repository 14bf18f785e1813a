"""Places in the source, as findings have them."""

from __future__ import annotations

from stackwright.rules.finding import Place, Related
from stackwright.source import facts


def place(found: facts.Place) -> Place:
    """Where a fact stands."""
    return Place(file=found.file, line=found.line, column=found.column)


def related(fact: facts.Fact, message: str) -> tuple[Related, ...]:
    """The other places of a fact."""
    return tuple(Related(message, place(at)) for at, _ in fact.related)


def meant(suggestions: tuple[str, ...], otherwise: str) -> str:
    """What to write instead of a name that is not there."""
    if not suggestions:
        return otherwise
    return f"Did you mean {' or '.join(f'`{name}`' for name in suggestions)}?"
