"""Submitting results: who attended and passed becomes certified, and whoever did not is told why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from training.access import Actor
from training.certificates import actions as certificates
from training.certificates import keeping
from training.certificates import queries as held
from training.certificates.queries import Recorded, Type
from training.certificates.recording import Paper
from training.certificates.rules import last_valid_day
from training.certificates.tables import Certificate
from training.completion import queries, rules
from training.completion.queries import Sheet, SheetLine
from training.completion.tables import Completion
from training.db import transaction
from training.errors import Missing, Refused
from training.journal import actions as journal
from training.people import numbers
from training.people.tables import Person
from training.sealing import unseal
from training.sessions import actions as sessions
from training.sessions import queries as scheduled
from training.sessions.queries import SessionLine
from training.sessions.tables import Session
from training.words import Message

FRESH_IDS = "SELECT nextval(pg_get_serial_sequence('completion', 'id')) AS id FROM generate_series(1, {})"
IDENTITIES = "SELECT id, identity_sealed FROM person WHERE id = ANY({}) AND identity_kind = 'resident_id'"
NUMBERS = "SELECT id, number, number_sealed FROM certificate WHERE id = ANY({})"
TAKEN = "SELECT certificate FROM completion WHERE certificate = ANY({})"


@dataclass(frozen=True, slots=True)
class Certified:
    """Somebody who completed the session just now. `certificate` is None where the course leads to none."""

    person: int
    name: str
    certificate: int | None


@dataclass(frozen=True, slots=True)
class Lacking:
    """Somebody who did not complete it, and everything that stands against it."""

    person: int
    name: str
    because: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class Submitted:
    """What came of submitting: those completed now, how many were before, and those who are not."""

    completed: tuple[Certified, ...]
    before: int
    missing: tuple[Lacking, ...]


async def submit(session: int, *, by: Actor, today: date) -> Submitted:
    """Complete everybody who attended and passed, with the certificate the course leads to.

    The certificate is issued on the day of the last exam that counted and ends as the type's rules have it, an early
    renewal keeping its anniversary; it replaces the one before. Submitting again certifies whoever passed since, and
    nobody twice. Raises Missing, Refused.
    """
    async with transaction():
        await keeping.locked_people(await _people_of(session))
        found = await sessions.locked(session)
        if not scheduled.examines(found, by=by):
            raise Missing(f"session {session}")
        sheet = await queries.sheet(found, by=by, today=today, everybody=True)
        if objections := sheet.objections(today=today):
            raise Refused(*objections)
        ready = sheet.ready
        recorded = await _certify(found, ready, by=by, today=today)
        if found.completed_at is None:
            await Session.raw("UPDATE session SET completed_at = now() WHERE id = {}", session)
        if ready or found.completed_at is None:
            completed = [completion for completion, _ in recorded.values()]
            await journal.note(by, "session.results_submitted", session, completions=completed)
    return _outcome(sheet, ready, {enrolment: made for enrolment, (_, made) in recorded.items()})


async def _certify(
    session: SessionLine, ready: Sequence[SheetLine], *, by: Actor, today: date
) -> dict[int, tuple[int, int | None]]:
    """Record a completion for each of these, and its certificate: (completion, certificate) by enrolment."""
    if not ready:
        return {}
    rows = await Completion.raw(FRESH_IDS, len(ready))
    ids = {line.person.enrolment: row["id"] for line, row in zip(ready, rows, strict=True)}
    made = await _record(session, ready, ids, by=by, today=today) if session.leads_to else {}
    await Completion.insert(
        *(
            Completion(
                id=ids[line.person.enrolment],
                enrolment=line.person.enrolment,
                completed_on=_completed_on(session, line),
                certificate=made.get(line.person.enrolment),
                recorded_by=by.account,
            )
            for line in ready
        )
    )
    return {enrolment: (completion, made.get(enrolment)) for enrolment, completion in ids.items()}


async def _record(
    session: SessionLine, ready: Sequence[SheetLine], ids: Mapping[int, int], *, by: Actor, today: date
) -> dict[int, int]:
    """The certificate of each, by enrolment. One that is on record already, issued the same day, is taken as it is;
    where another session led to it, this one leads to none.
    """
    assert session.leads_to is not None
    type_ = (await held.types([session.leads_to]))[session.leads_to]
    people = [line.person.person for line in ready]
    before = await _held_before(people, type_)
    identities = {
        row["id"]: numbers.identity_number(row["id"], row["identity_sealed"])
        for row in await Person.raw(IDENTITIES, people)
    }
    known = [row.id for rows in before.values() for row in rows]
    clear = await _clear_numbers(known)
    taken = {row["certificate"] for row in await Completion.raw(TAKEN, known)}
    found: dict[int, int] = {}
    papers: list[tuple[int, Paper]] = []
    waiting: list[int] = []
    for line in ready:
        person, enrolment = line.person.person, line.person.enrolment
        issued_on = _completed_on(session, line)
        rows = before.get(person, [])
        if same := next((row for row in rows if row.issued_on == issued_on), None):
            if same.id not in taken:
                found[enrolment] = same.id
            continue
        renewed = _renewed(rows)
        number = _number(
            type_, ids[enrolment], issued_on, clear.get(renewed.id, "") if renewed else "", identities.get(person, "")
        )
        papers.append((person, _paper(type_, renewed, number, issued_on)))
        waiting.append(enrolment)
    found |= dict(zip(waiting, await certificates.record_many(papers, by=by, today=today), strict=True))
    return found


def _completed_on(session: SessionLine, line: SheetLine) -> date:
    """The last exam day that counted; without an exam, the last day of the session."""
    return line.result.passed_on or session.ends_on


def _renewed(rows: Sequence[Recorded]) -> Recorded | None:
    """The certificate that a new one replaces: the latest."""
    return max(rows, key=lambda row: (row.issued_on or date.min, row.id), default=None)


def _paper(type_: Type, renewed: Recorded | None, number: str, issued_on: date) -> Paper:
    old_end = last_valid_day(renewed, type_.versions)[0] if renewed else None
    own = type_.status == rules.IN_HOUSE
    return Paper(
        type=type_.id,
        number=number,
        item=renewed.item if renewed else "",
        level=renewed.level if renewed else "",
        issuer=(renewed.issuer if renewed else "") or type_.issuer.zh,
        own=own,
        first_issued_on=(renewed.first_issued_on or renewed.issued_on) if renewed else issued_on,
        issued_on=issued_on,
        expires_on=rules.end_to_print(old_end, issued_on, type_.versions, own=own),
    )


def _number(type_: Type, completion: int, issued_on: date, before: str, identity: str) -> str:
    return rules.number(
        before=before,
        identity=identity,
        own=type_.status == rules.IN_HOUSE,
        embeds=type_.number_contains_id,
        special_operations=type_.category == rules.SPECIAL_OPERATIONS,
        year=issued_on.year,
        completion=completion,
    )


async def _held_before(people: Sequence[int], type_: Type) -> dict[int, list[Recorded]]:
    """What these people hold of a type, what was revoked left out."""
    found: dict[int, list[Recorded]] = {}
    for row in await held.of_people(people):
        if row.type == type_.id and row.revoked_on is None:
            found.setdefault(row.person, []).append(row)
    return found


async def _clear_numbers(ids: Sequence[int]) -> dict[int, str]:
    return {
        row["id"]: unseal(row["number_sealed"], keeping.context(row["id"])) if row["number_sealed"] else row["number"]
        for row in await Certificate.raw(NUMBERS, list(ids))
    }


async def _people_of(session: int) -> list[int]:
    rows = await Person.raw(
        "SELECT person FROM enrolment WHERE session = {} AND withdrawn_at IS NULL ORDER BY person", session
    )
    return [row["person"] for row in rows]


def _outcome(sheet: Sheet, ready: Sequence[SheetLine], made: Mapping[int, int | None]) -> Submitted:
    done = [line for line in sheet.lines if line.done is not None]
    lacking = [line for line in sheet.lines if line.done is None and line.missing]
    return Submitted(
        completed=tuple(Certified(line.person.person, line.person.name, made[line.person.enrolment]) for line in ready),
        before=len(done),
        missing=tuple(Lacking(line.person.person, line.person.name, line.missing) for line in lacking),
    )
