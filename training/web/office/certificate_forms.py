"""The forms of a certificate: what is printed on it, and why something about it changes."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from enum import StrEnum
from hashlib import sha256
from typing import Annotated, Any

import msgspec

from training.calendar import month_end
from training.certificates.queries import Recorded
from training.certificates.recording import Paper, objections_to_recording
from training.errors import Refused
from training.words import Message, say

Number = Annotated[int, msgspec.Meta(ge=1, le=2**31 - 1)]
Line = Annotated[str, msgspec.Meta(max_length=100)]
Reason = Annotated[str, msgspec.Meta(max_length=500)]


class Ends(StrEnum):
    """What is printed about its end."""

    DAY = "day"
    MONTH = "month"
    NEVER = "never"
    UNPRINTED = "unprinted"


ENDS_WORDS: dict[Ends, Message] = {
    Ends.DAY: say("A day is printed"),
    Ends.MONTH: say("Only a month is printed"),
    Ends.NEVER: say("“No expiry” is printed"),
    Ends.UNPRINTED: say("Nothing is printed: it follows from the rules"),
}


class PaperForm(msgspec.Struct, kw_only=True):
    type: Number
    number: Annotated[str, msgspec.Meta(max_length=80)] = ""
    item: Line = ""
    level: Annotated[str, msgspec.Meta(max_length=40)] = ""
    issuer: Annotated[str, msgspec.Meta(max_length=200)] = ""
    own: bool = False
    first_issued_on: date | None = None
    issued_on: date | None = None
    ends: Ends = Ends.UNPRINTED
    expires_on: date | None = None
    review_due_on: date | None = None
    reviewed_on: date | None = None
    in_process_on: date | None = None
    original_keeper: Line = ""
    remark: Annotated[str, msgspec.Meta(max_length=1000)] = ""
    # The name of the warnings its user has seen and records it with all the same.
    confirmed: Annotated[str, msgspec.Meta(max_length=64)] = ""

    def paper(self, today: date) -> Paper:
        """What was read off the certificate. Raises Refused for what no certificate can be, whoever holds it."""
        printed = self.ends in (Ends.DAY, Ends.MONTH)
        if printed and not self.expires_on:
            raise Refused(say("Write the day it ends, or choose that none is printed."), field="expires_on")
        if self.expires_on and self.ends is Ends.NEVER:
            raise Refused(say("It cannot both end on a day and not expire: clear one of them."), field="expires_on")
        paper = Paper(
            type=self.type,
            number=self.number,
            item=self.item,
            level=self.level,
            issuer=self.issuer,
            own=self.own,
            first_issued_on=self.first_issued_on,
            issued_on=self.issued_on,
            expires_on=self.expires_on,
            no_expiry=self.ends is Ends.NEVER,
            review_due_on=self.review_due_on,
            reviewed_on=self.reviewed_on,
            in_process_on=self.in_process_on,
            original_keeper=self.original_keeper,
            remark=self.remark,
        )
        if self.ends is Ends.MONTH and self.expires_on:
            paper = replace(paper, expires_on=month_end(self.expires_on), expires_precision="month")
        if objections := objections_to_recording(paper, foreign=False, duplicate=False, today=today):
            raise Refused(*objections, field=_day_at_fault(paper, today))
        return paper


class CorrectionForm(PaperForm, kw_only=True):
    reason: Reason
    mark: Annotated[str, msgspec.Meta(max_length=40)]


class ReasonForm(msgspec.Struct):
    reason: Reason


class ChangeForm(msgspec.Struct):
    on: date
    reason: Reason


class ReviewForm(msgspec.Struct):
    reviewed_on: date
    next_review_on: date | None = None


def _day_at_fault(paper: Paper, today: date) -> str:
    """The field whose day cannot be, where it is one that shows."""
    for field in ("issued_on", "first_issued_on", "reviewed_on", "in_process_on"):
        if (day := getattr(paper, field)) and day > today:
            return field
    backwards = paper.issued_on and paper.expires_on and paper.expires_on < paper.issued_on
    return "expires_on" if backwards else ""


def typed(recorded: Recorded) -> dict[str, Any]:
    """A certificate as its form shows it."""
    shown = {name: getattr(recorded, name) for name in PaperForm.__struct_fields__ if hasattr(recorded, name)}
    if recorded.no_expiry:
        ends = Ends.NEVER
    elif not recorded.expires_on:
        ends = Ends.UNPRINTED
    else:
        ends = Ends.MONTH if recorded.expires_precision == "month" else Ends.DAY
    return {**shown, "ends": ends.value, "mark": recorded.mark}


def name_of(warnings: Sequence[Message]) -> str:
    """A short name for these warnings: a form that carries it has shown them to its user."""
    return sha256("\n".join(map(str, warnings)).encode()).hexdigest()[:32] if warnings else ""
