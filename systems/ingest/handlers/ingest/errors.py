"""What can go wrong here; InfrastructureError and its kind are in `stackwright_handlers.errors`."""

from __future__ import annotations


class UnknownEventError(Exception):
    """The event is not about an object of our bucket. Raised, so that it is kept with the failed events."""
