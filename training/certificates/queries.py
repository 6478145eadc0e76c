"""Reading certificate types with their rules, and what a person holds, judged as of a day."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from typing import Any

from training.access import Actor
from training.certificates.catalogue import TypeDetails
from training.certificates.recording import Paper, warnings_on_recording
from training.certificates.rules import WORST_FIRST, Judgement, judge
from training.db import DB
from training.errors import Missing
from training.people import queries as people
from training.people.queries import PersonSeen
from training.words import Message, Named

# A row for each rule version; VERSION names its columns.
TYPES = """
    SELECT
        t.id, t.code, t.name_zh, t.name_en, t.aliases, t.category, t.status, t.issuer_zh, t.issuer_en, t.legal_basis,
        t.number_pattern, t.number_contains_id, t.number_unique, t.verify_url, t.min_age, t.theory_pass_mark,
        t.practical_pass_mark, t.min_training_hours, t.resit_rule, t.confidence, t.uncertain_fields, t.note, t.active,
        t.xmin::text AS mark,
        v.id AS version, v.effective_from, v.validity_months, v.review_interval_months, v.renewal_window_days,
        v.apply_deadline_days, v.reminder_days, v.grace_days, v.keeps_anniversary, v.legal_basis AS version_basis,
        v.confidence AS version_confidence
    FROM certificate_type t
    LEFT JOIN rule_version v ON v.type = t.id
    WHERE $1::integer[] IS NULL OR t.id = ANY($1)
    ORDER BY t.id, v.effective_from
"""
VERSION = (
    "version",
    "effective_from",
    "validity_months",
    "review_interval_months",
    "renewal_window_days",
    "apply_deadline_days",
    "reminder_days",
    "grace_days",
    "keeps_anniversary",
    "version_basis",
    "version_confidence",
)

COLUMNS = """
    c.id, c.person, c.type, c.item, c.level, c.number, c.issuer, c.own, c.first_issued_on, c.issued_on, c.expires_on,
    c.expires_precision, c.no_expiry, c.review_due_on, c.reviewed_on, c.in_process_on, c.suspended_on,
    c.suspended_reason, c.revoked_on, c.revoked_reason, c.superseded_on, c.superseded_by, c.original_keeper, c.remark,
    c.number_index, c.xmin::text AS mark
"""

OF_PEOPLE = f"SELECT {COLUMNS} FROM certificate c WHERE c.person = ANY($1) ORDER BY c.id"  # noqa: S608
RECORDED = """
    SELECT c.recorded_at, a.name
    FROM certificate c
    LEFT JOIN account a ON a.id = c.recorded_by
    WHERE c.id = $1
"""
BY_ID = f"SELECT {COLUMNS} FROM certificate c WHERE c.id = $1"  # noqa: S608
LIKE_IT = f"""
    SELECT {COLUMNS}
    FROM certificate c
    JOIN certificate this ON this.id = $1
    WHERE c.person = this.person AND c.type = this.type AND c.item = this.item
    ORDER BY c.id
"""  # noqa: S608
TAKEN = "SELECT FROM certificate WHERE number = $1 AND type = $2 AND person <> $3 AND revoked_on IS NULL LIMIT 1"


@dataclass(frozen=True, slots=True)
class Version:
    """One dated rule version of a type."""

    id: int
    effective_from: date
    validity_months: int
    review_interval_months: int
    renewal_window_days: int
    apply_deadline_days: int
    reminder_days: tuple[int, ...]
    grace_days: int
    keeps_anniversary: bool
    legal_basis: str
    confidence: str


@dataclass(frozen=True, slots=True)
class Type:
    """A certificate type with its rule versions in order of time. `mark` names this state of it, for `change_type`."""

    id: int
    code: str
    name: Named
    aliases: tuple[str, ...]
    category: str
    status: str
    issuer: Named
    legal_basis: str
    number_pattern: str
    number_contains_id: bool
    number_unique: bool
    verify_url: str
    min_age: int
    theory_pass_mark: int
    practical_pass_mark: int
    min_training_hours: int
    resit_rule: str
    confidence: str
    uncertain_fields: tuple[str, ...]
    note: str
    active: bool
    mark: str
    versions: tuple[Version, ...]


@dataclass(frozen=True, slots=True)
class Recorded:
    """One certificate as it is recorded; a number that holds an identity number is masked. `mark` names this state."""

    id: int
    person: int
    type: int
    item: str
    level: str
    number: str
    issuer: str
    own: bool
    first_issued_on: date | None
    issued_on: date | None
    expires_on: date | None
    expires_precision: str
    no_expiry: bool
    review_due_on: date | None
    reviewed_on: date | None
    in_process_on: date | None
    suspended_on: date | None
    suspended_reason: str
    revoked_on: date | None
    revoked_reason: str
    superseded_on: date | None
    superseded_by: int | None
    original_keeper: str
    remark: str
    number_index: bytes | None
    mark: str


@dataclass(frozen=True, slots=True)
class Held:
    """A certificate with its type and what it is worth on the day."""

    certificate: Recorded
    type: Type
    judgement: Judgement


@dataclass(frozen=True, slots=True)
class CertificatePage:
    """One certificate, its holder, and the others of its person, type and item, the latest first."""

    held: Held
    person: PersonSeen
    others: tuple[Held, ...]


async def types(ids: Collection[int] | None = None) -> dict[int, Type]:
    """The certificate types, all or some, by id and in the order of the catalogue."""
    found: dict[int, dict[str, Any]] = {}
    versions: dict[int, list[Version]] = {}
    for row in await DB.rows(TYPES, None if ids is None else list(ids)):
        columns = dict(row)
        id_, *dated = [columns.pop(name) for name in VERSION]
        found.setdefault(row["id"], columns)
        if id_ is not None:
            version = Version(id_, *dated)
            versions.setdefault(row["id"], []).append(replace(version, reminder_days=tuple(version.reminder_days)))
    return {id_: _type(columns, tuple(versions.get(id_, ()))) for id_, columns in found.items()}


async def type_named(code: str) -> Type:
    """The type of a code. Raises Missing."""
    for found in (await types()).values():
        if found.code == code:
            return found
    raise Missing(f"certificate type {code}")


def _type(columns: dict[str, Any], versions: tuple[Version, ...]) -> Type:
    return Type(
        name=Named(columns.pop("name_zh"), columns.pop("name_en")),
        issuer=Named(columns.pop("issuer_zh"), columns.pop("issuer_en")),
        aliases=tuple(columns.pop("aliases")),
        uncertain_fields=tuple(columns.pop("uncertain_fields")),
        versions=versions,
        **columns,
    )


def details(found: Type) -> TypeDetails:
    """What `change_type` takes, as it is now."""
    columns: dict[str, Any] = {field.name: getattr(found, field.name, None) for field in fields(TypeDetails)}
    columns |= {"name_zh": found.name.zh, "name_en": found.name.en}
    columns |= {"issuer_zh": found.issuer.zh, "issuer_en": found.issuer.en}
    return TypeDetails(**columns)


async def warnings(person: int, paper: Paper) -> list[Message]:
    """What is odd about a certificate that may be recorded for this person all the same."""
    plain = paper.normal()
    found = (await types([plain.type])).get(plain.type)
    if not found:
        raise Missing(f"certificate type {plain.type}")
    taken = bool(plain.number and found.number_unique and await DB.rows(TAKEN, plain.number, plain.type, person))
    return warnings_on_recording(plain, found.versions, number_pattern=found.number_pattern, taken=taken)


async def holdings_of(person: int, *, by: Actor, today: date) -> list[Held]:
    """What a person holds and held, the worst first, what was replaced or revoked last. Raises Missing.

    Seen by the person, and by whoever has them in sight. What was issued after the day is not there yet.
    """
    await _door(person, by, today)
    return judged(await of_people([person]), await types(), today)


async def own_holdings(*, by: Actor, today: date) -> list[Held]:
    """What the reader holds themselves, as `holdings_of` has it; nothing for an account that is no employee's."""
    return judged(await of_people([by.person]), await types(), today) if by.person else []


async def of_people(people: Collection[int]) -> list[Recorded]:
    """Every certificate of these people, in the order of recording; unscoped, for other rooms' actions."""
    return [Recorded(*row) for row in await DB.rows(OF_PEOPLE, list(people))]


def judged(certificates: Iterable[Recorded], types: dict[int, Type], today: date) -> list[Held]:
    """The certificates with their judgements, the worst first; without those issued only after the day."""
    held = [
        Held(certificate, types[certificate.type], judge(certificate, types[certificate.type].versions, today))
        for certificate in certificates
        if certificate.issued_on is None or certificate.issued_on <= today
    ]
    return sorted(held, key=_worst_first)


def _worst_first(held: Held) -> tuple[int, date, int, int]:
    judgement = held.judgement
    return (
        WORST_FIRST.index(judgement.standing),
        judgement.due_on or date.max,
        held.certificate.type,
        -held.certificate.id,
    )


async def certificate(certificate: int, *, by: Actor, today: date) -> CertificatePage:
    """One certificate with its holder and history. Raises Missing."""
    rows = [Recorded(*row) for row in await DB.rows(LIKE_IT, certificate)]
    this = next((row for row in rows if row.id == certificate), None)
    if not this:
        raise Missing(f"certificate {certificate}")
    person = await _door(this.person, by, today)
    found = await types([this.type])
    held = {row.id: Held(row, found[row.type], judge(row, found[row.type].versions, today)) for row in rows}
    mine = held.pop(this.id)
    others = sorted(held.values(), key=lambda one: (one.certificate.issued_on or date.min, one.certificate.id))
    return CertificatePage(mine, person, tuple(reversed(others)))


async def recorded(certificate: int) -> tuple[datetime, str]:
    """When a certificate was put on record, and the name of the account that did; "" where no account did."""
    rows = await DB.rows(RECORDED, certificate)
    if not rows:
        raise Missing(f"certificate {certificate}")
    return rows[0]["recorded_at"], rows[0]["name"] or ""


async def _door(person: int, by: Actor, today: date) -> PersonSeen:
    """The person, as themselves or as whoever has them in sight sees them. Raises Missing."""
    reader = replace(by, sites=None) if person == by.person else by
    return await people.visible_person(person, by=reader, today=today)
