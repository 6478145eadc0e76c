from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from tests import make
from tests.make import TODAY
from training.access import Role
from training.errors import Missing, Refused
from training.sessions import actions, queries
from training.sessions.rules import Plan
from training.sessions.tables import Session

IN_A_WEEK = TODAY + timedelta(days=7)


def plan_for(course: int) -> Plan:
    return Plan(
        course=course,
        starts_on=IN_A_WEEK,
        ends_on=IN_A_WEEK,
        starts_at=time(9),
        ends_at=time(17),
        seats=24,
        place="2 号教室",
        trainer="郭勇",
    )


def words(refusal: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [str(objection) for objection in refusal.value.objections]


async def test_schedule_makes_a_session(db: None) -> None:
    hr = await make.actor(Role.HR)
    examiner = await make.account(Role.EXAMINER, name="唐国栋")
    course = await make.course("急救", name_en="First aid")

    made = await actions.schedule(replace(plan_for(course), examiner=examiner), by=hr, today=TODAY)

    line = await queries.session(made)
    assert (line.course_name.en, line.starts_on, line.starts_at, line.seats, line.booked) == (
        "First aid",
        IN_A_WEEK,
        time(9),
        24,
        0,
    )
    assert (line.place, line.trainer, line.examiner_name) == ("2 号教室", "郭勇", "唐国栋")
    assert [one.id for one in await queries.upcoming(today=TODAY)] == [made]


async def test_schedule_refuses_a_trainer_and_a_place_twice_at_one_time(db: None) -> None:
    hr = await make.actor(Role.HR)
    plan = plan_for(await make.course("急救", name_en="First aid"))
    await actions.schedule(plan, by=hr, today=TODAY)

    with pytest.raises(Refused) as refusal:
        await actions.schedule(replace(plan, starts_at=time(16), ends_at=time(18)), by=hr, today=TODAY)

    assert words(refusal) == [
        "郭勇 teaches First aid on 2026-12-01 at that time.",
        "2 号教室 is taken by First aid on 2026-12-01 at that time.",
    ]


async def test_schedule_lets_an_unnamed_trainer_and_place_be_everywhere(db: None) -> None:
    hr = await make.actor(Role.HR)
    plan = replace(plan_for(await make.course()), trainer="外聘", place="线上")

    assert await actions.schedule(plan, by=hr, today=TODAY) != await actions.schedule(plan, by=hr, today=TODAY)


async def test_schedule_frees_trainer_and_place_of_a_cancelled_session(db: None) -> None:
    hr = await make.actor(Role.HR)
    plan = plan_for(await make.course())
    first = await actions.schedule(plan, by=hr, today=TODAY)
    await actions.cancel(first, reason="讲师生病", by=hr, today=TODAY)

    assert await actions.schedule(plan, by=hr, today=TODAY) > first


async def test_schedule_refuses_what_is_no_longer_taught_and_who_does_not_examine(db: None) -> None:
    hr = await make.actor(Role.HR)
    employee = await make.account(Role.EMPLOYEE)
    plan = replace(plan_for(await make.course(active=False)), examiner=employee)

    with pytest.raises(Refused) as refusal:
        await actions.schedule(plan, by=hr, today=TODAY)

    assert words(refusal) == [
        "The course is no longer taught.",
        "The chosen examiner may not record marks: choose another.",
    ]


async def test_schedule_refuses_the_past(db: None) -> None:
    hr = await make.actor(Role.HR)
    yesterday = TODAY - timedelta(days=1)
    plan = replace(plan_for(await make.course()), starts_on=yesterday, ends_on=yesterday)

    with pytest.raises(Refused) as refusal:
        await actions.schedule(plan, by=hr, today=TODAY)

    assert words(refusal) == ["2026-11-23 is past: a session is scheduled for today or later."]


async def test_schedule_refuses_an_unknown_course(db: None) -> None:
    hr = await make.actor(Role.HR)

    with pytest.raises(Missing):
        await actions.schedule(plan_for(10**9), by=hr, today=TODAY)


async def test_change_moves_a_session_and_keeps_its_own_room(db: None) -> None:
    hr = await make.actor(Role.HR)
    plan = plan_for(await make.course())
    session = await actions.schedule(plan, by=hr, today=TODAY)

    await actions.change(session, replace(plan, starts_at=time(13), seats=30), by=hr, today=TODAY)

    line = await queries.session(session)
    assert (line.starts_at, line.ends_at, line.seats, line.place) == (time(13), time(17), 30, "2 号教室")


async def test_change_refuses_fewer_seats_than_are_booked(db: None) -> None:
    hr = await make.actor(Role.HR)
    plan = plan_for(await make.course())
    session = await make.session(plan.course, starts_on=IN_A_WEEK, booked=3, seats=3)

    with pytest.raises(Refused) as refusal:
        await actions.change(session, replace(plan, seats=2), by=hr, today=TODAY)

    assert words(refusal) == ["3 seats are taken: there cannot be fewer."]


async def test_cancel_closes_a_session_for_good(db: None) -> None:
    hr = await make.actor(Role.HR)
    plan = plan_for(await make.course())
    session = await actions.schedule(plan, by=hr, today=TODAY)

    await actions.cancel(session, reason=" 讲师生病 ", by=hr, today=TODAY)

    line = await queries.session(session)
    assert (line.cancelled_on, line.cancelled_reason) == (TODAY, "讲师生病")
    with pytest.raises(Refused):
        await actions.change(session, plan, by=hr, today=TODAY)
    with pytest.raises(Refused) as refusal:
        await actions.cancel(session, reason="再来", by=hr, today=TODAY)
    assert words(refusal) == ["The session was cancelled on 2026-11-24."]


async def test_cancel_asks_for_a_reason(db: None) -> None:
    hr = await make.actor(Role.HR)
    session = await make.session(await make.course())

    with pytest.raises(Refused) as refusal:
        await actions.cancel(session, reason=" ", by=hr, today=TODAY)

    assert words(refusal) == ["Say why: the people enrolled will read it."]
    assert refusal.value.field == "reason"


async def test_past_is_read_page_by_page(db: None) -> None:
    course = await make.course()
    ids = [await make.session(course, starts_on=TODAY - timedelta(days=days)) for days in (1, 2, 2, 3)]

    first = await queries.past(today=TODAY, limit=2)
    second = await queries.past(today=TODAY, before=(first[-1].starts_on, first[-1].id), limit=2)

    assert [one.id for one in first + second] == [ids[0], ids[2], ids[1], ids[3]]


async def test_enrollable_has_free_seats_and_leads_to_the_type(db: None) -> None:
    from fixtures import rows

    await rows.built_in_types()
    low_voltage = await make.course(leads_to="SO_ELEC_LV")
    service = await make.course(leads_to="INHOUSE_SERVICE")
    free = await make.session(low_voltage, seats=2, booked=1)
    await make.session(low_voltage, seats=1, booked=1)
    await make.session(low_voltage, cancelled_on=TODAY)
    await make.session(low_voltage, starts_on=TODAY - timedelta(days=1))
    await make.session(low_voltage, completed_at=datetime(2026, 11, 24, tzinfo=UTC))
    other = await make.session(service)
    wanted = await make.certificate_type("SO_ELEC_LV")

    assert [one.id for one in await queries.enrollable([wanted], today=TODAY)] == [free]
    assert [one.id for one in await queries.enrollable([], today=TODAY)] == []
    assert [one.id for one in await queries.enrollable(None, today=TODAY)] == [free, other]


async def test_awaiting_results_are_an_examiners_own_and_all_for_hr(db: None) -> None:
    mine = await make.actor(Role.EXAMINER)
    nobody = await make.actor(Role.EXAMINER)
    hr = await make.actor(Role.HR)
    manager = await make.actor(Role.MANAGER, sites={await make.site()})
    course = await make.course()
    begun = await make.session(course, starts_on=TODAY, seats=2, booked=1, examiner=mine.account)
    await make.session(course, starts_on=TODAY, seats=2, booked=0, examiner=mine.account)
    await make.session(course, starts_on=TODAY + timedelta(days=1), booked=1, examiner=mine.account)
    without = await make.session(course, starts_on=TODAY, seats=2, booked=1)

    async def awaited(by: make.Actor) -> list[int]:
        return [one.id for one in await queries.awaiting_results(by=by, today=TODAY)]

    assert await awaited(mine) == [begun]
    assert await awaited(nobody) == []
    assert await awaited(manager) == []
    assert await awaited(hr) == [begun, without]
    assert (await queries.examined_session(begun, by=mine)).id == begun
    for foreign in (nobody, manager):
        with pytest.raises(Missing):
            await queries.examined_session(begun, by=foreign)


async def test_latest_is_what_the_next_is_likely_to_be(db: None) -> None:
    course = await make.course()
    await make.session(course, starts_on=TODAY - timedelta(days=30), place="旧")
    last = await make.session(course, starts_on=TODAY - timedelta(days=3), place="新")
    await make.session(course, starts_on=TODAY, cancelled_on=TODAY)

    found = await queries.latest(course)

    assert found is not None
    assert (found.id, found.place) == (last, "新")
    assert await queries.latest(await make.course()) is None
    assert await queries.used_before() == (["新", "旧"], [])


async def test_the_database_refuses_more_booked_than_seats(db: None) -> None:
    import asyncpg

    session = await make.session(await make.course(), seats=1)

    with pytest.raises(asyncpg.CheckViolationError):
        await Session.update({Session.booked: 2}).where(Session.id == session)
