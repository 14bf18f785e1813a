"""What clients are told about files: how to send large ones."""

from __future__ import annotations

from .storing import Part, Reservation, SignedRequest


def reservation_body(reservation: Reservation, seconds: int) -> dict[str, object]:
    """Return how to send a large file, for the client."""
    if reservation.put is not None:
        return {"type": "put", "expires_in": seconds, **_signed(reservation.put)}
    return {
        "type": "multipart",
        "expires_in": seconds,
        "parts": [_part(part) for part in reservation.parts],
        "complete": None if reservation.complete is None else _signed(reservation.complete),
    }


def _part(part: Part) -> dict[str, object]:
    return {"part_number": part.number, "size": part.size, **_signed(part.request)}


def _signed(request: SignedRequest) -> dict[str, object]:
    return {"method": request.method, "url": request.url, "headers": dict(request.headers)}
