"""A type's rules in plain words, and what they make of an example."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from training.certificates.rules import (
    BEGINNING,
    RuleVersion,
    computed_end,
    pending_review,
    reviewed_apart,
    version_at,
)
from training.words import Message, say, says

REVIEWS_SHOWN = 3

CATEGORY_WORDS: dict[str, Message] = {
    "special_operations": say("Special operations"),
    "fire": say("Fire safety"),
    "special_equipment": say("Special equipment"),
    "security": say("Security"),
    "health": say("Health"),
    "work_safety": say("Work safety"),
    "first_aid": say("First aid"),
    "skill_level": say("Skill levels"),
    "property": say("Property management"),
    "in_house": say("The company's own"),
    "other": say("Other"),
}

STATUS_WORDS: dict[str, Message] = {
    "statutory": say("Asked by law"),
    "conditional": say("Asked by law in some cases"),
    "skill_level": say("Skill level, voluntary"),
    "in_house": say("The company's own rule"),
    "legacy": say("No longer issued, still recorded"),
    "cancelled": say("Abolished, nothing to renew"),
}

CONFIDENCE_WORDS: dict[str, Message] = {
    "high": say("Confirmed: the official text was read, or several sources agree."),
    "medium": say("Not confirmed: one source, secondary sources, or an old edition."),
    "low": say("Not confirmed: from knowledge, no source was read."),
}

FIELD_WORDS: dict[str, Message] = {
    "validity_months": say("Validity"),
    "review_interval_months": say("Review"),
    "renewal_window_days": say("When applications open"),
    "apply_deadline_days": say("How long before an application must be in"),
    "number_pattern": say("Number pattern"),
    "verify_url": say("Where to verify"),
    "theory_pass_mark": say("Theory pass mark"),
    "practical_pass_mark": say("Practical pass mark"),
    "min_training_hours": say("Least training hours"),
    "resit_rule": say("Resits"),
    "min_age": say("Least age"),
    "max_age_rule": say("Highest age"),
    "legal_basis": say("Law"),
    "issuer": say("Issuer"),
    "status": say("Kind"),
}


@dataclass(frozen=True, slots=True)
class Example:
    """What the rules make of a certificate issued on a day. `says` tells it in sentences, one for each clock."""

    issued_on: date
    ends_on: date | None
    reviews: tuple[date, ...]
    act_by: date | None
    says: tuple[Message, ...]


class _Issued(NamedTuple):
    """A certificate of which nothing is known but its issue and its latest review."""

    issued_on: date | None
    reviewed_on: date | None = None
    expires_on: date | None = None
    expires_precision: str = "day"
    no_expiry: bool = False
    review_due_on: date | None = None
    in_process_on: date | None = None
    suspended_on: date | None = None
    revoked_on: date | None = None
    superseded_on: date | None = None


def length(months: int) -> Message:
    """A number of months as it is spoken: 72 are 6 years."""
    if months % 12:
        return says("{count} month", "{count} months", months)
    return says("{count} year", "{count} years", months // 12)


def validity(version: RuleVersion) -> Message:
    """How long a certificate is valid, in a few words."""
    return length(version.validity_months) if version.validity_months else say("No expiry")


def reviews(version: RuleVersion) -> Message:
    """How often it is reviewed, in a few words."""
    if reviewed_apart(version):
        return say("Every {length}", length=length(version.review_interval_months))
    return say("The renewal is the review") if version.review_interval_months else say("No review")


def in_words(version: RuleVersion) -> tuple[Message, ...]:
    """A rule version in sentences, each of one clock."""
    found = []
    if version.validity_months:
        found.append(say("Valid for {length}, counted from the day of issue.", length=length(version.validity_months)))
    else:
        found.append(say("Does not expire."))
    if reviewed_apart(version):
        found.append(say("Reviewed every {length}.", length=length(version.review_interval_months)))
    elif version.review_interval_months:
        found.append(say("The renewal is the review: there is none in between."))
    else:
        found.append(say("No review in between."))
    return (*found, *_deadlines_in_words(version))


def _deadlines_in_words(version: RuleVersion) -> list[Message]:
    found = []
    if days := version.renewal_window_days:
        found.append(
            says(
                "Applications open {count} day before it is due.",
                "Applications open {count} days before it is due.",
                days,
            )
        )
    if days := version.apply_deadline_days:
        found.append(
            says(
                "An application must be in {count} day before it is due.",
                "An application must be in {count} days before it is due.",
                days,
            )
        )
    if version.reminder_days:
        listed = " / ".join(map(str, sorted(version.reminder_days, reverse=True)))
        found.append(say("Reminders so many days before: {days}.", days=listed))
    if days := version.grace_days:
        found.append(says("{count} day of grace after its end.", "{count} days of grace after its end.", days))
    if version.validity_months:
        kept = say("Who renews early within the window loses nothing: the new validity follows the old.")
        found.append(kept if version.keeps_anniversary else say("A new validity begins on the day of renewal."))
    return found


def begins(version: RuleVersion) -> date | None:
    """The day from which the version is in force; None where it always was."""
    return None if version.effective_from == BEGINNING else version.effective_from


def example(issued_on: date, versions: Sequence[RuleVersion]) -> Example:
    """What these rules, in order of time, make of a certificate issued on a day and reviewed whenever it is due.

    Raises OverflowError for a day too near the end of the calendar.
    """
    end = computed_end(issued_on, versions)
    days = _reviews(issued_on, versions, end)
    deadline = min((day for day in (*days[:1], end) if day), default=None)
    sentences = [
        say("Issued on {issued}, it is valid through {end}.", issued=issued_on, end=end)
        if end
        else say("Issued on {issued}, it does not expire.", issued=issued_on)
    ]
    if days:
        sentences.append(_reviewed(days))
    if not deadline:
        return Example(issued_on, end, days, None, tuple(sentences))
    version = version_at(versions, deadline)
    act_by = deadline - timedelta(days=version.apply_deadline_days)
    sentences.append(_applying(version, deadline, act_by))
    if end and (grace := version_at(versions, end).grace_days):
        sentences.append(say("The days of grace last until {until}.", until=end + timedelta(days=grace)))
    return Example(issued_on, end, days, act_by, tuple(sentences))


def _applying(version: RuleVersion, deadline: date, act_by: date) -> Message:
    if version.renewal_window_days:
        opens = deadline - timedelta(days=version.renewal_window_days)
        return say("The next step: applications open on {opens}; apply by {act_by}.", opens=opens, act_by=act_by)
    return say("The next step: apply by {act_by}.", act_by=act_by)


def _reviews(issued_on: date, versions: Sequence[RuleVersion], end: date | None) -> tuple[date, ...]:
    found: list[date] = []
    while len(found) < REVIEWS_SHOWN:
        done = found[-1] if found else None
        day, _ = pending_review(_Issued(issued_on, reviewed_on=done), versions, done or issued_on)
        if not day or (end and day >= end):
            break
        found.append(day)
    return tuple(found)


def _reviewed(days: Sequence[date]) -> Message:
    match days:
        case [first]:
            return say("It is to be reviewed by {first}.", first=first)
        case [first, second]:
            return say("It is to be reviewed by {first} and by {second}.", first=first, second=second)
        case _:
            return say(
                "It is to be reviewed by {first}, {second}, {third} and so on.",
                first=days[0],
                second=days[1],
                third=days[2],
            )
