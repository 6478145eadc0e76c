"""What is done with sites, positions and people: taken on, corrected, moved, let go, and their numbers shown."""

import unicodedata
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from asyncpg.exceptions import UniqueViolationError
from piccolo.columns import Column
from piccolo.querystring import QueryString as Sql

from training.access import Actor
from training.db import transaction
from training.errors import Missing, Refused
from training.journal import actions as journal
from training.people import numbers, queries, rules
from training.people.details import Details, changes, check, columns, refuse, refuse_duplicate
from training.people.pinyin import reading
from training.people.queries import PersonPage
from training.people.tables import Assignment, Person, Position, Site
from training.words import say

# Who is there today or will be.
EXPECTED_AT = """
    SELECT count(DISTINCT a.person) AS people
    FROM assignment a
    WHERE {} AND (a.ends_on IS NULL OR a.ends_on >= {})
"""


async def hire(
    details: Details, *, site: int | None = None, position: int | None = None, by: Actor, today: date
) -> int:
    """Record a person, working at a site in a position from the day they were hired. Raises Refused."""
    plain = details.normal()
    check(plain, today)
    async with transaction():
        if site or position:
            await _check_place(site, position)
        (person,) = await numbers.fresh_ids(1)
        row = columns(person, plain)
        try:
            async with transaction():
                await Person.insert(Person(id=person, **row))
        except UniqueViolationError:
            await refuse_duplicate(0, plain, row["identity_index"], by, today)
        if site and position:
            await _assign(person, site=site, position=position, starts_on=plain.hired_on)
        await journal.note(by, "person.hired", person, site=site, position=position, hired_on=plain.hired_on)
    return person


async def correct(person: int, details: Details, *, mark: str, by: Actor, today: date) -> None:
    """Set a person's details right. `mark` names the state that was seen; a later one is not overwritten.

    Raises Missing, Refused.
    """
    plain = details.normal()
    async with transaction():
        seen = await _held(person, by, today)
        if seen.mark != mark:
            raise Refused(say("Somebody changed this person meanwhile. Look at what is recorded now, then try again."))
        if plain.name != seen.name and plain.pinyin == seen.pinyin:
            plain = replace(plain, pinyin="")
        keeps_identity = not plain.identity_number and plain.identity_kind is seen.identity_kind
        check(plain, today, keeps_identity=keeps_identity)
        stored = (await Person.raw("SELECT * FROM person WHERE id = {}", person))[0]
        changed = changes(stored, columns(person, plain), plain, keeps_identity=keeps_identity)
        if not changed:
            return
        try:
            async with transaction():
                await Person.update(changed).where(Person.id == person)
        except UniqueViolationError:
            await refuse_duplicate(person, plain, changed.get("identity_index"), by, today)
        await journal.note(by, "person.corrected", person, fields=sorted(str(name) for name in changed))


async def move(person: int, *, site: int, position: int, starts_on: date, by: Actor, today: date) -> None:
    """Put a person at a site in a position from a day on; what they did until then ends the day before.

    Raises Missing, Refused.
    """
    async with transaction():
        seen = await _held(person, by, today)
        await _check_place(site, position)
        refuse(
            rules.objections_to_moving(
                latest=next(iter(seen.assignments), None),
                site=site,
                position=position,
                starts_on=starts_on,
                left_on=seen.left_on,
                today=today,
            ),
            field="starts_on",
        )
        if present := seen.open_assignment:
            await _end(present.id, starts_on - timedelta(days=1))
        await _assign(person, site=site, position=position, starts_on=starts_on)
        await journal.note(by, "person.moved", person, site=site, position=position, starts_on=starts_on)


async def undo_move(person: int, *, by: Actor, today: date) -> None:
    """Take back the latest move: the assignment before it lasts on. Raises Missing, Refused."""
    async with transaction():
        seen = await _held(person, by, today)
        refuse(rules.objections_to_undoing_move(seen.assignments, left_on=seen.left_on))
        mistaken, before = seen.assignments[:2]
        await _check_place(before.site, before.position)
        await Assignment.delete().where(Assignment.id == mistaken.id)
        await Assignment.update({Assignment.ends_on: None}).where(Assignment.id == before.id)
        await journal.note(
            by,
            "person.move_undone",
            person,
            site=mistaken.site,
            position=mistaken.position,
            starts_on=mistaken.starts_on,
            reopened=before.id,
        )


async def correct_assignment(
    person: int, assignment: int, *, site: int, position: int, starts_on: date | None, by: Actor, today: date
) -> None:
    """Set right what was recorded wrongly of where a person is now; an assignment before it ends accordingly.

    Raises Missing, Refused.
    """
    async with transaction():
        seen = await _held(person, by, today)
        present = seen.open_assignment
        if not present or present.id != assignment:
            raise Refused(say("This assignment has ended meanwhile. Look at what is recorded now, then try again."))
        await _check_place(site, position)
        before = seen.assignments[1] if len(seen.assignments) > 1 else None
        adjoins = rules.adjoining(before, present)
        refuse(rules.objections_to_beginning(starts_on, before=before, adjoins=adjoins, today=today), field="starts_on")
        right: dict[Column | str, Any] = {
            Assignment.site: site,
            Assignment.position: position,
            Assignment.starts_on: starts_on,
        }
        # The database allows one place a day at every moment, so whichever grows shorter goes first.
        if before and adjoins and starts_on and present.starts_on and starts_on < present.starts_on:
            await _end(before.id, starts_on - timedelta(days=1))
            await Assignment.update(right).where(Assignment.id == present.id)
        else:
            await Assignment.update(right).where(Assignment.id == present.id)
            if before and adjoins and starts_on:
                await _end(before.id, starts_on - timedelta(days=1))
        await journal.note(
            by, "person.assignment_corrected", person, site=site, position=position, starts_on=starts_on,
            was={"site": present.site, "position": present.position, "starts_on": present.starts_on},
        )  # fmt: skip


async def leave(person: int, *, last_day: date, reason: str, by: Actor, today: date) -> None:
    """Let a person go: their assignment ends on their last day, and moves planned for later are called off.

    Raises Missing, Refused.
    """
    async with transaction():
        seen = await _held(person, by, today)
        planned = [a for a in seen.assignments if a.starts_on and a.starts_on > max(today, last_day)]
        begun = next((a for a in seen.assignments if a not in planned), None)
        refuse(
            rules.objections_to_leaving(
                last_day=last_day,
                left_on=seen.left_on,
                hired_on=seen.hired_on,
                began_on=begun.starts_on if begun else None,
                today=today,
            ),
            field="last_day",
        )
        if planned:
            await Assignment.delete().where(Assignment.id.is_in([a.id for a in planned]))
        if begun and (begun.ends_on is None or begun.ends_on > last_day):
            await _end(begun.id, last_day)
        await Person.update({Person.left_on: last_day, Person.leaving_reason: reason}).where(Person.id == person)
        called_off = [{"site": a.site, "position": a.position, "starts_on": a.starts_on} for a in planned]
        await journal.note(by, "person.left", person, reason=reason, last_day=last_day, called_off=called_off)


async def undo_departure(person: int, *, by: Actor, today: date) -> None:
    """Take back that a person left: they are where they were. Raises Missing, Refused."""
    async with transaction():
        seen = await _held(person, by, today)
        refuse(rules.objections_to_undoing_departure(seen.left_on))
        last = next((a for a in seen.assignments if a.ends_on == seen.left_on), None)
        if last:
            await _check_place(last.site, last.position)
        await Person.update({Person.left_on: None, Person.leaving_reason: ""}).where(Person.id == person)
        if last:
            await Assignment.update({Assignment.ends_on: None}).where(Assignment.id == last.id)
        await journal.note(by, "person.departure_undone", person, left_on=seen.left_on)


async def rehire(person: int, *, site: int, position: int, starts_on: date, by: Actor, today: date) -> None:
    """Take back a person who left, from a day on; the time between stays a gap. Raises Missing, Refused."""
    async with transaction():
        seen = await _held(person, by, today)
        refuse(rules.objections_to_rehiring(left_on=seen.left_on, starts_on=starts_on, today=today), field="starts_on")
        await _check_place(site, position)
        back: dict[Column | str, Any] = {Person.left_on: None, Person.leaving_reason: "", Person.hired_on: starts_on}
        await Person.update(back).where(Person.id == person)
        await _assign(person, site=site, position=position, starts_on=starts_on)
        was = {"hired_on": seen.hired_on, "left_on": seen.left_on}
        await journal.note(by, "person.rehired", person, site=site, position=position, starts_on=starts_on, was=was)


async def reveal_identity(person: int, *, reason: str, by: Actor, today: date) -> str:
    """The whole identity number of one person, for a reason that stays in the journal. Raises Missing, Refused."""
    return await _revealed(person, "identity", reason=reason, by=by, today=today)


async def reveal_phone(person: int, *, reason: str, by: Actor, today: date) -> str:
    """The whole phone number of one person, for a reason that stays in the journal. Raises Missing, Refused."""
    return await _revealed(person, "phone", reason=reason, by=by, today=today)


async def add_site(name: str, *, by: Actor) -> int:
    """A new site. Raises Refused."""
    return await _add(Site, name, "site", by)


async def rename_site(site: int, name: str, *, by: Actor) -> None:
    """Give a site another name. Raises Missing, Refused."""
    await _rename(Site, site, name, "site", by)


async def close_site(site: int, *, by: Actor, today: date) -> None:
    """Close a site, where nobody works any more or will. Raises Missing, Refused."""
    await _retire(Site, site, Sql("a.site = {}", site), "site.closed", by, today)


async def reopen_site(site: int, *, by: Actor) -> None:
    """Open a closed site again. Raises Missing."""
    await _restore(Site, site, "site.reopened", by)


async def add_position(name: str, *, by: Actor) -> int:
    """A new position. Raises Refused."""
    return await _add(Position, name, "position", by)


async def rename_position(position: int, name: str, *, by: Actor) -> None:
    """Give a position another name. Raises Missing, Refused."""
    await _rename(Position, position, name, "position", by)


async def retire_position(position: int, *, by: Actor, today: date) -> None:
    """Take a position out of use, in which nobody works any more or will. Raises Missing, Refused."""
    await _retire(Position, position, Sql("a.position = {}", position), "position.retired", by, today)


async def restore_position(position: int, *, by: Actor) -> None:
    """Bring a retired position back into use. Raises Missing."""
    await _restore(Position, position, "position.restored", by)


async def _held(person: int, by: Actor, today: date) -> PersonPage:
    """A person in sight, whom nobody else changes until the transaction ends. Raises Missing."""
    await Person.raw("SELECT id FROM person WHERE id = {} FOR UPDATE", person)
    return await queries.person(person, by=by, today=today)


async def _check_place(site: int | None, position: int | None) -> None:
    """Refuse a place that is not there or no longer in use; it stays in use until the transaction ends."""
    if not site or not await Site.raw("SELECT id FROM site WHERE id = {} AND active FOR SHARE", site):
        raise Refused(say("Choose a site that is open."), field="site")
    if not position or not await Position.raw("SELECT id FROM position WHERE id = {} AND active FOR SHARE", position):
        raise Refused(say("Choose a position that is in use."), field="position")


async def _assign(person: int, *, site: int, position: int, starts_on: date | None) -> None:
    await Assignment.insert(Assignment(person=person, site=site, position=position, starts_on=starts_on))


async def _end(assignment: int, day: date) -> None:
    await Assignment.update({Assignment.ends_on: day}).where(Assignment.id == assignment)


async def _revealed(person: int, what: str, *, reason: str, by: Actor, today: date) -> str:
    refuse(rules.objections_to_revealing(reason), field="reason")
    async with transaction():
        await queries.visible_person(person, by=by, today=today)
        row = (await Person.raw("SELECT identity_sealed, phone_sealed FROM person WHERE id = {}", person))[0]
        opened = numbers.identity_number if what == "identity" else numbers.phone
        clear = opened(person, row[f"{what}_sealed"])
        if not clear:
            raise Refused(say("No number is recorded."))
        await journal.note(by, f"person.{what}_revealed", person, reason=reason)
    return clear


Place = type[Site] | type[Position]


def _place_name(name: str) -> str:
    plain = " ".join(unicodedata.normalize("NFKC", name).split())
    if not plain:
        raise Refused(say("A name is needed."), field="name")
    return plain


def _called_already(name: str) -> Refused:
    return Refused(say("There is already one called {name}.", name=name), field="name")


def _sounds(table: Place, name: str) -> dict[str, Any]:
    sound, letters = reading(name)
    return {"name": name, "pinyin": sound, **({"initials": letters[:60]} if table is Site else {})}


async def _add(table: Place, name: str, subject: str, by: Actor) -> int:
    plain = _place_name(name)
    async with transaction():
        row: Any = table(**_sounds(table, plain))
        made = await table.insert(row).on_conflict(action="DO NOTHING").returning(table.id)
        if not made:
            raise _called_already(plain)
        added: int = made[0]["id"]
        await journal.note(by, f"{subject}.added", added, name=plain)
    return added


async def _rename(table: Place, place: int, name: str, subject: str, by: Actor) -> None:
    plain = _place_name(name)
    try:
        async with transaction():
            called: dict[Column | str, Any] = dict(_sounds(table, plain).items())
            renamed = await table.update(called).where(table.id == place).returning(table.id)
            if not renamed:
                raise Missing(subject)
            await journal.note(by, f"{subject}.renamed", place, name=plain)
    except UniqueViolationError:
        raise _called_already(plain) from None


async def _retire(table: Place, place: int, there: Sql, action: str, by: Actor, today: date) -> None:
    async with transaction():
        retired = (
            await table.update({table.active: False})
            .where(table.id == place, table.active.eq(True))
            .returning(table.id)
        )
        if not retired and not await table.exists().where(table.id == place):
            raise Missing(action)
        if not retired:
            return
        count = (await Assignment.raw(EXPECTED_AT, there, today))[0]["people"]
        refuse(rules.objections_to_retiring(count))
        await journal.note(by, action, place)


async def _restore(table: Place, place: int, action: str, by: Actor) -> None:
    async with transaction():
        restored = await table.update({table.active: True}).where(table.id == place).returning(table.id)
        if not restored:
            raise Missing(action)
        await journal.note(by, action, place)
