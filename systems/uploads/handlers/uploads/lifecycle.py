"""The state machine of a file, as guarded transitions on its row.

    (no row) --create--> uploading --verified--> available ---+
       |                     |  \\---rejected--> quarantined --+
       |                     \\-----gave_up--> failed ---------+--begin_delete--> deleting --(row removed)--> (no row)
       \\--create-------------------------------> orphaned -----+

`failed` is not final: a later event may still verify or reject the file. `uploading`, too, can be deleted.

The message about an available file has a state of its own:

    pending --claim--> claimed --announced--> announced
                       claimed --release----> pending             publishing failed, the workflow retries
    pending, claimed --give_up_announcing---> failed --claim--> claimed

Every transition is one conditional write: its guard is evaluated and its changes are applied atomically, or nothing
happens. So whatever runs twice, late, in another order or only in part, each of these holds:

- A crash before `verified` leaves `uploading`: the workflow's next attempt, or a duplicate event, checks again.
- Two runs that check the same file agree, and only the first one's transition applies.
- Only the owner of the claim publishes. Its lease outlives any invocation that holds it, so nobody else can take the
  claim while the owner may still publish; the owner's own next attempt may, and everybody after the lease.
  A second message needs a crash after SNS took the first one and before `announced` was written.
- `begin_delete` takes the row out of reach of everything that decides or claims before object and row go, so a
  deleted file is neither announced from then on nor resurrected. A crash in between leaves `deleting`, and the next
  DELETE finishes it.
- A row that nobody completes is removed by its TTL, and so is the object by the bucket's lifecycle rule.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from stackwright_handlers.table.items import Check, Guard

from .records import Announcement, Attributes, Status


@dataclass(frozen=True, slots=True)
class Transition:
    """A conditional write: where the guard holds, `assign` is written and `remove` is dropped."""

    name: str
    guard: Guard
    assign: Attributes
    remove: tuple[str, ...] = field(default=())


NEW: Guard = ((Check("file_id", "absent"),),)
"""Guard of a new row."""

MAY_BE_REMOVED: Guard = ((Check("status", "=", Status.DELETING),),)
"""Guard of removing a row."""

_UNDECIDED: Guard = tuple((Check("status", "=", status),) for status in (Status.UPLOADING, Status.FAILED))
_AVAILABLE = Check("status", "=", Status.AVAILABLE)
_CLAIM = ("claim_owner", "claim_until")


def verified(size: int, sha256: str, expires_at: int) -> Transition:
    """The file is what it was declared to be; the message about it is due."""
    return Transition(
        "verified",
        _UNDECIDED,
        {
            "status": Status.AVAILABLE,
            "announcement": Announcement.PENDING,
            "file_size": size,
            "sha256": sha256,
            "expires_at": expires_at,
        },
        ("reason", "upload_id"),
    )


def rejected(reason: str, expires_at: int) -> Transition:
    """The file contradicts its declaration."""
    return Transition(
        "rejected",
        _UNDECIDED,
        {"status": Status.QUARANTINED, "reason": reason, "expires_at": expires_at},
        ("upload_id",),
    )


def gave_up(reason: str, expires_at: int) -> Transition:
    """The file could not be checked. It keeps its multipart upload, which may be what is missing."""
    return Transition(
        "gave_up",
        ((Check("status", "=", Status.UPLOADING),),),
        {"status": Status.FAILED, "reason": reason, "expires_at": expires_at},
    )


def claim(owner: str, now: int, until: int) -> Transition:
    """Nobody but the owner may publish before `until`. Times are seconds since 1970."""
    return Transition(
        "claim",
        _open_to(owner, now),
        {"announcement": Announcement.CLAIMED, "claim_owner": owner, "claim_until": until},
        ("announcement_reason",),
    )


def announced(owner: str, at: str) -> Transition:
    """The owner of the claim has published."""
    return Transition(
        "announced",
        _held_by(owner),
        {"announcement": Announcement.ANNOUNCED, "announced_at": at},
        _CLAIM,
    )


def release(owner: str) -> Transition:
    """The owner of the claim could not publish."""
    return Transition("release", _held_by(owner), {"announcement": Announcement.PENDING}, _CLAIM)


def give_up_announcing(owner: str, now: int, reason: str) -> Transition:
    """The message could not be published and nobody is at it any more."""
    return Transition(
        "give_up_announcing",
        _open_to(owner, now),
        {"announcement": Announcement.FAILED, "announcement_reason": reason},
        _CLAIM,
    )


def begin_delete() -> Transition:
    """The file goes; from here on only removing its row is possible."""
    return Transition("begin_delete", ((Check("file_id", "exists"),),), {"status": Status.DELETING})


def _held_by(owner: str) -> Guard:
    return ((Check("announcement", "=", Announcement.CLAIMED), Check("claim_owner", "=", owner)),)


def _open_to(owner: str, now: int) -> Guard:
    claimed = Check("announcement", "=", Announcement.CLAIMED)
    return (
        (_AVAILABLE, Check("announcement", "=", Announcement.PENDING)),
        (_AVAILABLE, Check("announcement", "=", Announcement.FAILED)),
        (_AVAILABLE, claimed, Check("claim_owner", "=", owner)),
        (_AVAILABLE, claimed, Check("claim_until", "<", now)),
    )
