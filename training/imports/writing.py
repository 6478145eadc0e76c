"""Writes what was judged: whole chunks by COPY and pipelined updates, inside the transaction under way."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import timedelta
from operator import attrgetter
from typing import Any

from training.certificates import keeping
from training.certificates.queries import Type as CertificateType
from training.certificates.recording import Paper, replacements
from training.certificates.tables import Certificate
from training.db import DB
from training.imports.answers import site_key
from training.imports.judging import Case, Judged
from training.imports.ledger import CertificatePlan
from training.imports.roster import PersonPlan, Step
from training.imports.rules import Outcome
from training.people import details, numbers
from training.people.details import Details
from training.people.pinyin import initials, pinyin
from training.people.rules import IdentityKind
from training.people.tables import Assignment, Person
from training.sealing import blind_index, seal

# A null parameter keeps what is there; what may become null has a flag that says so.
CHANGE_PERSON = """
    UPDATE person SET
        name = coalesce($2, name), pinyin = coalesce($3, pinyin), initials = coalesce($4, initials),
        staff_number = coalesce($5, staff_number), sex = coalesce($6, sex), hired_on = coalesce($7, hired_on),
        employer = coalesce($8, employer), remark = coalesce($9, remark),
        identity_kind = coalesce($10, identity_kind), identity_sealed = coalesce($11, identity_sealed),
        identity_index = coalesce($12, identity_index), identity_tail = coalesce($13, identity_tail),
        phone_sealed = coalesce($14, phone_sealed), phone_tail = coalesce($15, phone_tail),
        left_on = CASE WHEN $16 THEN $17 ELSE left_on END,
        leaving_reason = CASE WHEN $16 AND $17::date IS NULL THEN '' ELSE leaving_reason END
    WHERE id = $1
"""

END_ASSIGNMENT = "UPDATE assignment SET ends_on = $2 WHERE id = $1 AND ends_on IS NULL"
CORRECT_ASSIGNMENT = "UPDATE assignment SET site = $2, position = $3 WHERE id = $1 AND ends_on IS NULL"
ASSIGNMENT_COLUMNS = ("person", "site", "position", "starts_on", "ends_on")

CHANGE_CERTIFICATE = """
    UPDATE certificate SET
        level = coalesce($2, level), issuer = coalesce($3, issuer), first_issued_on = coalesce($4, first_issued_on),
        issued_on = coalesce($5, issued_on), expires_on = CASE WHEN $6 THEN $7 ELSE expires_on END,
        expires_precision = coalesce($8, expires_precision), no_expiry = coalesce($9, no_expiry),
        review_due_on = coalesce($10, review_due_on), reviewed_on = coalesce($11, reviewed_on),
        in_process_on = coalesce($12, in_process_on), original_keeper = coalesce($13, original_keeper),
        remark = coalesce($14, remark), number = coalesce($15, number),
        number_sealed = CASE WHEN $15::text IS NULL THEN number_sealed ELSE $16 END,
        number_index = CASE WHEN $15::text IS NULL THEN number_index ELSE $17 END
    WHERE id = $1
"""

CHAINS = """
    SELECT id, person, type, item, issued_on, expires_on, revoked_on, superseded_by, superseded_on
    FROM certificate
    WHERE person = ANY($1)
    ORDER BY id
"""
SUPERSEDE = "UPDATE certificate SET superseded_by = $2, superseded_on = $3 WHERE id = $1"


async def write(judged: Sequence[Judged], case: Case, *, by: int | None) -> None:
    """Write what a chunk's new and changed rows plan. Sites and positions must be there already."""
    people = [(row, plan) for row in judged for plan in row.plans if isinstance(plan, PersonPlan)]
    certificates = [(row, plan) for row in judged for plan in row.plans if isinstance(plan, CertificatePlan)]
    if people:
        await _write_people(people, case)
    if certificates:
        await _write_certificates(certificates, case, by)


def places_wanted(judged: Sequence[Judged], case: Case) -> tuple[list[str], list[str]]:
    """The names of the sites and of the positions that must be made before a chunk can be written."""
    plans = [
        plan for row in judged for plan in row.plans if isinstance(plan, PersonPlan) and plan.step is not Step.NONE
    ]
    sites = dict.fromkeys(plan.site for plan in plans if plan.site and case.sites[site_key(plan.site)].id is None)
    positions = dict.fromkeys(
        plan.position for plan in plans if plan.position and case.positions[site_key(plan.position)].id is None
    )
    return list(sites), list(positions)


async def _write_people(rows: Sequence[tuple[Judged, PersonPlan]], case: Case) -> None:
    new = [(row, plan) for row, plan in rows if row.outcome is Outcome.NEW]
    changed = [plan for row, plan in rows if row.outcome is Outcome.CHANGED]
    if new:
        inserted = []
        for (row, plan), person in zip(new, await numbers.fresh_ids(len(new)), strict=True):
            row.person = plan.person = person
            case.made_people.add(person)
            inserted.append({"id": person, **_person_columns(person, plan)})
        await DB.bulk_insert(Person, list(inserted[0]), [list(columns.values()) for columns in inserted])
    await _pipelined(CHANGE_PERSON, [_person_change(plan) for plan in changed if _touches_person(plan)])
    await _write_assignments([plan for _, plan in rows], case)


def _person_columns(person: int, plan: PersonPlan) -> dict[str, Any]:
    told = {name: value for name, value in plan.columns.items() if name != "left_on" and value is not None}
    known = Details(
        **told,  # type: ignore[arg-type]  # a newcomer's plan holds these fields and no others
        identity_kind=IdentityKind(plan.identity_kind or "none"),
        identity_number=plan.identity,
        phone=plan.phone,
    )
    return {**details.columns(person, known), "left_on": plan.columns["left_on"]}


def _touches_person(plan: PersonPlan) -> bool:
    return bool(plan.columns or plan.identity or plan.phone)


def _person_change(plan: PersonPlan) -> tuple[Any, ...]:
    told, person = plan.columns, plan.person or 0
    name = str(told["name"]) if "name" in told else None
    sound = told.get("pinyin") or (pinyin(name) if name else None)
    short = initials(name) if name else None
    identity: Mapping[str, Any] = (
        numbers.identity_columns(person, kind=IdentityKind(plan.identity_kind), number=plan.identity)
        if plan.identity
        else {}
    )
    phone: Mapping[str, Any] = numbers.phone_columns(person, plan.phone) if plan.phone else {}
    return (
        person,
        name,
        sound,
        short,
        *(told.get(column) for column in ("staff_number", "sex", "hired_on", "employer", "remark")),
        *(identity.get(column) for column in ("identity_kind", "identity_sealed", "identity_index", "identity_tail")),
        *(phone.get(column) for column in ("phone_sealed", "phone_tail")),
        "left_on" in told,
        told.get("left_on"),
    )


async def _write_assignments(plans: Sequence[PersonPlan], case: Case) -> None:
    def place(plan: PersonPlan) -> tuple[int | None, int | None]:
        return case.sites[site_key(plan.site)].id, case.positions[site_key(plan.position)].id

    ended = [(p.assignment, p.ends_on) for p in plans if p.step is Step.END]
    moved = [(p.assignment, p.starts_on - timedelta(days=1)) for p in plans if p.step is Step.MOVE and p.starts_on]
    await _pipelined(END_ASSIGNMENT, [*ended, *moved])
    await _pipelined(CORRECT_ASSIGNMENT, [(p.assignment, *place(p)) for p in plans if p.step is Step.CORRECT])
    begun = [(p.person, *place(p), p.starts_on, p.ends_on) for p in plans if p.step in (Step.START, Step.MOVE)]
    if begun:
        await DB.bulk_insert(Assignment, ASSIGNMENT_COLUMNS, begun)


async def _write_certificates(rows: Sequence[tuple[Judged, CertificatePlan]], case: Case, by: int | None) -> None:
    new = [(row, plan, plan.paper) for row, plan in rows if plan.paper]
    if new:
        inserted = []
        for (row, plan, paper), id_ in zip(new, await keeping.fresh_ids(len(new)), strict=True):
            row.certificate = plan.certificate = id_
            case.made_certificates.add(id_)
            inserted.append((id_, plan.person, by, *_number_columns(id_, paper.number, plan.masked), *_PRINTED(paper)))
        await DB.bulk_insert(Certificate, ("id", "person", "recorded_by", *_NUMBER, *_PRINTED_COLUMNS), inserted)
    await _pipelined(CHANGE_CERTIFICATE, [_certificate_change(plan) for _, plan in rows if not plan.paper])
    await _rechain(_chained(rows), {plan.type.id: plan.type for _, plan in rows})


def _certificate_change(plan: CertificatePlan) -> tuple[Any, ...]:
    told, id_ = plan.columns, plan.certificate or 0
    number = _number_columns(id_, plan.number, plan.masked) if plan.number else (None, None, None)
    return (
        id_,
        *(told.get(column) for column in ("level", "issuer", "first_issued_on", "issued_on")),
        "expires_on" in told,
        told.get("expires_on"),
        *(told.get(column) for column in ("expires_precision", "no_expiry", "review_due_on", "reviewed_on")),
        *(told.get(column) for column in ("in_process_on", "original_keeper", "remark")),
        *number,
    )


_NUMBER = ("number", "number_sealed", "number_index")
_PRINTED_COLUMNS = tuple(field.name for field in fields(Paper) if field.name != "number")
_PRINTED = attrgetter(*_PRINTED_COLUMNS)


def _number_columns(id_: int, number: str, masked: str) -> tuple[str, str | None, bytes | None]:
    """The columns of `_NUMBER`: a number that holds an identity number is sealed, as `keeping.columns` does it."""
    if not masked:
        return number, None, None
    return masked, seal(number, keeping.context(id_)), blind_index(number)


def _chained(rows: Sequence[tuple[Judged, CertificatePlan]]) -> set[int]:
    """The people who now have several certificates of one type and item."""
    made: Counter[tuple[int, int, str]] = Counter(
        (plan.person, plan.type.id, plan.paper.item) for _, plan in rows if plan.paper
    )
    several = {person for (person, _, _), count in made.items() if count > 1}
    return several | {plan.person for _, plan in rows if plan.chained}


async def _rechain(people: set[int], types: Mapping[int, CertificateType]) -> None:
    """Say anew which certificate replaces which, wherever a person now has several of one type and item."""
    chains: dict[tuple[int, int, str], list[Any]] = {}
    for row in await DB.rows(CHAINS, list(people)) if people else ():
        if row["type"] in types:
            chains.setdefault((row["person"], row["type"], row["item"]), []).append(_Link(row))
    moved = []
    for (_, type_, _), links in chains.items():
        found = replacements(links, types[type_].versions)
        for link in links:
            newer, day = found[link.id] or (None, None)
            if (newer, day) != (link.row["superseded_by"], link.row["superseded_on"]):
                moved.append((link.id, newer, day))
    await _pipelined(SUPERSEDE, moved)


class _Link:
    """A row of `CHAINS`, as the rule of replacement reads it."""

    def __init__(self, row: Mapping[str, Any]) -> None:
        self.row = row
        self.id, self.issued_on = row["id"], row["issued_on"]
        self.expires_on, self.revoked_on = row["expires_on"], row["revoked_on"]


async def _pipelined(sql: str, arguments: Sequence[Sequence[object]]) -> None:
    if arguments:
        async with DB.transaction() as transaction:
            await transaction.connection.executemany(sql, arguments)
