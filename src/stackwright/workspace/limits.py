"""What a green local run of a graph does not show."""

from __future__ import annotations

from stackwright.provider.fidelity import MEANING, Entry, limits

__all__ = ["MEANING", "Entry", "limits"]
