"""When a certificate ends and when it is reviewed; what it is worth on a day, and why; what is refused on record."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple, Protocol, TypeVar

from training.calendar import add_months
from training.words import Message, say, says

BEGINNING = date.min  # the effective_from of rules that were always in force
REVIEW_OPENS = timedelta(days=180)  # a review done no earlier than this before its day counts as that review


class Standing(StrEnum):
    VALID = "valid"
    DUE = "due"
    IN_PROCESS = "in_process"
    GRACE = "grace"
    EXPIRED = "expired"
    NEEDS_VERIFICATION = "needs_verification"
    NO_EXPIRY = "no_expiry"
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    SUPERSEDED = "superseded"

    @property
    def certified(self) -> bool:
        """Whether it counts as holding. Grace does not, and neither does what nobody has verified."""
        return self in {Standing.VALID, Standing.DUE, Standing.IN_PROCESS, Standing.NO_EXPIRY}


WORST_FIRST = (
    Standing.EXPIRED,
    Standing.SUSPENDED,
    Standing.GRACE,
    Standing.NEEDS_VERIFICATION,
    Standing.DUE,
    Standing.IN_PROCESS,
    Standing.VALID,
    Standing.NO_EXPIRY,
    Standing.REVOKED,
    Standing.SUPERSEDED,
)


class RuleVersion(Protocol):
    """A type's rules from a day on, until the next version's day. 0 months: no expiry, or no review."""

    @property
    def effective_from(self) -> date: ...
    @property
    def validity_months(self) -> int: ...
    @property
    def review_interval_months(self) -> int: ...
    @property
    def renewal_window_days(self) -> int: ...
    @property
    def apply_deadline_days(self) -> int: ...
    @property
    def reminder_days(self) -> Sequence[int]: ...
    @property
    def grace_days(self) -> int: ...
    @property
    def keeps_anniversary(self) -> bool: ...
    @property
    def legal_basis(self) -> str: ...
    @property
    def confidence(self) -> str: ...


class Holding(Protocol):
    """What is known of one certificate: the printed dates, and the days on which something happened to it."""

    @property
    def issued_on(self) -> date | None: ...
    @property
    def expires_on(self) -> date | None: ...
    @property
    def expires_precision(self) -> str: ...
    @property
    def no_expiry(self) -> bool: ...
    @property
    def review_due_on(self) -> date | None: ...
    @property
    def reviewed_on(self) -> date | None: ...
    @property
    def in_process_on(self) -> date | None: ...
    @property
    def suspended_on(self) -> date | None: ...
    @property
    def revoked_on(self) -> date | None: ...
    @property
    def superseded_on(self) -> date | None: ...


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a certificate is worth on a day, and why.

    `ends_on` is its last valid day (None: none, or unknown). `due_on` is the clock that decides, its end or an earlier
    review that is still open; `act_by` the last day to apply for it, which may have passed. `because` gives the dates,
    the arithmetic and the law; `next_action` is the cheapest way back to green, or what keeps it so (None: nothing).
    """

    standing: Standing
    ends_on: date | None
    due_on: date | None
    act_by: date | None
    next_action: Message | None
    because: tuple[Message, ...]


Version = TypeVar("Version", bound=RuleVersion)


def version_at(versions: Sequence[Version], day: date) -> Version:
    """The version in force on a day; before the first of them, the first. `versions` is in order of time."""
    return next((version for version in reversed(versions) if version.effective_from <= day), versions[0])


def horizon(version: RuleVersion) -> timedelta:
    """How long before a deadline a certificate is due: the widest of its window, reminders and lead time."""
    return timedelta(days=max(version.renewal_window_days, version.apply_deadline_days, 0, *version.reminder_days))


def reviewed_apart(version: RuleVersion) -> bool:
    """Whether there are reviews between issue and end. One as long as the validity is the renewal itself."""
    interval, validity = version.review_interval_months, version.validity_months
    return interval > 0 and (validity == 0 or interval < validity)


def last_valid_day(holding: Holding, versions: Sequence[RuleVersion]) -> tuple[date | None, Message]:
    """The last day, itself included, on which the certificate holds (None: it does not end, or nobody knows), and why.

    A printed end wins, then a printed "no expiry"; else issue + N months - 1 day by the rules of the issue date.
    Without an issue date, only a type that never had an end has none.
    """
    if holding.expires_on and holding.expires_precision == "month":
        return holding.expires_on, say(
            "Only the month of its end is printed, so it is valid through the last day of it, {end}.",
            end=holding.expires_on,
        )
    if holding.expires_on:
        return holding.expires_on, say("It is valid through {end}, as printed on it.", end=holding.expires_on)
    if holding.no_expiry:
        return None, say("It is printed on the certificate that it does not expire.")
    end = computed_end(holding.issued_on, versions) if holding.issued_on else None
    if not end or not holding.issued_on:
        if clocks_known(holding, versions):
            return None, say("Certificates of this type do not expire.")
        return None, say("Neither the day it ends nor the day it was issued is known.")
    return end, says(
        "No end is printed: issued on {issued} for {count} month, it is valid through {end}.",
        "No end is printed: issued on {issued} for {count} months, it is valid through {end}.",
        version_at(versions, holding.issued_on).validity_months,
        issued=holding.issued_on,
        end=end,
    )


def computed_end(issued_on: date, versions: Sequence[RuleVersion]) -> date | None:
    """Issue + N months - 1 day by the rules of the issue date; None if there is no end."""
    months = version_at(versions, issued_on).validity_months
    return add_months(issued_on, months) - timedelta(days=1) if months else None


def clocks_known(holding: Holding, versions: Sequence[RuleVersion]) -> bool:
    """Whether anything says when the certificate ends or is reviewed, or that it does neither."""
    if holding.expires_on or holding.no_expiry or holding.issued_on:
        return True
    return not any(
        version.validity_months or (reviewed_apart(version) and not holding.review_due_on) for version in versions
    )


def pending_review(holding: Holding, versions: Sequence[RuleVersion], today: date) -> tuple[date | None, list[Message]]:
    """The first review that is not done as known today, missed or ahead (None: there is none), and why.

    The day is the printed one or, without it, issue + k times the interval of the rules of the issue date, before
    the end. A review exists only if the rules in force on its day ask for one: those of special operations due on or
    after 2026-06-01 no longer do (Order 19 of the Ministry of Emergency Management, in the place of Order 30).
    """
    because = []
    done_on = holding.reviewed_on if holding.reviewed_on and holding.reviewed_on <= today else None
    for number, day in enumerate(_review_days(holding, versions), start=1):
        version = version_at(versions, day)
        if not reviewed_apart(version):
            if any(map(reviewed_apart, versions)):
                because.append(_no_review_since(version, day))
            if version is versions[-1]:
                break
        elif done_on is None or done_on < day - REVIEW_OPENS:
            return day, [*because, _review_falls_due(holding, versions, day, number)]
    if done_on:
        because.append(say("It was reviewed on {reviewed}.", reviewed=done_on))
    return None, because


def _review_days(holding: Holding, versions: Sequence[RuleVersion]) -> Iterator[date]:
    if holding.review_due_on:
        yield holding.review_due_on
        return
    if not holding.issued_on or not reviewed_apart(version := version_at(versions, holding.issued_on)):
        return
    end, _ = last_valid_day(holding, versions)
    stop = end or date.max.replace(year=9000)
    reviews = 1
    while (day := add_months(holding.issued_on, reviews * version.review_interval_months)) < stop:
        yield day
        reviews += 1


def _review_falls_due(holding: Holding, versions: Sequence[RuleVersion], day: date, number: int) -> Message:
    if holding.review_due_on or not holding.issued_on:
        return say("Its review is due by {review}, as printed on it.", review=day)
    months = number * version_at(versions, holding.issued_on).review_interval_months
    return says(
        "Issued on {issued}, it is to be reviewed after {count} month, by {review}.",
        "Issued on {issued}, it is to be reviewed after {count} months, by {review}.",
        months,
        issued=holding.issued_on,
        review=day,
    )


def _no_review_since(version: RuleVersion, day: date) -> Message:
    return say(
        "The review of {review} no longer exists: since {since} {law} asks for none.",
        review=day,
        since=version.effective_from,
        law=version.legal_basis,
    )


def judge(holding: Holding, versions: Sequence[RuleVersion], today: date) -> Judgement:
    """What the certificate is worth as of a day, judged by the rules in force on the day each of its clocks runs out.

    What happened after that day is not known on it: a certificate revoked tomorrow still holds today.
    """
    end, why_end = last_valid_day(holding, versions)
    review, why_review = pending_review(holding, versions, today)
    if end and review and review >= end:
        review, why_review = None, []
    # Once it has ended, a review that was missed before no longer matters.
    ahead = (end,) if end and today > end else (end, review)
    deadline = min((day for day in ahead if day), default=None)
    version = version_at(versions, deadline or today)
    act_by = deadline - timedelta(days=version.apply_deadline_days) if deadline else None
    clocks = _Clocks(clocks_known(holding, versions), end, review, act_by)
    standing, why, next_action = _verdict(holding, version, clocks, today)
    because = [why, why_end, *why_review, _law(version)]
    if deadline and act_by and act_by < deadline:
        because.append(
            says(
                "An application must be in {count} day before {deadline}, by {act_by}.",
                "An application must be in {count} days before {deadline}, by {act_by}.",
                version.apply_deadline_days,
                deadline=deadline,
                act_by=act_by,
            )
        )
    if version.confidence != "high":
        because.append(say("No official text confirms this rule: check it before you rely on it."))
    return Judgement(standing, end, deadline, act_by, next_action, tuple(because))


def _law(version: RuleVersion) -> Message:
    if not version.legal_basis:
        return say("The rule is the company's own.")
    if version.effective_from == BEGINNING:
        return say("The rule is in {law}.", law=version.legal_basis)
    return say("The rule, since {since}, is in {law}.", since=version.effective_from, law=version.legal_basis)


class _Clocks(NamedTuple):
    known: bool
    end: date | None
    review: date | None
    act_by: date | None


def _verdict(
    holding: Holding, version: RuleVersion, clocks: _Clocks, today: date
) -> tuple[Standing, Message, Message | None]:
    _, end, review, act_by = clocks
    if happened := _what_happened(holding, today):
        return happened
    if end and today > end:
        return _ended(version, end, today)
    if holding.issued_on and today < holding.issued_on:
        why = say("It was issued on {issued} and was not held before.", issued=holding.issued_on)
        return Standing.NEEDS_VERIFICATION, why, say("Look at it as of {issued} or later.", issued=holding.issued_on)
    if not clocks.known:
        action = say("Look at the certificate and record the day it ends, or the day it was issued.")
        return Standing.NEEDS_VERIFICATION, say("Nothing says whether it still holds."), action
    if review and today > review:
        why = say("No review is recorded by {review}, so it may have lapsed.", review=review)
        action = say("Check it at the authority's official site and record the review, or renew it.")
        return Standing.NEEDS_VERIFICATION, why, action
    if holding.in_process_on and holding.in_process_on <= today:
        why = say("Its renewal has been under way since {since}.", since=holding.in_process_on)
        return Standing.IN_PROCESS, why, say("Record the new certificate as soon as it is there.")
    if (deadline := review or end) and act_by:
        return _still_holds(version, deadline, act_by, today, is_review=review is not None)
    return Standing.NO_EXPIRY, say("It does not expire."), None


def _what_happened(holding: Holding, today: date) -> tuple[Standing, Message, Message | None] | None:
    if holding.revoked_on and holding.revoked_on <= today:
        why = say("It was revoked on {day}.", day=holding.revoked_on)
        return Standing.REVOKED, why, say("Qualify again and record the new certificate.")
    if holding.superseded_on and holding.superseded_on <= today:
        return Standing.SUPERSEDED, say("A newer certificate replaced it on {day}.", day=holding.superseded_on), None
    if holding.suspended_on and holding.suspended_on <= today:
        why = say("It has been suspended since {day}.", day=holding.suspended_on)
        return Standing.SUSPENDED, why, say("Settle what it was suspended for, then reinstate it.")
    return None


def _ended(version: RuleVersion, end: date, today: date) -> tuple[Standing, Message, Message | None]:
    days = (today - end).days
    why = says("It ended {count} day ago, on {end}.", "It ended {count} days ago, on {end}.", days, end=end)
    if days <= version.grace_days:
        until = end + timedelta(days=version.grace_days)
        return Standing.GRACE, why, say("Renew it within the days of grace, by {until}.", until=until)
    return Standing.EXPIRED, why, say("Renew it: train, pass the exam and record the new certificate.")


def _still_holds(
    version: RuleVersion, deadline: date, act_by: date, today: date, *, is_review: bool
) -> tuple[Standing, Message, Message | None]:
    days = (deadline - today).days
    opens = deadline - timedelta(days=version.renewal_window_days)
    if is_review:
        why = says("{count} day is left until its review.", "{count} days are left until its review.", days)
        action = say("Have it reviewed: apply by {act_by}.", act_by=act_by)
    else:
        why = says("{count} day is left until its end.", "{count} days are left until its end.", days)
        action = say("Renew it: apply by {act_by}.", act_by=act_by)
    if today < (due_from := deadline - horizon(version)):
        return Standing.VALID, why, say("Nothing needs to be done before {day}.", day=due_from)
    if today > act_by:
        action = say(
            "The last day to apply was {act_by}: apply at once, or the exam must be taken anew.", act_by=act_by
        )
    elif version.renewal_window_days and today < opens:
        action = say("Applications open on {opens}; apply by {act_by}.", opens=opens, act_by=act_by)
    return Standing.DUE, why, action


def renewed_until(old_end: date | None, renewed_on: date, version: RuleVersion) -> date | None:
    """The last valid day of a certificate renewed on a day by these rules; None if it does not end.

    Within the window the anniversary is kept, so renewing early costs nothing; before it opens and after the end
    the new validity starts on the day of renewal.
    """
    if not version.validity_months:
        return None
    anew = add_months(renewed_on, version.validity_months) - timedelta(days=1)
    if not old_end or renewed_on > old_end:
        return anew
    if not version.keeps_anniversary or renewed_on < old_end - timedelta(days=version.renewal_window_days):
        return max(anew, old_end)
    return add_months(old_end + timedelta(days=1), version.validity_months) - timedelta(days=1)
