"""What one certificate of a ledger row would do: be recorded, set an older record right, or nothing."""

import re
from collections.abc import Sequence, Set
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from training.certificates.queries import Type as CertificateType
from training.certificates.recording import Paper, warnings_on_recording
from training.certificates.rules import computed_end
from training.imports.lookups import Held, OnRecord
from training.imports.records import CertificateCells
from training.imports.roster import Change
from training.imports.rules import Code, Finding, Outcome
from training.people import rules as people
from training.words import say

FIRST_ISSUE_TOLERANCE = timedelta(days=31)


@dataclass(slots=True)
class CertificatePlan:
    """What would be written: a new certificate's `paper`, or the `columns` of one on record that change. A changed
    number stands apart, unsealed."""

    outcome: Outcome
    person: int
    type: CertificateType
    certificate: int | None = None
    paper: Paper | None = None
    columns: dict[str, Any] = field(default_factory=dict)
    number: str = ""
    masked: str = ""  # the number as it is shown, where it holds an identity number
    chained: bool = False  # the holder has others of this type and item, so which replaces which is to be said anew
    changes: list[Change] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def issue_date(cells: CertificateCells, type_: CertificateType) -> date | None:
    """The issue date as printed. The date of first issue stands in for it where nothing says it was ever renewed."""
    if cells.issued_on or not cells.first_issued_on:
        return cells.issued_on
    if not cells.expires_on:
        return cells.first_issued_on
    end = computed_end(cells.first_issued_on, type_.versions) if type_.versions else None
    fits = end is not None and abs(end - cells.expires_on) <= FIRST_ISSUE_TOLERANCE
    return cells.first_issued_on if fits else None


def plan(
    cells: CertificateCells,
    *,
    person: OnRecord,
    type_: CertificateType,
    item: str,
    held: Sequence[Held],
    index: bytes | None,
    remark: str,
    prefix: str,
    today: date,
    ends: dict[tuple[int, date], date | None],
    passed_over: Set[int] = frozenset(),
    taken: bool = False,
) -> CertificatePlan:
    """The plan for one certificate. `held` is what its holder has; `index` finds a number that is sealed there.

    `taken` says that somebody else holds the number. Those of `held` that are `passed_over` are of this very list.
    `ends` remembers computed ends, for many certificates have the same issue date.
    """
    issued_on = cells.issued_on or (issue_date(cells, type_) if cells.first_issued_on else None)
    made = CertificatePlan(Outcome.NEW, person.id, type_)
    same_kind = [one for one in held if one.type == type_.id and one.item == item]
    made.chained = bool(same_kind)
    made.masked = cells.masked
    same_kind = [one for one in same_kind if one.id not in passed_over] if passed_over else same_kind
    same = _same(cells, same_kind, issued_on, index, type_)
    if cells.in_process and not (cells.number or issued_on or cells.expires_on):
        message = say("It is still being issued. Import it when the certificate is there.")
        made.findings.append(Finding(Code.NOT_YET_ISSUED, message, prefix + "valid_to"))
        return made
    if same:
        _corrected(made, same, cells, issued_on, index, remark, today)
    else:
        made.paper = Paper(
            type_.id,
            cells.number,
            item,
            cells.level,
            cells.issuer,
            False,
            cells.first_issued_on,
            issued_on,
            cells.expires_on,
            cells.expires_precision,
            cells.no_expiry,
            cells.review_due_on,
            cells.reviewed_on,
            today if cells.in_process else None,
            cells.keeper,
            remark,
        )
        _order(made, same_kind, issued_on)
    if made.paper:
        _point_out(made.paper, made, prefix, ends, taken=taken)
    return made


def _same(
    cells: CertificateCells,
    same_kind: Sequence[Held],
    issued_on: date | None,
    index: bytes | None,
    type_: CertificateType,
) -> Held | None:
    """The record of this very certificate, if there is one: the same issue date; or, where one of them has none, the
    same end; or the same number, where a number is given once."""
    if not same_kind:
        return None
    if issued_on:
        dated = [one for one in same_kind if one.issued_on == issued_on]
        if dated:
            return next((one for one in dated if _numbered(one, cells.number, index)), dated[0])
    numbered = [one for one in same_kind if cells.number and _numbered(one, cells.number, index)]
    if numbered and type_.number_unique:
        return numbered[0]
    for one in same_kind:
        if issued_on and one.issued_on:
            continue
        if cells.expires_on and one.expires_on == cells.expires_on:
            return one
        if not cells.expires_on and not issued_on and (one in numbered or not cells.number):
            return one
    return None


def _numbered(one: Held, number: str, index: bytes | None) -> bool:
    return one.number_index == index if index is not None else people.normal(one.number) == number


def _corrected(
    made: CertificatePlan,
    same: Held,
    cells: CertificateCells,
    issued_on: date | None,
    index: bytes | None,
    remark: str,
    today: date,
) -> None:
    made.outcome, made.certificate = Outcome.UNCHANGED, same.id
    for column, before, after in (
        ("level", same.level, cells.level),
        ("issuer", same.issuer, cells.issuer),
        ("first_issued_on", same.first_issued_on, cells.first_issued_on),
        ("issued_on", same.issued_on, issued_on),
        ("expires_on", same.expires_on, cells.expires_on),
        ("review_due_on", same.review_due_on, cells.review_due_on),
        ("reviewed_on", same.reviewed_on, cells.reviewed_on),
        ("original_keeper", same.original_keeper, cells.keeper),
        ("remark", same.remark, remark),
    ):
        if after and after != before:
            _change(made, column, before, after)
    if cells.expires_on and same.expires_precision != cells.expires_precision:
        made.columns["expires_precision"] = cells.expires_precision
        made.columns["expires_on"] = cells.expires_on
    if cells.expires_on and same.no_expiry:
        _change(made, "no_expiry", same.no_expiry, False)
    if cells.no_expiry and not same.no_expiry:
        _change(made, "no_expiry", same.no_expiry, True)
        if same.expires_on:
            _change(made, "expires_on", same.expires_on, None)
    if cells.in_process and not same.in_process_on:
        _change(made, "in_process_on", None, today)
    if cells.number and not _numbered(same, cells.number, index):
        made.number = cells.number
        made.changes.append(Change("cert_number", same.number, cells.masked or cells.number))
    if not made.columns and not made.number:
        return
    made.outcome = Outcome.CHANGED
    if same.own:
        message = say("The company itself issued this certificate. Correct it on its own page.")
        made.findings.append(Finding(Code.OWN_CERTIFICATE, message, "cert_name"))


def _change(made: CertificatePlan, column: str, before: object, after: object) -> None:
    made.columns[column] = after
    made.changes.append(Change(column, _shown(before), _shown(after)))


def _shown(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else "" if value in (None, False) else str(value)


def _order(made: CertificatePlan, same_kind: Sequence[Held], issued_on: date | None) -> None:
    """Say whether it replaces what is held, or is itself already replaced."""
    standing = [one for one in same_kind if not one.revoked_on]
    if not standing or not issued_on:
        return
    newest = max((one.issued_on for one in standing if one.issued_on), default=None)
    if newest and newest > issued_on:
        message = say("A newer one, issued on {day}, is already on record; this one joins the history.", day=newest)
        made.findings.append(Finding(Code.OLDER, message, "issue_date"))
    else:
        made.findings.append(Finding(Code.SUPERSEDES, say("It replaces the certificate on record."), "issue_date"))


def _point_out(
    paper: Paper, made: CertificatePlan, prefix: str, ends: dict[tuple[int, date], date | None], *, taken: bool
) -> None:
    type_ = made.type
    if taken or _looks_odd(paper, type_, ends):
        odd = warnings_on_recording(paper, type_.versions, number_pattern=type_.number_pattern, taken=taken)
        made.findings += [Finding(Code.CERTIFICATE_ODD, message, prefix + "cert_number") for message in odd]
    if not (paper.issued_on or paper.expires_on or paper.no_expiry):
        message = say("Neither an issue date nor an end is given, so nobody knows whether it still holds.")
        made.findings.append(Finding(Code.DATES_MISSING, message, prefix + "issue_date"))
    if paper.review_due_on and paper.issued_on and paper.review_due_on <= paper.issued_on:
        message = say(
            "The review on {review} is not after the issue on {issued}.",
            review=paper.review_due_on,
            issued=paper.issued_on,
        )
        made.findings.append(Finding(Code.DATE_ODD, message, prefix + "review_due"))


def _looks_odd(paper: Paper, type_: CertificateType, ends: dict[tuple[int, date], date | None]) -> bool:
    """Whether it is worth asking for warnings: for most papers it is not, and there may be very many."""
    if paper.number and type_.number_pattern and not re.fullmatch(type_.number_pattern, paper.number):
        return True
    if not paper.issued_on or not paper.expires_on or not type_.versions:
        return False
    key = (type_.id, paper.issued_on)
    if key not in ends:
        ends[key] = computed_end(paper.issued_on, type_.versions)
    return ends[key] != paper.expires_on
