"""One person, and who may see them."""

from datetime import date, timedelta

import pytest

from tests import make
from training.access import Role
from training.errors import Missing

TODAY = date(2026, 11, 24)


async def is_visible(person, by):
    from training.people import queries

    try:
        found = await queries.visible_person(person, by=by, today=TODAY)
    except Missing:
        return False
    return found.id == person


async def test_who_sees_whom(world):
    people = world.people
    asked = [people.yu, people.li, people.ma, people.gao, people.he, people.ren]

    async def seen_by(actor):
        return [await is_visible(person, actor) for person in asked]

    nobody = await make.actor(Role.MANAGER, sites=set())
    assert await seen_by(world.hr) == [True] * 6
    assert await seen_by(world.auditor) == [True] * 6
    assert await seen_by(world.manager) == [True, False, False, False, False, False]
    assert await seen_by(world.other_manager) == [False, False, True, False, True, False]
    assert await seen_by(nobody) == [False] * 6
    assert await seen_by(world.employee) == [False] * 6
    assert await seen_by(await make.actor(Role.ADMINISTRATOR)) == [False] * 6


async def test_a_move_moves_them_out_of_sight_on_its_day(world):
    from training.people import actions, queries

    await actions.move(
        world.people.yu,
        site=world.sites.demao,
        position=world.positions.guard,
        starts_on=TODAY + timedelta(days=1),
        by=world.hr,
        today=TODAY,
    )

    assert await is_visible(world.people.yu, world.manager)
    with pytest.raises(Missing):
        await queries.visible_person(world.people.yu, by=world.manager, today=TODAY + timedelta(days=1))


async def test_who_leaves_today_is_seen_until_tomorrow(world):
    from training.people import actions, queries

    await actions.leave(world.people.yu, last_day=TODAY, reason="", by=world.hr, today=TODAY)

    assert await is_visible(world.people.yu, world.manager)
    with pytest.raises(Missing):
        await queries.visible_person(world.people.yu, by=world.manager, today=TODAY + timedelta(days=1))


async def test_who_left_is_shown_where_they_were_at_last(world):
    from training.people import queries

    gao = await queries.visible_person(world.people.gao, by=world.hr, today=TODAY)

    assert (gao.site, gao.position) == (world.sites.nanhai, world.positions.electrician)


async def test_a_person_has_masked_numbers_and_an_auditor_none(world):
    from fixtures.world import identities
    from training.people import queries

    number = identities()["yu"]

    as_hr = await queries.person(world.people.yu, by=world.hr, today=TODAY)
    as_manager = await queries.person(world.people.yu, by=world.manager, today=TODAY)
    as_auditor = await queries.person(world.people.yu, by=world.auditor, today=TODAY)

    assert as_hr.identity == as_manager.identity == f"{number[:3]}***********{number[-4:]}"
    assert (as_auditor.identity, as_auditor.phone) == ("", "")


async def test_assignments_are_told_latest_first(world):
    from training.people import queries

    he = await queries.person(world.people.he, by=world.hr, today=TODAY)

    assert [line.site for line in he.assignments] == [world.sites.demao, world.sites.nanhai]
    assert he.open_assignment == he.assignments[0]
    assert he.assignments[1].ends_on == he.assignments[0].starts_on - timedelta(days=1)
