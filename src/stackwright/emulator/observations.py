"""What the emulator tells of itself: who was allowed what, what was published, which interpreter runs functions."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Decision:
    """One authorization the emulator answered.

    ``principal`` is the caller's ARN ("anonymous" when unsigned), ``decision`` one of Allow, Deny (explicit),
    ImplicitDeny, or AuthError (bad credentials); ``via`` names the AWS service that acted for the principal, empty
    when the principal called directly. ``time`` is seconds since the epoch. ``number`` counts from 1 in this
    emulator's life.
    """

    number: int
    time: float
    principal: str
    action: str
    resource: str
    decision: str
    via: str


@dataclass(frozen=True, slots=True)
class Message:
    """One message that a topic has published; ``time`` is seconds since the epoch, ``number`` counts from 1."""

    number: int
    time: float
    topic_arn: str
    subject: str
    message: str


@dataclass(frozen=True, slots=True)
class Interpreter:
    """The Python that runs functions of one Lambda runtime; ``exact`` is false when the declared version is missing."""

    runtime: str
    path: str
    version: str
    exact: bool
