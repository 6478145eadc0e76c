"""How a standing is shown: its tint, its icon and its word, the one table behind every chip."""

from typing import NamedTuple

from training.words import Message, say


class Look(NamedTuple):
    tint: str
    icon: str
    word: Message


LOOKS: dict[str, Look] = {
    "valid": Look("ok", "check", say("Valid")),
    "no_expiry": Look("ok", "infinity", say("No expiry")),
    "due": Look("soon", "clock", say("Due for renewal")),
    "due_90": Look("soon", "clock", say("Due in 90 days")),
    "due_30": Look("warn", "alarm-clock", say("Due in 30 days")),
    "in_process": Look("plan", "hourglass", say("In process")),
    "grace": Look("warn", "hourglass", say("In grace")),
    "expired": Look("bad", "octagon-alert", say("Expired")),
    "needs_verification": Look("warn", "file-search", say("Needs verification")),
    "suspended": Look("bad", "circle-pause", say("Suspended")),
    "revoked": Look("bad", "ban", say("Revoked")),
    "superseded": Look("", "history", say("Superseded")),
    "missing": Look("bad outline", "circle-dashed", say("Missing")),
    # Added to one of the above, never in its place.
    "planned": Look("plan", "calendar-check", say("Scheduled")),
}


def look(standing: str, days: int | None = None) -> Look:
    """How to show a standing; one that is due says how near it is. Raises KeyError for a word not in the table."""
    if standing == "due" and days is not None and days <= 90:
        standing = "due_30" if days <= 30 else "due_90"
    return LOOKS[standing]
