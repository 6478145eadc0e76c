"""“Am I all right?”: what an employee is told first, and what they do next."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from training.certificates.queries import Held
from training.certificates.rules import Standing
from training.enrolments.queries import Training
from training.sessions.queries import SessionLine
from training.words import Message, say, says

OVER = frozenset({Standing.REVOKED, Standing.SUPERSEDED})
TO_ACT_ON = frozenset({Standing.EXPIRED, Standing.SUSPENDED, Standing.GRACE, Standing.NEEDS_VERIFICATION, Standing.DUE})
TO_RENEW = frozenset({Standing.EXPIRED, Standing.GRACE, Standing.DUE})
# What the holder does about it, where the rules say what the office does.
TO_DO = {
    Standing.EXPIRED: say("Renew it: take part in a session and pass the exam."),
    Standing.SUSPENDED: say("Ask HR what it was suspended for, and how to settle that."),
    Standing.NEEDS_VERIFICATION: say("Show it to HR, with the proof of its review if there is one."),
    Standing.IN_PROCESS: say("Show the new certificate to HR as soon as you have it."),
}
URGENT_DAYS = 30
OFFERED = 2  # sessions with free seats that are named


class Answer(NamedTuple):
    tint: str
    icon: str
    title: Message
    lead: Message


@dataclass(frozen=True, slots=True)
class Next:
    """What comes next for one certificate: the session booked, or else sessions with free seats, nearest first."""

    booked: Training | None
    offered: tuple[SessionLine, ...]
    trains: bool  # whether a session would help


def answer(held: Sequence[Held], *, today: date) -> Answer:
    """What is wrong with what somebody holds, the worst of it; `held` has the worst first and nothing that is over."""
    worst = held[0].judgement
    alike = sum(one.judgement.standing is worst.standing for one in held)
    match worst.standing:
        case Standing.EXPIRED | Standing.GRACE:
            title = says("{count} certificate has ended", "{count} certificates have ended", alike)
            return Answer("bad", "octagon-alert", title, say("Do not do the work it is for until it is renewed."))
        case Standing.SUSPENDED:
            title = says("{count} certificate is suspended", "{count} certificates are suspended", alike)
            return Answer("bad", "circle-pause", title, say("Do not do the work it is for until that is settled."))
        case Standing.NEEDS_VERIFICATION:
            title = says("{count} certificate must be checked", "{count} certificates must be checked", alike)
            return Answer("warn", "file-search", title, say("What is on record does not show that it still holds."))
        case Standing.DUE:
            return _due(held, today)
        case _:
            return _all_right(held)


def _due(held: Sequence[Held], today: date) -> Answer:
    due = [one.judgement for one in held if one.judgement.standing is Standing.DUE and one.judgement.due_on]
    nearest = min(one.due_on for one in due if one.due_on)
    title = says("{count} certificate is about to end", "{count} certificates are about to end", len(due))
    urgent = (nearest - today).days <= URGENT_DAYS
    lead = say("You can still do your work. Renew by {day}.", day=nearest)
    return Answer("warn" if urgent else "soon", "alarm-clock" if urgent else "clock", title, lead)


def _all_right(held: Sequence[Held]) -> Answer:
    title = say("You are all right")
    in_process = sum(one.judgement.standing is Standing.IN_PROCESS for one in held)
    if in_process:
        lead = says(
            "The renewal of {count} certificate is under way.",
            "The renewal of {count} certificates is under way.",
            in_process,
        )
    elif days := [one.judgement.due_on for one in held if one.judgement.due_on]:
        lead = say("Everything you hold is in force. The next date is {day}.", day=min(days))
    else:
        lead = say("Everything you hold is in force, without an end.")
    return Answer("ok", "circle-check", title, lead)


def next_steps(
    held: Sequence[Held], booked: Mapping[int, Training], sessions: Sequence[SessionLine]
) -> dict[int, Next]:
    """For each certificate that somebody must act on, by its id: where they have a seat, or where one is free."""
    return {
        one.certificate.id: Next(
            booked=booked.get(one.type.id),
            offered=_offered(one, sessions),
            trains=one.judgement.standing in TO_RENEW,
        )
        for one in held
        if one.judgement.standing in TO_ACT_ON or one.type.id in booked
    }


def _offered(held: Held, sessions: Sequence[SessionLine]) -> tuple[SessionLine, ...]:
    if held.judgement.standing not in TO_RENEW:
        return ()
    return tuple(line for line in sessions if line.leads_to == held.type.id)[:OFFERED]


def to_do(held: Held) -> Message | None:
    """What the holder does about it; None where there is nothing to do yet."""
    standing = held.judgement.standing
    if standing in OVER or standing is Standing.VALID:
        return None
    return TO_DO.get(standing, held.judgement.next_action)


def others(held: Sequence[Held]) -> int:
    """How many more than the worst and its like must be acted on."""
    worst = held[0].judgement.standing
    return sum(one.judgement.standing in TO_ACT_ON and one.judgement.standing is not worst for one in held)


def elapsed(held: Held, today: date) -> int | None:
    """How much of its time has passed, in per cent; None where its days are not known or it does not end."""
    first, last = held.certificate.issued_on, held.judgement.ends_on
    if first is None or last is None or last <= first:
        return None
    return min(max((today - first).days * 100 // (last - first).days, 0), 100)
