"""What is done with certificates and their types: record, correct, review, suspend, revoke; say what the rules are.

Whoever records or changes a certificate locks its holder first, so that two at once neither record it twice nor
mistake which replaces which.
"""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import date
from typing import Any

from asyncpg import UniqueViolationError
from piccolo.columns import Column

from training.access import Actor
from training.certificates import changing, keeping, queries
from training.certificates.catalogue import (
    TypeDetails,
    VersionDetails,
    objections_to_code,
    objections_to_type,
    objections_to_version,
)
from training.certificates.queries import Recorded, Type
from training.certificates.recording import Paper, objections_to_recording, replacements
from training.certificates.reference import built_in_types
from training.certificates.tables import Certificate, CertificateType, RuleVersion
from training.db import DB, transaction
from training.errors import Missing, Refused
from training.journal import actions as journal
from training.sealing import unseal
from training.words import Message, say

# More certificates than this are one line in the journal, with all their ids.
NOTED_ONE_BY_ONE = 20

REPLACE = """
    UPDATE certificate SET superseded_on = x.day, superseded_by = x.newer
    FROM unnest($1::integer[], $2::date[], $3::integer[]) AS x (id, day, newer)
    WHERE certificate.id = x.id
"""


async def record(person: int, paper: Paper, *, by: Actor, today: date) -> int:
    """Put a certificate on record, its own or an authority's; its id. Raises Missing, Refused.

    What the holder had of the same type and item before is superseded from the issue date on; where a newer one is
    on record already, this one is superseded by it: the order of recording makes no difference.
    """
    if paper.own and person == by.person:
        raise Refused(say("Nobody gives themselves a certificate of the company: ask a colleague."))
    return (await record_many([(person, paper)], by=by, today=today))[0]


async def record_many(papers: Sequence[tuple[int, Paper]], *, by: Actor, today: date) -> list[int]:
    """As `record`, for many at once: all of them or none. The ids, in the order given."""
    plain = [(person, paper.normal()) for person, paper in papers]
    async with transaction():
        holders = await keeping.locked_people({person for person, _ in plain})
        types = await keeping.types_of({paper.type for _, paper in plain})
        chains = await keeping.chains(holders, types)
        known = {keeping.identity(row) for rows in chains.values() for row in rows if not row.revoked_on}
        for person, paper in plain:
            identity = keeping.identity_of(person, paper)
            foreign = keeping.is_foreign(paper, types[paper.type], holders[person])
            _refuse(objections_to_recording(paper, foreign=foreign, duplicate=identity in known, today=today))
            known.add(identity)
        ids = await keeping.fresh_ids(len(plain))
        rows = [
            {"id": id_, "person": person, "recorded_by": by.account, **keeping.columns(id_, paper)}
            for id_, (person, paper) in zip(ids, plain, strict=True)
        ]
        await DB.bulk_insert(Certificate, list(rows[0]) if rows else [], [list(row.values()) for row in rows])
        await _note_recorded(by, ids, plain, types)
        await _rechain({(person, paper.type, paper.item) for person, paper in plain}, types, by)
    return ids


async def correct(certificate: int, paper: Paper, *, reason: str, mark: str, by: Actor, today: date) -> None:
    """Set right what was recorded wrongly. `mark` names the state that was seen; a later one is not overwritten.

    A number that is given back as it was shown, masked, stays. Raises Missing, Refused.
    """
    plain = paper.normal()
    async with transaction():
        before = await _locked(certificate, mark)
        _need(reason)
        types = await keeping.types_of({before.type, plain.type})
        holders = await keeping.locked_people({before.person})
        chains = await keeping.chains(holders, types)
        keeps_number = plain.number == before.number
        others = {
            keeping.identity(row) for rows in chains.values() for row in rows if not row.revoked_on and row != before
        }
        index = before.number_index if keeps_number else None
        duplicate = keeping.identity_of(before.person, plain, index) in others
        foreign = not keeps_number and keeping.is_foreign(plain, types[plain.type], holders[before.person])
        _refuse(objections_to_recording(plain, foreign=foreign, duplicate=duplicate, today=today))
        changes = keeping.changes(before, certificate, plain, keeps_number=keeps_number)
        if not changes:
            return
        await Certificate.update(changes).where(Certificate.id == certificate)
        shown = {name: [getattr(before, name), changes[name]] for name in changes if _is_plain(name)}
        await journal.note(
            by, "certificate.corrected", certificate, reason=reason, fields=sorted(changes), changes=shown
        )
        await _rechain({keeping.chain(before), (before.person, plain.type, plain.item)}, types, by)


async def review(
    certificate: int, *, reviewed_on: date, next_review_on: date | None = None, by: Actor, today: date
) -> None:
    """Record that a review was done, and the day of the next where one is printed. Raises Missing, Refused."""
    async with transaction():
        before = await _locked(certificate)
        if reviewed_on > today:
            raise Refused(_future(reviewed_on), field="reviewed_on")
        if before.issued_on and reviewed_on < before.issued_on:
            raise Refused(
                say("It cannot be reviewed before it was issued, on {issued}.", issued=before.issued_on),
                field="reviewed_on",
            )
        if next_review_on and next_review_on <= reviewed_on:
            raise Refused(say("The next review comes after this one."), field="next_review_on")
        changes: dict[Column | str, Any] = {Certificate.reviewed_on: reviewed_on}
        if next_review_on:
            changes[Certificate.review_due_on] = next_review_on
        _refuse(changing.objections_to_reviewing(before))
        await _change(certificate, changes)
        await journal.note(
            by, "certificate.reviewed", certificate, reviewed_on=reviewed_on, next_review_on=next_review_on
        )


async def start_renewal(certificate: int, *, since: date, by: Actor, today: date) -> None:
    """Record that its renewal is under way at the authority. Raises Missing, Refused."""
    async with transaction():
        before = await _locked(certificate)
        if since > today:
            raise Refused(_future(since), field="since")
        _refuse(changing.objections_to_starting_renewal(before))
        await _change(certificate, {Certificate.in_process_on: since})
        await journal.note(by, "certificate.renewal_started", certificate, since=since)


async def stop_renewal(certificate: int, *, reason: str, by: Actor) -> None:
    """Record that its renewal is not under way after all. Raises Missing, Refused."""
    async with transaction():
        before = await _locked(certificate)
        _need(reason)
        _refuse(changing.objections_to_stopping_renewal(before))
        await _change(certificate, {Certificate.in_process_on: None})
        await journal.note(by, "certificate.renewal_stopped", certificate, reason=reason)


async def suspend(certificate: int, *, reason: str, on: date, by: Actor, today: date) -> None:
    """Take a certificate out of force for a time, from a day on. Raises Missing, Refused."""
    async with transaction():
        before = await _locked(certificate)
        _need(reason)
        _check_day(on, before, today)
        _refuse(changing.objections_to_suspending(before))
        await _change(certificate, {Certificate.suspended_on: on, Certificate.suspended_reason: reason.strip()})
        await journal.note(by, "certificate.suspended", certificate, reason=reason, on=on)


async def reinstate(certificate: int, *, reason: str, by: Actor) -> None:
    """Put a suspended certificate back in force. Raises Missing, Refused."""
    async with transaction():
        before = await _locked(certificate)
        _need(reason)
        _refuse(changing.objections_to_reinstating(before))
        await _change(certificate, {Certificate.suspended_on: None, Certificate.suspended_reason: ""})
        await journal.note(by, "certificate.reinstated", certificate, reason=reason, since=before.suspended_on)


async def revoke(certificate: int, *, reason: str, on: date, by: Actor, today: date) -> None:
    """Take a certificate out of force for good, from a day on. It stays on the register. Raises Missing, Refused."""
    async with transaction():
        before = await _locked(certificate)
        _need(reason)
        _check_day(on, before, today)
        _refuse(changing.objections_to_revoking(before))
        await _change(certificate, {Certificate.revoked_on: on, Certificate.revoked_reason: reason.strip()})
        await journal.note(by, "certificate.revoked", certificate, reason=reason, on=on)
        await _rechain({keeping.chain(before)}, await keeping.types_of({before.type}), by)


async def reveal_number(certificate: int, *, reason: str, by: Actor, today: date) -> str:
    """The whole number of a certificate, for a reason that the journal keeps. Raises Missing, Refused."""
    await queries.certificate(certificate, by=by, today=today)
    async with transaction():
        _need(reason)
        row = await Certificate.select(Certificate.number, Certificate.number_sealed).where(
            Certificate.id == certificate
        )
        await journal.note(by, "certificate.number_revealed", certificate, reason=reason)
    sealed = row[0]["number_sealed"]
    return unseal(sealed, keeping.context(certificate)) if sealed else str(row[0]["number"])


async def load_reference(*, by: Actor) -> int:
    """Add the built-in types and rule versions that are not there yet; how many types that were. HR's edits stay."""
    added = 0
    async with transaction():
        await DB.rows("SELECT pg_advisory_xact_lock($1)", _CATALOGUE_LOCK)
        there = {
            row["code"]: row["id"] for row in await CertificateType.select(CertificateType.code, CertificateType.id)
        }
        for built_in in built_in_types():
            type_ = there.get(built_in.code)
            if type_ is None:
                details = {field.name: getattr(built_in, field.name) for field in fields(TypeDetails)}
                columns = TypeDetails(**details).columns()
                rows = await CertificateType.insert(CertificateType(code=built_in.code, **columns))
                type_ = rows[0]["id"]
                added += 1
            dated = await RuleVersion.select(RuleVersion.effective_from).where(RuleVersion.type == type_)
            begun = {row["effective_from"] for row in dated}
            for version in built_in.versions:
                if version.effective_from not in begun:
                    details = {field.name: getattr(version, field.name) for field in fields(VersionDetails)}
                    await RuleVersion.insert(RuleVersion(type=type_, **VersionDetails(**details).columns()))
        if added:
            await journal.note(by, "certificate_type.reference_loaded", added=added)
    return added


async def add_type(code: str, details: TypeDetails, version: VersionDetails, *, by: Actor) -> int:
    """Add a type of the company's own, with its first rules; its id. Raises Refused."""
    _refuse([*objections_to_code(code), *objections_to_type(details), *objections_to_version(version, ())])
    try:
        async with transaction():
            rows = await CertificateType.insert(CertificateType(code=code, **details.columns()))
            type_ = int(rows[0]["id"])
            await RuleVersion.insert(RuleVersion(type=type_, **version.columns()))
            await journal.note(by, "certificate_type.added", type_, code=code)
    except UniqueViolationError:
        raise Refused(say("Another type has the code {code}.", code=code), field="code") from None
    return type_


async def change_type(type_: int, details: TypeDetails, *, mark: str, by: Actor) -> None:
    """Describe a type anew; its rules stay. `mark` names the state that was seen. Raises Missing, Refused."""
    _refuse(objections_to_type(details))
    async with transaction():
        if not await DB.rows("SELECT id FROM certificate_type WHERE id = $1 FOR NO KEY UPDATE", type_):
            raise Missing(f"certificate type {type_}")
        before = (await queries.types([type_]))[type_]
        if before.mark != mark:
            raise Refused(say("Somebody changed this type meanwhile. Look at what is recorded now, then try again."))
        shown = queries.details(before).columns()
        changes: dict[Any, Any] = {name: value for name, value in details.columns().items() if value != shown[name]}
        if changes:
            await CertificateType.update(changes).where(CertificateType.id == type_)
            facts = {name: [shown[name], value] for name, value in changes.items()}
            await journal.note(by, "certificate_type.changed", type_, changes=facts)


async def add_version(type_: int, version: VersionDetails, *, by: Actor) -> int:
    """Let a type have other rules from a day on; the id of the version. Every judgement follows at once.

    Raises Missing, Refused.
    """
    try:
        async with transaction():
            if not await DB.rows("SELECT id FROM certificate_type WHERE id = $1 FOR NO KEY UPDATE", type_):
                raise Missing(f"certificate type {type_}")
            dated = await RuleVersion.select(RuleVersion.effective_from).where(RuleVersion.type == type_)
            _refuse(objections_to_version(version, [row["effective_from"] for row in dated]))
            rows = await RuleVersion.insert(RuleVersion(type=type_, **version.columns()))
            await journal.note(by, "certificate_type.rules_added", type_, **version.columns())
    except UniqueViolationError:
        raise Refused(say("Rules from {day} on are recorded already.", day=version.effective_from)) from None
    return int(rows[0]["id"])


async def correct_version(version: int, details: VersionDetails, *, reason: str, by: Actor) -> None:
    """Set right rules that were recorded wrongly. Rules that changed are a new version. Raises Missing, Refused."""
    _need(reason)
    async with transaction():
        rows = await RuleVersion.select().where(RuleVersion.id == version)
        if not rows:
            raise Missing(f"rule version {version}")
        type_ = rows[0]["type"]
        await DB.rows("SELECT id FROM certificate_type WHERE id = $1 FOR NO KEY UPDATE", type_)
        others = RuleVersion.select(RuleVersion.effective_from).where(
            RuleVersion.type == type_, RuleVersion.id != version
        )
        _refuse(objections_to_version(details, [row["effective_from"] for row in await others]))
        before = (await RuleVersion.select().where(RuleVersion.id == version))[0]
        changes: dict[Any, Any] = {name: value for name, value in details.columns().items() if value != before[name]}
        if changes:
            await RuleVersion.update(changes).where(RuleVersion.id == version)
            facts = {name: [before[name], value] for name, value in changes.items()}
            await journal.note(
                by, "certificate_type.rules_corrected", type_, reason=reason, version=version, changes=facts
            )


_CATALOGUE_LOCK = 0x636174616C6F67  # "catalog"
_DATES = {"issued_on", "expires_on", "expires_precision", "no_expiry", "review_due_on", "reviewed_on", "in_process_on"}


def _refuse(objections: list[Message]) -> None:
    if objections:
        raise Refused(*objections)


def _need(reason: str) -> None:
    if not reason.strip():
        raise Refused(say("Say why: the reason is kept in the journal."), field="reason")


def _future(day: date) -> Message:
    return say("{day} is in the future, so it cannot have happened yet.", day=day)


def _check_day(on: date, before: Recorded, today: date) -> None:
    if on > today:
        raise Refused(_future(on), field="on")
    if before.issued_on and on < before.issued_on:
        raise Refused(say("It was issued only on {issued}.", issued=before.issued_on), field="on")


def _is_plain(name: str) -> bool:
    return name in _DATES or name in {"type", "item", "level"}


async def _locked(certificate: int, mark: str | None = None) -> Recorded:
    rows = await DB.rows("SELECT person FROM certificate WHERE id = $1", certificate)
    if not rows:
        raise Missing(f"certificate {certificate}")
    await keeping.locked_people({rows[0]["person"]})
    before = Recorded(*(await DB.rows(queries.BY_ID, certificate))[0])
    if mark is not None and before.mark != mark:
        raise Refused(say("Somebody changed this certificate meanwhile. Look at it as it is now, then try again."))
    return before


async def _rechain(changed: set[keeping.Chain], types: Mapping[int, Type], by: Actor) -> None:
    """Say anew which of these certificates replaces which."""
    chains = await keeping.chains({person for person, _, _ in changed}, types)
    moved: list[tuple[int, date | None, int | None]] = []
    for chain in changed:
        rows = chains.get(chain, [])
        found = replacements(rows, types[chain[1]].versions)
        for row in rows:
            newer, day = found[row.id] or (None, None)
            if (newer, day) != (row.superseded_by, row.superseded_on):
                moved.append((row.id, day, newer))
    if not moved:
        return
    await DB.rows(REPLACE, *(list(column) for column in zip(*moved, strict=True)))
    if len(moved) <= NOTED_ONE_BY_ONE:
        for id_, replaced_on, replaced_by in moved:
            action = "certificate.superseded" if replaced_by else "certificate.counts_again"
            await journal.note(by, action, id_, replaced_by=replaced_by, on=replaced_on)


async def _note_recorded(by: Actor, ids: list[int], papers: list[tuple[int, Paper]], types: Mapping[int, Type]) -> None:
    if len(ids) > NOTED_ONE_BY_ONE:
        await journal.note(by, "certificate.recorded", None, certificates=ids)
        return
    for id_, (person, paper) in zip(ids, papers, strict=True):
        await journal.note(by, "certificate.recorded", id_, person=person, type=types[paper.type].code)


async def _change(certificate: int, changes: dict[Column | str, Any]) -> None:
    """Change a row that is locked, and so still is as it was judged."""
    await Certificate.update(changes).where(Certificate.id == certificate)
