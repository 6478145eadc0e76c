"""Judges the rows of a roster, a chunk at a time."""

from collections.abc import Sequence

from training.imports import answers as answered
from training.imports import lookups, roster
from training.imports.judging import Case, Judged, left_out, uncollected
from training.imports.lookups import Found, OnRecord, Place
from training.imports.persons import Clues, Match, member
from training.imports.records import PersonRow
from training.imports.rules import Code, Finding, Outcome, stands_in_the_way
from training.people import numbers
from training.words import say


async def judge(rows: Sequence[PersonRow], case: Case) -> list[Judged]:
    """What becomes of each row."""
    indexes = [numbers.identity_index(row.identity) if row.identity else None for row in rows]
    found = await lookups.people(
        indexes={index for index in indexes if index},
        staff_numbers={row.staff_number for row in rows if row.staff_number},
        names={row.name for row, index in zip(rows, indexes, strict=True) if row.name and not index},
        names_without_number={row.name for row, index in zip(rows, indexes, strict=True) if row.name and index},
        ids=case.chosen(rows),
        today=case.today,
        lock=case.lock,
        but=case.made_people,
    )
    with uncollected():
        return [case.counted(_judged(row, index, found, case)) for row, index in zip(rows, indexes, strict=True)]


def _judged(row: PersonRow, index: bytes | None, found: Found, case: Case) -> Judged:
    if skipped := case.skipped(row):
        return skipped
    findings = [said.finding() for said in row.said]
    site, skip = _site(row, case, findings)
    if skip:
        return left_out(row)
    position = _position(row, case, findings)
    chosen = case.choice(row, found)
    match = Match(chosen) if chosen else member(_clues(row, index, found, site))
    findings += match.findings
    person = match.person
    judged = Judged(row.sheet, row.row, row.cells, Outcome.REFUSED, findings, person=person.id if person else None)
    if not stands_in_the_way(findings):
        plan = _plan(row, index, person, site, position, returning=chosen is not None, case=case)
        findings += plan.findings
        judged.plans, judged.changes, judged.outcome = (plan,), plan.changes, plan.outcome
        if not stands_in_the_way(findings):
            findings += case.repeated(_marks(row, index, person), row, "id_number" if index else "name")
    if way := stands_in_the_way(findings):
        judged.plans, judged.changes, judged.outcome = (), (), way
    return judged


def _plan(
    row: PersonRow,
    index: bytes | None,
    person: OnRecord | None,
    site: Place | None,
    position: Place | None,
    *,
    returning: bool,
    case: Case,
) -> roster.PersonPlan:
    if person is None:
        return roster.newcomer(row, site=site, position=position, today=case.today)
    return roster.known(
        row,
        person,
        site=site,
        position=position,
        phone=numbers.phone(person.id, person.phone_sealed) if row.phone else "",
        same_identity=person.identity_index == index,
        returning=returning,
        today=case.today,
    )


def _clues(row: PersonRow, index: bytes | None, found: Found, site: Place | None) -> Clues[OnRecord]:
    return Clues(
        name=row.name,
        site=site.name if site else row.site,
        position=row.position,
        has_id=index is not None,
        has_staff_number=bool(row.staff_number),
        by_id=found.by_index.get(index) if index else None,
        by_staff_number=found.by_staff_number.get(row.staff_number) if row.staff_number else None,
        namesakes=found.by_name.get(row.name, ()),
    )


def _marks(row: PersonRow, index: bytes | None, person: OnRecord | None) -> list[object]:
    """What no second row of the list may say again."""
    marks: list[object] = [("person", person.id)] if person else []
    if index:
        marks.append(("index", index))
    if row.staff_number:
        marks.append(("staff", row.staff_number))
    return marks or [("name", row.name, answered.site_key(row.site), answered.site_key(row.position))]


def _site(row: PersonRow, case: Case, findings: list[Finding]) -> tuple[Place | None, bool]:
    name = row.site
    if name:
        case.site_above[row.sheet] = name
    elif above := case.site_above.get(row.sheet, ""):
        answer = case.answers.sites.get("")
        if answer == answered.ABOVE:
            name = above
        elif answer is None:
            message = say("The site is empty. Is it {site}, as in the row above?", site=above)
            findings.append(Finding(Code.SITE_BLANK, message, "site", (answered.ABOVE, answered.NONE)))
            return None, False
    if name:
        return case.site(name, findings)
    message = say("No site is given, so this person is assigned to none.")
    findings.append(Finding(Code.SITE_MISSING, message, "site"))
    return None, False


def _position(row: PersonRow, case: Case, findings: list[Finding]) -> Place | None:
    if row.position:
        return case.position(row.position, findings)
    message = say("No position is given, so this person is assigned to none.")
    findings.append(Finding(Code.POSITION_MISSING, message, "post"))
    return None
