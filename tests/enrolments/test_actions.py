from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from tests import make
from tests.make import TODAY
from training.access import COMMAND_LINE, Actor, Role
from training.enrolments import actions, queries
from training.enrolments.rules import Attendance
from training.errors import Missing, Refused
from training.sessions import queries as sessions
from training.sessions.rules import Plan
from training.words import Message, say

IN_A_WEEK = TODAY + timedelta(days=7)
SUBMITTED = datetime(2026, 11, 24, tzinfo=UTC)
FULL = say("The session is full.")
ALREADY = say("Already enrolled.")


def plan_for(course: int, *, seats: int = 24) -> Plan:
    return Plan(course=course, starts_on=IN_A_WEEK, ends_on=IN_A_WEEK, starts_at=time(9), ends_at=time(17), seats=seats)


def words(refusal: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [str(objection) for objection in refusal.value.objections]


async def booked(session: int) -> int:
    return (await sessions.session(session)).booked


async def seated(session: int) -> list[int]:
    return [line.person for line in await queries.roster(session, by=COMMAND_LINE, today=TODAY) if not line.withdrawn]


async def people(count: int) -> list[int]:
    return [await make.person() for _ in range(count)]


async def test_enrol_takes_a_seat(db: None) -> None:
    hr = await make.actor(Role.HR)
    session = await make.session(await make.course(), seats=1)
    person = await make.person()

    await actions.enrol(session, person=person, by=hr, today=TODAY)

    assert (await booked(session), await seated(session)) == (1, [person])


async def test_enrol_refuses_the_last_seat_twice(db: None) -> None:
    hr = await make.actor(Role.HR)
    session = await make.session(await make.course(), seats=1)
    first, second = await people(2)
    await actions.enrol(session, person=first, by=hr, today=TODAY)

    with pytest.raises(Refused) as refusal:
        await actions.enrol(session, person=second, by=hr, today=TODAY)

    assert refusal.value.objections == (FULL,)
    assert (await booked(session), await seated(session)) == (1, [first])


async def test_enrol_refuses_somebody_twice(db: None) -> None:
    hr = await make.actor(Role.HR)
    session = await make.session(await make.course())
    person = await make.person()
    await actions.enrol(session, person=person, by=hr, today=TODAY)

    with pytest.raises(Refused) as refusal:
        await actions.enrol(session, person=person, by=hr, today=TODAY)

    assert refusal.value.objections == (ALREADY,)


async def test_enrol_refuses_a_clash_and_names_it(db: None) -> None:
    hr = await make.actor(Role.HR)
    first_aid = await make.session(await make.course("急救", name_en="First aid"))
    session = await make.session(await make.course(), starts_at=time(16), ends_at=time(18))
    person = await make.person()
    enrolment = await actions.enrol(first_aid, person=person, by=hr, today=TODAY)

    with pytest.raises(Refused) as refusal:
        await actions.enrol(session, person=person, by=hr, today=TODAY)
    assert words(refusal) == ["It clashes with First aid on 2026-12-01."]

    await actions.withdraw(enrolment, reason="调班", by=hr)
    await actions.enrol(session, person=person, by=hr, today=TODAY)
    assert await seated(session) == [person]


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ({"cancelled_on": TODAY}, "The session was cancelled on 2026-11-24."),
        ({"completed_at": SUBMITTED}, "The results of this session are submitted."),
        ({"starts_on": TODAY - timedelta(days=1)}, "The session is past: it ended on 2026-11-23."),
    ],
)
async def test_enrol_refuses_closed_sessions(db: None, columns: dict[str, object], expected: str) -> None:
    hr = await make.actor(Role.HR)
    session = await make.session(await make.course(), **columns)

    with pytest.raises(Refused) as one:
        await actions.enrol(session, person=await make.person(), by=hr, today=TODAY)
    with pytest.raises(Refused) as many:
        await actions.enrol_many(session, people=await people(2), by=hr, today=TODAY)

    assert words(one) == [expected]
    assert words(many) == [expected]
    assert await booked(session) == 0


async def test_enrol_refuses_whoever_leaves_before(db: None) -> None:
    hr = await make.actor(Role.HR)
    session = await make.session(await make.course())
    leaver = await make.person(left_on=TODAY)

    with pytest.raises(Refused) as refusal:
        await actions.enrol(session, person=leaver, by=hr, today=TODAY)

    assert words(refusal) == ["Their last day of work, 2026-11-24, is before the session ends."]


async def test_enrol_refuses_what_does_not_exist(db: None) -> None:
    hr = await make.actor(Role.HR)
    session = await make.session(await make.course())

    with pytest.raises(Missing):
        await actions.enrol(10**9, person=await make.person(), by=hr, today=TODAY)
    with pytest.raises(Missing):
        await actions.enrol(session, person=10**9, by=hr, today=TODAY)
    with pytest.raises(Missing):
        await actions.enrol_many(session, people=[await make.person(), 10**9], by=hr, today=TODAY)


async def test_enrol_many_puts_everybody_in_one_of_two_lists(db: None) -> None:
    hr = await make.actor(Role.HR)
    course = await make.course("急救", name_en="First aid")
    session = await make.session(course, seats=3)
    elsewhere = await make.session(course)
    already, busy, leaver, *fit = [
        await make.person("已"),
        await make.person("忙"),
        await make.person("离", left_on=TODAY),
        *(await people(3)),
    ]
    await actions.enrol(session, person=already, by=hr, today=TODAY)
    await actions.enrol(elsewhere, person=busy, by=hr, today=TODAY)

    outcome = await actions.enrol_many(
        session, people=[already, fit[0], busy, fit[1], leaver, fit[2], fit[0]], by=hr, today=TODAY
    )

    assert [seat.person for seat in outcome.seats] == fit[:2]
    assert [(skip.person, [str(reason) for reason in skip.reasons]) for skip in outcome.skipped] == [
        (already, ["Already enrolled."]),
        (busy, ["It clashes with First aid on 2026-12-01."]),
        (leaver, ["Their last day of work, 2026-11-24, is before the session ends."]),
        (fit[2], ["The session is full."]),
    ]
    assert await booked(session) == 3
    assert set(await seated(session)) == {already, *fit[:2]}


async def test_enrol_many_in_a_full_session_skips_all(db: None) -> None:
    hr = await make.actor(Role.HR)
    session = await make.session(await make.course(), seats=1, booked=1)

    outcome = await actions.enrol_many(session, people=await people(2), by=hr, today=TODAY)

    assert outcome.seats == ()
    assert [skip.reasons for skip in outcome.skipped] == [(FULL,), (FULL,)]


async def test_undo_takes_back_what_is_still_held(db: None) -> None:
    hr = await make.actor(Role.HR)
    session = await make.session(await make.course(), seats=5)
    before = await make.person()
    await actions.enrol(session, person=before, by=hr, today=TODAY)
    outcome = await actions.enrol_many(session, people=await people(3), by=hr, today=TODAY)
    enrolments = [seat.enrolment for seat in outcome.seats]
    await actions.withdraw(enrolments[0], reason="调班", by=hr)

    assert await actions.undo(session, enrolments=enrolments, by=hr) == 2
    assert await actions.undo(session, enrolments=enrolments, by=hr) == 0

    assert (await booked(session), await seated(session)) == (1, [before])


async def test_undo_leaves_other_sessions_alone(db: None) -> None:
    hr = await make.actor(Role.HR)
    course = await make.course()
    one, other = await make.session(course), await make.session(course, starts_on=TODAY)
    enrolment = await actions.enrol(one, person=await make.person(), by=hr, today=TODAY)

    assert await actions.undo(other, enrolments=[enrolment], by=hr) == 0
    assert await booked(one) == 1


async def test_schedule_and_enrol_is_whole_or_not_at_all(db: None) -> None:
    hr = await make.actor(Role.HR)
    course = await make.course()
    chosen = await people(3)

    outcome = await actions.schedule_and_enrol(plan_for(course), people=chosen, by=hr, today=TODAY)

    assert (await booked(outcome.session), [seat.person for seat in outcome.seats]) == (3, chosen)

    with pytest.raises(Refused) as refusal:
        await actions.schedule_and_enrol(plan_for(course, seats=2), people=chosen, by=hr, today=TODAY)
    assert words(refusal) == ["3 people are chosen: give the session as many seats, or choose fewer."]
    assert refusal.value.field == "seats"
    with pytest.raises(Missing):
        await actions.schedule_and_enrol(plan_for(course), people=[10**9], by=hr, today=TODAY)
    assert [one.id for one in await sessions.upcoming(today=TODAY)] == [outcome.session]


async def test_schedule_and_enrol_tells_who_has_no_time(db: None) -> None:
    hr = await make.actor(Role.HR)
    course = await make.course("急救", name_en="First aid")
    chosen = await people(2)
    await actions.enrol(await make.session(course), person=chosen[0], by=hr, today=TODAY)

    outcome = await actions.schedule_and_enrol(plan_for(course), people=chosen, by=hr, today=TODAY)

    assert [seat.person for seat in outcome.seats] == [chosen[1]]
    assert [skip.person for skip in outcome.skipped] == [chosen[0]]


async def test_withdraw_frees_the_seat_and_keeps_the_record(db: None) -> None:
    hr = await make.actor(Role.HR)
    session = await make.session(await make.course(), seats=1)
    person, other = await people(2)
    enrolment = await actions.enrol(session, person=person, by=hr, today=TODAY)

    await actions.withdraw(enrolment, reason=" 调班 ", by=hr)

    assert await booked(session) == 0
    (line,) = await queries.roster(session, by=hr, today=TODAY)
    assert (line.withdrawn, line.withdrawn_reason) == (True, "调班")
    await actions.enrol(session, person=other, by=hr, today=TODAY)
    with pytest.raises(Refused) as refusal:
        await actions.withdraw(enrolment, reason="再来", by=hr)
    assert words(refusal) == ["Already withdrawn."]


async def test_withdraw_then_enrol_again_is_a_new_enrolment(db: None) -> None:
    hr = await make.actor(Role.HR)
    session = await make.session(await make.course(), seats=1)
    person = await make.person()
    first = await actions.enrol(session, person=person, by=hr, today=TODAY)
    await actions.withdraw(first, reason="调班", by=hr)

    second = await actions.enrol(session, person=person, by=hr, today=TODAY)

    assert second > first
    assert await booked(session) == 1


async def test_withdraw_refuses_without_a_reason_and_after_attending(db: None) -> None:
    hr = await make.actor(Role.HR)
    session = await make.session(await make.course(), starts_on=TODAY)
    enrolment = await actions.enrol(session, person=await make.person(), by=hr, today=TODAY)
    await actions.mark_attendance(enrolment, attendance=Attendance.PRESENT, by=hr, today=TODAY)

    with pytest.raises(Refused) as refusal:
        await actions.withdraw(enrolment, reason="", by=hr)

    assert words(refusal) == [
        "They attended: whoever was there stays on the record.",
        "Give a reason for the withdrawal.",
    ]


async def test_leavers_give_back_the_seats_ahead(db: None) -> None:
    hr = await make.actor(Role.HR)
    course = await make.course()
    leaver, stayer = await make.person(left_on=TODAY), await make.person()
    ahead, past = await make.session(course), await make.session(course, starts_on=TODAY - timedelta(days=3))
    for session in (ahead, past):
        await make.enrolment(session, leaver)
        await make.enrolment(session, stayer)

    assert await actions.free_seats_of_leavers(by=hr, today=TODAY, person=stayer) == 0
    assert await actions.free_seats_of_leavers(by=hr, today=TODAY, person=leaver) == 1
    assert await actions.free_seats_of_leavers(by=hr, today=TODAY) == 0

    assert (await booked(ahead), await booked(past)) == (1, 2)
    assert [
        str(line.withdrawn_reason) for line in await queries.roster(ahead, by=hr, today=TODAY) if line.withdrawn
    ] == ["@left"]


async def test_attendance_is_recorded_by_the_examiner_and_hr_and_nobody_else(db: None) -> None:
    hr, examiner, foreign = [await make.actor(role) for role in (Role.HR, Role.EXAMINER, Role.EXAMINER)]
    session = await make.session(await make.course(), starts_on=TODAY, examiner=examiner.account)
    enrolment = await make.enrolment(session, await make.person())

    async def recorded() -> Attendance:
        return (await queries.roster(session, by=hr, today=TODAY))[0].attendance

    await actions.mark_attendance(enrolment, attendance=Attendance.PRESENT, by=examiner, today=TODAY)
    assert await recorded() is Attendance.PRESENT
    await actions.mark_attendance(enrolment, attendance=Attendance.ABSENT, by=hr, today=TODAY)
    assert await recorded() is Attendance.ABSENT
    with pytest.raises(Missing):
        await actions.mark_attendance(enrolment, attendance=Attendance.PRESENT, by=foreign, today=TODAY)
    with pytest.raises(Missing):
        await actions.mark_rest_present(session, by=foreign, today=TODAY)
    assert await recorded() is Attendance.ABSENT


async def test_attendance_waits_for_the_day_and_is_never_ones_own(db: None) -> None:
    me = await make.person()
    hr = await make.actor(Role.HR, person=me)
    session = await make.session(await make.course(), starts_on=TODAY)
    own = await make.enrolment(session, me)
    other = await make.enrolment(session, await make.person())

    with pytest.raises(Refused) as refusal:
        await actions.mark_attendance(own, attendance=Attendance.PRESENT, by=hr, today=TODAY)
    assert words(refusal) == ["Nobody records their own attendance."]
    with pytest.raises(Refused):
        await actions.mark_attendance(other, attendance=Attendance.PRESENT, by=hr, today=TODAY - timedelta(days=1))
    assert await actions.mark_rest_present(session, by=hr, today=TODAY) == 1
    assert {line.enrolment: line.attendance for line in await queries.roster(session, by=hr, today=TODAY)} == {
        own: Attendance.UNKNOWN,
        other: Attendance.PRESENT,
    }


async def test_mark_rest_present_keeps_the_absent(db: None) -> None:
    hr = await make.actor(Role.HR)
    session = await make.session(await make.course(), starts_on=TODAY)
    absent = await make.enrolment(session, await make.person(), attendance="absent")
    await make.enrolment(session, await make.person())

    assert await actions.mark_rest_present(session, by=hr, today=TODAY) == 1
    assert await actions.mark_rest_present(session, by=hr, today=TODAY) == 0

    lines = await queries.roster(session, by=hr, today=TODAY)
    assert [line.attendance for line in lines if line.enrolment == absent] == [Attendance.ABSENT]


async def test_change_session_refuses_to_put_somebody_in_two_at_once(db: None) -> None:
    hr = await make.actor(Role.HR)
    course = await make.course("急救", name_en="First aid")
    first_aid = await make.session(course, starts_on=IN_A_WEEK + timedelta(days=1))
    session = await make.session(course)
    person = await make.person("于海涛")
    for one in (first_aid, session):
        await make.enrolment(one, person)
    moved = replace(plan_for(course), starts_on=IN_A_WEEK, ends_on=IN_A_WEEK + timedelta(days=1))

    with pytest.raises(Refused) as refusal:
        await actions.change_session(session, moved, by=hr, today=TODAY)

    assert words(refusal) == ["于海涛 is then in First aid on 2026-12-02."]
    await actions.change_session(session, replace(moved, ends_on=IN_A_WEEK), by=hr, today=TODAY)


async def test_roster_is_of_ones_own_sites(db: None) -> None:
    mine, theirs = await make.site(), await make.site()
    manager = await make.actor(Role.MANAGER, sites={mine})
    nobody = await make.actor(Role.MANAGER)
    session = await make.session(await make.course())
    people = [await make.person(site=site) for site in (mine, theirs)]
    for person in [*people, await make.person()]:
        await make.enrolment(session, person)

    async def seen(by: Actor, *, everybody: bool = False) -> int:
        return len(await queries.roster(session, by=by, today=TODAY, everybody=everybody))

    assert [line.person for line in await queries.roster(session, by=manager, today=TODAY)] == [people[0]]
    assert (await seen(nobody), await seen(await make.actor(Role.HR))) == (0, 3)
    assert await seen(await make.actor(Role.EXAMINER), everybody=True) == 3


async def test_booked_tells_what_people_have_a_seat_for(db: None) -> None:
    from fixtures import rows

    await rows.built_in_types()
    kind = await make.certificate_type("SO_ELEC_LV")
    course = await make.course("低压", name_en="Low voltage", leads_to="SO_ELEC_LV")
    later, sooner = await make.session(course, starts_on=IN_A_WEEK), await make.session(course, starts_on=TODAY)
    done = await make.session(course, completed_at=SUBMITTED)
    off = await make.session(course, cancelled_on=TODAY)
    person, other = await people(2)
    for session in (later, sooner, done, off):
        await make.enrolment(session, person)
    await make.enrolment(done, other)
    await make.enrolment(later, other, withdrawn_at=SUBMITTED)

    found = await queries.booked([person, other], today=TODAY)

    assert {key: (one.session, one.starts_on) for key, one in found.items()} == {(person, kind): (sooner, TODAY)}
    assert found == await queries.booked(None, today=TODAY)
    assert await queries.booked([], today=TODAY) == {}
    named: Message = found[person, kind].named
    assert str(named) == "Low voltage on 2026-11-24"


async def test_of_person_is_for_their_site_and_themselves(db: None) -> None:
    site = await make.site()
    person = await make.person(site=site)
    session = await make.session(await make.course())
    enrolment = await make.enrolment(session, person)

    async def seen(by: Actor) -> list[int]:
        return [one.enrolment for one in await queries.of_person(person, by=by, today=TODAY)]

    assert await seen(await make.actor(Role.HR)) == [enrolment]
    assert await seen(await make.actor(Role.EMPLOYEE, person=person)) == [enrolment]
    assert await seen(await make.actor(Role.MANAGER, sites={site})) == [enrolment]
    assert await seen(await make.actor(Role.MANAGER, sites={await make.site()})) == []
    assert await seen(await make.actor(Role.EMPLOYEE)) == []
