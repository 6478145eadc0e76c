"""Judges the rows of a certificate ledger, a chunk at a time."""

from collections.abc import Sequence
from typing import NamedTuple

from training.certificates.queries import Type as CertificateType
from training.imports import answers as answered
from training.imports import ledger, lookups
from training.imports.judging import Case, Judged, left_out, uncollected
from training.imports.ledger import CertificatePlan
from training.imports.lookups import Found, Held, OnRecord
from training.imports.persons import Clues, Match, holder
from training.imports.recognising import Recognised
from training.imports.records import CertificateCells, LedgerRow, prefix_of
from training.imports.rules import Code, Finding, Outcome, stands_in_the_way
from training.sealing import blind_index
from training.words import say


class _Record(NamedTuple):
    """The certificates on record that a chunk may be about: of each person, and who holds which number."""

    held: dict[int, list[Held]]
    holders: dict[tuple[int, str], set[int]]


async def judge(rows: Sequence[LedgerRow], case: Case) -> list[Judged]:
    """What becomes of each row: for a wide ledger, of all its certificates together."""
    known = [[_recognised(one, case) for one in row.certificates] for row in rows]
    indexes = [blind_index(row.identity) if row.identity else None for row in rows]
    inside = [_id_inside(row, told, case) for row, told in zip(rows, known, strict=True)]
    embedded = [blind_index(number) if number else None for number in inside]
    found = await lookups.people(
        indexes={index for index in (*indexes, *embedded) if index},
        staff_numbers={row.staff_number for row in rows if row.staff_number},
        names={r.name for r, a, b in zip(rows, indexes, embedded, strict=True) if r.name and not (a or b)},
        ids=case.chosen(rows),
        today=case.today,
        lock=case.lock,
    )
    strangers = {
        row.name
        for row, a, b in zip(rows, indexes, embedded, strict=True)
        if row.name and (a or b) and (a or b) not in found.by_index
    }
    if strangers:
        more = await lookups.people(indexes=(), staff_numbers=(), names=strangers, ids=(), today=case.today)
        found.by_name.update(more.by_name)
        found.by_id.update(more.by_id)
    held = await lookups.certificates(found.by_id)
    holders = await lookups.holders(
        {
            one.number
            for row, told in zip(rows, known, strict=True)
            for one, what in zip(row.certificates, told, strict=True)
            if what.code and one.number and case.types[what.code].number_unique
        }
    )
    with uncollected():
        return [
            case.counted(_judged(row, told, index, number_index, found, _Record(held, holders), case))
            for row, told, index, number_index in zip(rows, known, indexes, embedded, strict=True)
        ]


def _judged(
    row: LedgerRow,
    told: list[Recognised],
    index: bytes | None,
    embedded: bytes | None,
    found: Found,
    record: _Record,
    case: Case,
) -> Judged:
    if skipped := case.skipped(row):
        return skipped
    if case.answers.types and any(_answer(one, case) == answered.SKIP for one in row.certificates):
        return left_out(row)
    findings = [said.finding() for said in row.said]
    if not row.certificates:
        findings.append(Finding(Code.NOTHING_HELD, say("This row names no certificate.")))
        return Judged(row.sheet, row.row, row.cells, stands_in_the_way(findings) or Outcome.UNCHANGED, findings)
    types = [_type(one, known, case, findings) for one, known in zip(row.certificates, told, strict=True)]
    chosen = case.choice(row, found)
    match = Match(chosen) if chosen else holder(_clues(row, index, embedded, found))
    findings += match.findings
    person = match.person
    judged = Judged(row.sheet, row.row, row.cells, Outcome.REFUSED, findings, person=person.id if person else None)
    if person and not stands_in_the_way(findings):
        findings += _about(person, row, case)
        certain = [(one, type_) for one, type_ in zip(row.certificates, types, strict=True) if type_]
        plans = [_plan(one, type_, row, person, record, case, findings) for one, type_ in certain]
        judged.outcome = _weightiest(plans)
        judged.plans = [plan for plan in plans if plan.outcome is not Outcome.UNCHANGED]
        judged.changes = [change for plan in plans for change in plan.changes]
        judged.certificate = plans[0].certificate
    if way := stands_in_the_way(findings):
        judged.plans, judged.changes, judged.outcome = (), (), way
    return judged


def _weightiest(plans: Sequence[CertificatePlan]) -> Outcome:
    """A row with anything new is new, one with anything changed is changed."""
    outcomes = {plan.outcome for plan in plans}
    return (
        Outcome.NEW
        if Outcome.NEW in outcomes
        else Outcome.CHANGED
        if Outcome.CHANGED in outcomes
        else Outcome.UNCHANGED
    )


def _plan(
    one: CertificateCells,
    type_: CertificateType,
    row: LedgerRow,
    person: OnRecord,
    record: _Record,
    case: Case,
    findings: list[Finding],
) -> CertificatePlan:
    prefix = prefix_of(one.block)
    item = "" if not one.item or case.recogniser.says_again(one.item, type_.code) else one.item
    made = ledger.plan(
        one,
        person=person,
        type_=type_,
        item=item,
        held=record.held.get(person.id, ()),
        index=blind_index(one.number) if one.id_inside and person.id in record.held else None,
        remark=row.remark,
        prefix=prefix,
        today=case.today,
        ends=case.ends,
        passed_over=case.made_certificates,
        taken=bool(record.holders.get((type_.id, one.number), set()) - {person.id}) if record.holders else False,
    )
    findings += made.findings
    if not stands_in_the_way(made.findings):
        dated = (made.paper.issued_on or made.paper.expires_on) if made.paper else made.certificate
        marks: list[object] = [("held", person.id, type_.id, item, dated)]
        if type_.number_unique and one.number:
            marks.append(("number", type_.id, one.number))
        findings += case.repeated(marks, row, prefix + "cert_number")
    return made


def _answer(one: CertificateCells, case: Case) -> str:
    """What was answered for certificates named in these words."""
    return case.answers.types.get(answered.type_key(one.name, one.item, one.level), "") if case.answers.types else ""


def _recognised(one: CertificateCells, case: Case) -> Recognised:
    answer = _answer(one, case)
    if answer in case.types:
        return Recognised(code=answer)
    words = (one.name, one.item, one.level)
    known = case.names.get(words)
    if known is None:
        known = case.names[words] = case.recogniser.recognise(one.name, item=one.item, level=one.level)
    if known.ambiguous and one.number:
        return case.recogniser.recognise(one.name, item=one.item, level=one.level, number=one.number)
    return known


def _id_inside(row: LedgerRow, told: list[Recognised], case: Case) -> str:
    """The identity number inside a certificate number: after a T, or alone where the type's numbers are like that."""
    for one, known in zip(row.certificates, told, strict=True):
        if one.id_inside and (one.number[0] == "T" or _numbers_contain_id(known, case)):
            return one.id_inside
    return ""


def _numbers_contain_id(known: Recognised, case: Case) -> bool:
    codes = known.candidates or ((known.code,) if known.code else ())
    return bool(codes) and all(case.types[code].number_contains_id for code in codes)


def _type(one: CertificateCells, known: Recognised, case: Case, findings: list[Finding]) -> CertificateType | None:
    """The certificate's type; where it is not certain, the finding that asks for it."""
    column = prefix_of(one.block) + ("cert_name" if one.name or not one.item else "cert_item")
    written = one.name or one.item
    if known.code:
        type_ = case.types[known.code]
        if known.by_number:
            message = say("“{name}” is read as {type} because of its number.", name=written, type=type_.name)
            findings.append(Finding(Code.TYPE_BY_NUMBER, message, column))
        return type_
    if known.parts:
        message = say(
            "“{name}” names {count} certificates. Give each a row of its own.", name=written, count=len(known.parts)
        )
        findings.append(Finding(Code.TYPE_SEVERAL, message, column))
    elif not written:
        findings.append(Finding(Code.TYPE_MISSING, say("The name of the certificate is missing."), column))
    elif known.ambiguous:
        message = say("“{name}” can mean more than one type. Choose which.", name=written)
        findings.append(Finding(Code.TYPE_AMBIGUOUS, message, column, known.candidates))
    else:
        message = say("No certificate type is called “{name}”. Choose the type.", name=written)
        findings.append(Finding(Code.TYPE_UNKNOWN, message, column, known.candidates))
    return None


def _clues(row: LedgerRow, index: bytes | None, embedded: bytes | None, found: Found) -> Clues[OnRecord]:
    return Clues(
        name=row.name,
        site=row.site,
        position=row.position,
        has_id=index is not None,
        has_id_in_number=embedded is not None,
        has_staff_number=bool(row.staff_number),
        ids_differ=index is not None and embedded is not None and index != embedded,
        by_id=found.by_index.get(index) if index else None,
        by_number=found.by_index.get(embedded) if embedded else None,
        by_staff_number=found.by_staff_number.get(row.staff_number) if row.staff_number else None,
        namesakes=found.by_name.get(row.name, ()),
    )


def _about(person: OnRecord, row: LedgerRow, case: Case) -> list[Finding]:
    """What is worth knowing of the holder, though it changes nothing."""
    if person.left_on and person.left_on < case.today:
        message = say("{name} left on {day}.", name=person.name, day=person.left_on)
        return [Finding(Code.PERSON_LEFT, message, "name")]
    if row.site and person.site and answered.site_key(row.site) != answered.site_key(person.site):
        message = say("On record {name} works at {site}.", name=person.name, site=person.site)
        return [Finding(Code.SITE_DIFFERS, message, "site")]
    return []
