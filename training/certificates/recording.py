"""What is refused and what is pointed out when a certificate is recorded, and which certificate replaces which."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Protocol

from training.calendar import EARLIEST, LATEST, add_months
from training.certificates.number_patterns import fits
from training.certificates.rules import RuleVersion, computed_end, version_at
from training.people.rules import normal
from training.words import Message, say

TOLERANCE = timedelta(days=31)  # between a printed and a computed end


@dataclass(frozen=True, slots=True)
class Paper:
    """What is printed on a certificate or known of it when it is recorded. `type` is the id of its type.

    Dates are as printed: what is not printed stays None and is computed whenever it is asked.
    """

    type: int
    number: str = ""
    item: str = ""
    level: str = ""
    issuer: str = ""
    own: bool = False
    first_issued_on: date | None = None
    issued_on: date | None = None
    expires_on: date | None = None
    expires_precision: str = "day"
    no_expiry: bool = False
    review_due_on: date | None = None
    reviewed_on: date | None = None
    in_process_on: date | None = None
    original_keeper: str = ""
    remark: str = ""

    def normal(self) -> "Paper":
        """The same, as it is stored: the number half-width and without spaces, texts without blanks around them."""
        return replace(
            self,
            number=normal(self.number),
            item=self.item.strip(),
            level=self.level.strip(),
            issuer=self.issuer.strip(),
            original_keeper=self.original_keeper.strip(),
            remark=self.remark.strip(),
        )


def objections_to_recording(paper: Paper, *, foreign: bool, duplicate: bool, today: date) -> list[Message]:
    """Why this certificate may not be recorded for this holder; empty when it may.

    `foreign` says that the identity number inside the certificate number is another than the holder's; `duplicate`
    that the holder already has a certificate of this type and item with the same issue date.
    """
    objections = []
    days = (paper.first_issued_on, paper.issued_on, paper.expires_on, paper.review_due_on, paper.reviewed_on)
    for slip in sorted({day for day in (*days, paper.in_process_on) if day and not EARLIEST <= day <= LATEST}):
        objections.append(say("{day} cannot be right: check the year.", day=slip))
    for day in (paper.issued_on, paper.first_issued_on):
        if day and day > today:
            objections.append(say("The issue date {issued} is in the future.", issued=day))
    for day in (paper.reviewed_on, paper.in_process_on):
        if day and day > today:
            objections.append(say("{day} is in the future, so it cannot have happened yet.", day=day))
    if paper.issued_on and paper.expires_on and paper.expires_on < paper.issued_on:
        objections.append(
            say("It ends on {end}, before it is issued on {issued}.", end=paper.expires_on, issued=paper.issued_on)
        )
    if paper.no_expiry and paper.expires_on:
        objections.append(say("It cannot both end on {end} and not expire.", end=paper.expires_on))
    if foreign:
        objections.append(say("The identity number in the certificate number is not the holder's."))
    if duplicate:
        objections.append(say("This certificate is already recorded: same person, type, item and issue date."))
    return objections


def warnings_on_recording(
    paper: Paper, versions: Sequence[RuleVersion], *, number_pattern: str, taken: bool
) -> list[Message]:
    """What is odd about a certificate that may be recorded all the same.

    `taken` says that somebody else holds the number, where numbers of the type are each held once.
    """
    warnings = []
    if paper.number and not fits(number_pattern, paper.number):
        warnings.append(say("The number does not look like a number of this type."))
    if taken:
        warnings.append(say("Somebody else already holds a certificate of this type with this number."))
    computed = computed_end(paper.issued_on, versions) if paper.issued_on else None
    if computed and paper.expires_on and abs(computed - paper.expires_on) > TOLERANCE:
        warnings.append(
            say(
                "The printed end {printed} is not the end by the rule, {computed}; the printed one counts.",
                printed=paper.expires_on,
                computed=computed,
            )
        )
    return warnings


class Link(Protocol):
    """One of the certificates of a person, type and item."""

    @property
    def id(self) -> int: ...
    @property
    def issued_on(self) -> date | None: ...
    @property
    def expires_on(self) -> date | None: ...
    @property
    def revoked_on(self) -> date | None: ...


def replacements(links: Sequence[Link], versions: Sequence[RuleVersion]) -> dict[int, tuple[int, date] | None]:
    """For each certificate of one person, type and item: the one that replaces it and from which day, or None.

    Each is replaced by the next one issued, whatever the order of recording. Without an issue date it is guessed back
    from the end; one with neither replaces nothing. A revoked one is left out: what came before it stands for itself
    again, so that nobody drops off the list of those who must renew.
    """
    standing = [link for link in links if not link.revoked_on]
    dated = sorted((_issued(link, versions), link.id) for link in standing)
    following = dict(zip((id_ for _, id_ in dated), dated[1:], strict=False))
    found: dict[int, tuple[int, date] | None] = {link.id: None for link in links}
    for link in standing:
        if (newer := following.get(link.id)) and newer[0] > date.min:
            found[link.id] = (newer[1], newer[0])
    return found


def _issued(link: Link, versions: Sequence[RuleVersion]) -> date:
    if link.issued_on:
        return link.issued_on
    if not link.expires_on:
        return date.min
    months = version_at(versions, link.expires_on).validity_months
    return add_months(link.expires_on + timedelta(days=1), -months)
