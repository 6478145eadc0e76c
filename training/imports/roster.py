"""What a roster row would do: take somebody on, correct, move, let go, or nothing."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from training.imports import cells
from training.imports.lookups import OnRecord, Place
from training.imports.records import PersonRow
from training.imports.rules import Code, Finding, Outcome
from training.people import rules as people
from training.words import say


class Step(StrEnum):
    """What happens to where somebody works."""

    NONE = "none"
    START = "start"
    MOVE = "move"  # the open assignment ends yesterday, a new one starts today
    CORRECT = "correct"  # the open assignment only began today, so it is set right
    END = "end"


@dataclass(frozen=True, slots=True)
class Change:
    """A field before and after, as it may be shown: numbers are masked."""

    field: str
    before: str
    after: str


@dataclass(slots=True)
class PersonPlan:
    """What a row would write. `columns` are those of the person; the identity and the phone stand apart, unsealed."""

    outcome: Outcome
    person: int | None = None
    columns: dict[str, object] = field(default_factory=dict)
    identity_kind: str = ""
    identity: str = ""
    phone: str = ""
    step: Step = Step.NONE
    assignment: int | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    site: str = ""
    position: str = ""
    changes: list[Change] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def newcomer(row: PersonRow, *, site: Place | None, position: Place | None, today: date) -> PersonPlan:
    """The plan for somebody who is not on record."""
    plan = PersonPlan(Outcome.NEW, identity_kind=row.identity_kind, identity=row.identity, phone=row.phone)
    plan.columns = {
        "name": row.name,
        "staff_number": row.staff_number or None,
        "sex": row.sex,
        "hired_on": row.hired_on,
        "employer": row.employer,
        "remark": row.remark,
        "pinyin": row.pinyin,
        "left_on": None,
    }
    _check_hiring(row, plan, today)
    if row.identity_kind == "none":
        plan.findings.append(
            Finding(Code.ID_MISSING, say("Without an identity number this person is hard to find again."))
        )
    if row.left:
        plan.columns["left_on"] = _last_day(row, plan, today)
    if site and position:
        plan.step, plan.site, plan.position = Step.START, site.name, position.name
        plan.starts_on = row.hired_on
        left_on = plan.columns["left_on"]
        plan.ends_on = left_on if isinstance(left_on, date) else None
        if plan.ends_on and plan.starts_on and plan.ends_on < plan.starts_on:
            plan.starts_on = None
    return plan


def known(
    row: PersonRow,
    person: OnRecord,
    *,
    site: Place | None,
    position: Place | None,
    phone: str,
    same_identity: bool,
    returning: bool,
    today: date,
) -> PersonPlan:
    """The plan for somebody on record: what the row gives and the record lacks or says otherwise. Empty cells change
    nothing. `phone` is the phone on record; `returning` says that somebody confirmed that who left is back."""
    plan = PersonPlan(Outcome.UNCHANGED, person=person.id)
    for column, before, after in (
        ("name", person.name, row.name),
        ("staff_number", person.staff_number or "", row.staff_number),
        ("sex", person.sex, row.sex),
        ("hired_on", person.hired_on, row.hired_on),
        ("employer", person.employer, row.employer),
        ("remark", person.remark, row.remark),
        ("pinyin", person.pinyin, row.pinyin),
    ):
        if after and after != before and not (column == "name" and cells.key(row.name) == cells.key(person.name)):
            plan.columns[column] = after
            _change(plan, column, before, after)
    _check_hiring(row, plan, today)
    _numbers(row, person, plan, phone, same_identity)
    _place(row, person, plan, site, position, returning=returning, today=today)
    if plan.columns or plan.identity or plan.phone or plan.step is not Step.NONE:
        plan.outcome = Outcome.CHANGED
    return plan


def _change(plan: PersonPlan, column: str, before: object, after: object) -> None:
    plan.changes.append(Change(column, _shown(before), _shown(after)))


def _shown(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value or "")


def _check_hiring(row: PersonRow, plan: PersonPlan, today: date) -> None:
    if row.hired_on:
        plan.findings += [
            Finding(Code.DATE_IMPOSSIBLE, message, "hire_date")
            for message in people.objections_to_day(row.hired_on, today)
        ]


def _numbers(row: PersonRow, person: OnRecord, plan: PersonPlan, phone: str, same_identity: bool) -> None:
    if row.identity and not person.identified:
        plan.identity_kind, plan.identity = row.identity_kind, row.identity
        _change(plan, "id_number", "", people.mask(row.identity))
    elif row.identity and not same_identity:
        message = say("The person chosen has another identity number. Correct the number, or choose somebody else.")
        plan.findings.append(Finding(Code.NUMBER_NOT_HOLDERS, message, "id_number"))
    if row.phone and row.phone != phone:
        plan.phone = row.phone
        _change(plan, "phone", people.mask_phone(phone) if phone else "", people.mask_phone(row.phone))


def _place(
    row: PersonRow,
    person: OnRecord,
    plan: PersonPlan,
    site: Place | None,
    position: Place | None,
    *,
    returning: bool,
    today: date,
) -> None:
    gone = person.left_on is not None and person.left_on < today
    if row.left:
        if person.left_on is None:
            _let_go(row, person, plan, today)
        elif row.left_on and row.left_on != person.left_on:
            message = say(
                "On record the last day is {known}, in the row {day}. Correct it on the person's page.",
                known=person.left_on,
                day=row.left_on,
            )
            plan.findings.append(Finding(Code.LEFT_DIFFERS, message, "leave_date"))
        return
    if gone and person.left_on:
        if not returning:
            message = say("This person left on {day}. Are they back?", day=person.left_on)
            plan.findings.append(Finding(Code.RETURNED, message, "name", (str(person.id),)))
            return
        starts_on = row.hired_on if row.hired_on and row.hired_on > person.left_on else today
        plan.columns |= {"left_on": None, "leaving_reason": "", "hired_on": starts_on}
        _change(plan, "leave_date", person.left_on, "")
        if site and position:
            plan.step, plan.starts_on, plan.site, plan.position = Step.START, starts_on, site.name, position.name
        return
    site_name = site.name if site else person.site
    position_name = position.name if position else person.position
    if not site_name or not position_name or (site_name, position_name) == (person.site, person.position):
        return
    _move(row, person, plan, site_name, position_name, today)


def _move(row: PersonRow, person: OnRecord, plan: PersonPlan, site: str, position: str, today: date) -> None:
    if person.starts_on and person.starts_on > today:
        message = say("A move on {day} is already planned. Change it on the person's page.", day=person.starts_on)
        plan.findings.append(Finding(Code.MOVE_PLANNED, message, "site"))
        return
    plan.site, plan.position, plan.assignment = site, position, person.assignment
    if person.assignment is None:
        plan.step, plan.starts_on = Step.START, person.hired_on or row.hired_on or today
    elif person.starts_on == today:
        plan.step = Step.CORRECT
    else:
        plan.step, plan.starts_on = Step.MOVE, today
    if person.site != site:
        _change(plan, "site", person.site, site)
    if person.position != position:
        _change(plan, "post", person.position, position)
    if plan.step is Step.MOVE:
        message = say("Moves from {before} to {after} as of {day}.", before=person.site, after=site, day=today)
        plan.findings.append(Finding(Code.MOVED, message, "site"))


def _let_go(row: PersonRow, person: OnRecord, plan: PersonPlan, today: date) -> None:
    last_day = _last_day(row, plan, today)
    if person.starts_on and last_day < person.starts_on:
        message = say(
            "The last day, {day}, is before the present assignment began on {start}. Correct the date.",
            day=last_day,
            start=person.starts_on,
        )
        plan.findings.append(Finding(Code.DATE_ORDER, message, "leave_date"))
        return
    plan.columns["left_on"] = last_day
    _change(plan, "leave_date", "", last_day)
    if person.assignment is not None:
        plan.step, plan.assignment, plan.ends_on = Step.END, person.assignment, last_day


def _last_day(row: PersonRow, plan: PersonPlan, today: date) -> date:
    if row.left_on:
        plan.findings.append(Finding(Code.LEFT, say("Left on {day}.", day=row.left_on), "leave_date"))
        return row.left_on
    message = say("No last day is given, so it is today, {day}.", day=today)
    plan.findings.append(Finding(Code.LEFT_UNDATED, message, "leave_date"))
    return today
