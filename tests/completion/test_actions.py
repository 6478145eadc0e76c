from datetime import date, timedelta
from typing import Any

import pytest

from fixtures import rows
from tests import make
from tests.make import TODAY
from training.access import COMMAND_LINE, Actor, Role
from training.certificates.tables import Certificate
from training.completion import actions, queries
from training.completion.tables import Completion
from training.enrolments import actions as enrolments
from training.enrolments.rules import Attendance
from training.errors import Missing, Refused
from training.exams import actions as exams
from training.exams import queries as marks
from training.exams.rules import Score
from training.sealing import unseal
from training.sessions import queries as sessions

LV, SERVICE = "SO_ELEC_LV", "INHOUSE_SERVICE"
DAY = TODAY - timedelta(days=1)


@pytest.fixture(autouse=True)
async def types(db: None) -> None:
    await rows.built_in_types()


async def held(code: str = SERVICE, parts: dict[str, int] | None = None, **columns: object) -> int:
    """A session of yesterday whose course leads to a type, theory and practical at 60 unless told otherwise."""
    asked = {"theory": 60, "practical": 60} if parts is None else parts
    course = await make.course(leads_to=code, parts=asked)
    return await make.session(course, **{"starts_on": DAY, **columns})


async def sat(session: int, person: int, *marks: float | None, attendance: str = "present", on: date = DAY) -> int:
    enrolment = await make.enrolment(session, person, attendance=attendance)
    for part, mark in zip(("theory", "practical"), marks, strict=False):
        await make.mark(enrolment, part, mark, examined_on=on)
    return enrolment


async def certificates_of(person: int) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (
        await Certificate.select().where(Certificate.person == person).order_by(Certificate.id)
    )
    return found


def words(refusal: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [str(objection) for objection in refusal.value.objections]


async def test_submit_certifies_who_attended_and_passed_and_tells_of_the_others() -> None:
    hr = await make.actor(Role.HR)
    session = await held()
    passed, failed, away, absent = [await make.person(name) for name in ("合", "不", "没", "缺")]
    await sat(session, passed, 60, 85)
    await sat(session, failed, 90, 59)
    await sat(session, away, attendance="absent")
    await sat(session, absent, None, None)

    outcome = await actions.submit(session, by=hr, today=TODAY)

    assert [one.person for one in outcome.completed] == [passed]
    assert {one.person: [str(reason) for reason in one.because] for one in outcome.missing} == {
        failed: ["Practical: 59 of the 60 needed."],
        away: ["Did not attend.", "Theory: no mark yet.", "Practical: no mark yet."],
        absent: ["Theory: absent.", "Practical: absent."],
    }
    (certificate,) = await certificates_of(passed)
    (completion,) = await Completion.select()
    assert completion["certificate"] == certificate["id"]
    assert completion["completed_on"] == DAY
    assert (certificate["own"], certificate["issued_on"], certificate["expires_on"]) == (True, DAY, date(2028, 11, 22))
    assert certificate["number"] == f"CZ-2026-{completion['id']:06d}"
    assert certificate["issuer"] == "本单位"
    assert (await sessions.session(session)).completed_at is not None


async def test_submit_twice_has_one_effect() -> None:
    hr = await make.actor(Role.HR)
    session = await held()
    person = await make.person()
    await sat(session, person, 80, 80)

    await actions.submit(session, by=hr, today=TODAY)
    again = await actions.submit(session, by=hr, today=TODAY)

    assert (again.completed, again.before) == ((), 1)
    assert (await Certificate.count(), await Completion.count()) == (1, 1)


async def test_submit_again_certifies_whoever_passed_a_resit_since() -> None:
    hr = await make.actor(Role.HR)
    session = await held()
    person = await make.person()
    enrolment = await sat(session, person, 80, 40)
    await actions.submit(session, by=hr, today=TODAY)
    assert await certificates_of(person) == []

    from training.courses.rules import Part

    await exams.record_resit(
        enrolment, part=Part.PRACTICAL, score=Score(marks.rules.HIGHEST), examined_on=TODAY, by=hr, today=TODAY
    )
    outcome = await actions.submit(session, by=hr, today=TODAY)

    assert [one.person for one in outcome.completed] == [person]
    assert [one["issued_on"] for one in await certificates_of(person)] == [TODAY]


async def test_a_renewal_keeps_number_and_anniversary_and_supersedes() -> None:
    hr = await make.actor(Role.HR)
    identity = make.identity_number()
    person = await make.person(identity=identity)
    end = TODAY + timedelta(days=20)
    old = await make.certificate(
        person, LV, number=f"T{identity}", issued_on=date(2020, 12, 15), expires_on=end, item="低压电工作业"
    )
    session = await held(LV)
    await sat(session, person, 80, 80)

    await actions.submit(session, by=hr, today=TODAY)

    before, after = await certificates_of(person)
    assert (before["id"], before["superseded_by"], before["superseded_on"]) == (old, after["id"], DAY)
    assert (after["issued_on"], after["expires_on"], after["item"]) == (DAY, date(2032, 12, 14), "低压电工作业")
    assert after["number"] == before["number"]
    assert unseal(after["number_sealed"], f"certificate.number:{after['id']}") == f"T{identity}"
    assert after["first_issued_on"] == date(2020, 12, 15)
    assert after["own"] is False


async def test_a_late_renewal_starts_anew_and_its_end_is_left_to_the_rule() -> None:
    hr = await make.actor(Role.HR)
    person = await make.person(identity=make.identity_number())
    await make.certificate(person, LV, issued_on=date(2020, 9, 1), expires_on=date(2026, 8, 31))
    session = await held(LV)
    await sat(session, person, 80, 80)

    await actions.submit(session, by=hr, today=TODAY)

    _, after = await certificates_of(person)
    assert (after["issued_on"], after["expires_on"]) == (DAY, None)


async def test_a_first_special_operations_certificate_is_numbered_after_its_holder() -> None:
    hr = await make.actor(Role.HR)
    identity = make.identity_number()
    known, unknown = await make.person(identity=identity), await make.person()
    session = await held(LV)
    for person in (known, unknown):
        await sat(session, person, 80, 80)

    await actions.submit(session, by=hr, today=TODAY)

    (mine,) = await certificates_of(known)
    (theirs,) = await certificates_of(unknown)
    assert unseal(mine["number_sealed"], f"certificate.number:{mine['id']}") == f"T{identity}"
    assert identity not in mine["number"]
    assert (theirs["number"], theirs["number_sealed"]) == ("", None)


async def test_what_is_on_record_already_is_taken_as_it_is() -> None:
    hr = await make.actor(Role.HR)
    person = await make.person()
    imported = await make.certificate(person, SERVICE, issued_on=DAY)
    session = await held()
    await sat(session, person, 80, 80)

    outcome = await actions.submit(session, by=hr, today=TODAY)

    assert [one.certificate for one in outcome.completed] == [imported]
    assert await Certificate.count() == 1


async def test_two_sessions_that_end_on_one_day_give_one_certificate() -> None:
    hr = await make.actor(Role.HR)
    person = await make.person()
    morning, afternoon = await held(), await held()
    for session in (morning, afternoon):
        await sat(session, person, 80, 80)

    (first,) = (await actions.submit(morning, by=hr, today=TODAY)).completed
    (second,) = (await actions.submit(afternoon, by=hr, today=TODAY)).completed

    assert (first.certificate is None, second.certificate) == (False, None)
    assert (await Certificate.count(), await Completion.count()) == (1, 2)


async def test_a_course_that_leads_nowhere_completes_without_certificate() -> None:
    hr = await make.actor(Role.HR)
    session = await make.session(await make.course(), starts_on=DAY)
    person = await make.person()
    await sat(session, person)

    outcome = await actions.submit(session, by=hr, today=TODAY)

    assert [(one.person, one.certificate) for one in outcome.completed] == [(person, None)]
    assert [row["completed_on"] for row in await Completion.select()] == [DAY]


async def test_nobody_certifies_themselves_in_any_role() -> None:
    me, other = await make.person(), await make.person()
    by = await make.actor(*Role, person=me)
    session = await held(examiner=by.account)
    await sat(session, me, 99, 99)
    await sat(session, other, 80, 80)

    outcome = await actions.submit(session, by=by, today=TODAY)

    assert [one.person for one in outcome.completed] == [other]
    assert [(one.person, [str(reason) for reason in one.because]) for one in outcome.missing] == [
        (me, ["Nobody certifies themselves: somebody else must submit this result."])
    ]
    later = await actions.submit(session, by=await make.actor(Role.HR), today=TODAY)
    assert [one.person for one in later.completed] == [me]


async def test_submit_is_for_the_examiner_and_hr() -> None:
    examiner, foreign = await make.actor(Role.EXAMINER), await make.actor(Role.EXAMINER)
    auditor = await make.actor(Role.AUDITOR)
    session = await held(examiner=examiner.account)
    await sat(session, await make.person(), 80, 80)

    for other in (foreign, auditor):
        with pytest.raises(Missing):
            await actions.submit(session, by=other, today=TODAY)
    assert len((await actions.submit(session, by=examiner, today=TODAY)).completed) == 1


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        (
            {"starts_on": TODAY, "ends_on": TODAY + timedelta(days=1)},
            "The session ends on 2026-11-25: its results are submitted from that day on.",
        ),
        ({"cancelled_on": TODAY}, "The session was cancelled on 2026-11-24."),
    ],
)
async def test_submit_refuses_what_is_not_over(columns: dict[str, object], expected: str) -> None:
    hr = await make.actor(Role.HR)
    session = await held(**columns)
    await sat(session, await make.person(), 80, 80)

    with pytest.raises(Refused) as refusal:
        await actions.submit(session, by=hr, today=TODAY)

    assert words(refusal) == [expected]


async def test_submit_refuses_while_something_is_to_be_entered() -> None:
    hr = await make.actor(Role.HR)
    session = await held()
    await sat(session, await make.person(), 80, 80)
    await sat(session, await make.person(), 80)
    await sat(session, await make.person(), 80, 80, attendance="unknown")

    with pytest.raises(Refused) as refusal:
        await actions.submit(session, by=hr, today=TODAY)

    assert words(refusal) == ["Attendance or marks of 2 people are still to be entered."]
    assert await Completion.count() == 0
    assert (await sessions.session(session)).completed_at is None


async def test_a_correction_afterwards_shows_as_a_contradiction() -> None:
    hr = await make.actor(Role.HR)
    session = await held()
    enrolment = await sat(session, await make.person(), 80, 80)
    await actions.submit(session, by=hr, today=TODAY)

    await enrolments.mark_attendance(enrolment, attendance=Attendance.ABSENT, by=hr, today=TODAY)

    (line,) = (await queries.sheet(await sessions.session(session), by=hr, today=TODAY)).lines
    assert line.contradiction


async def test_training_of_a_person_is_for_their_site_and_themselves() -> None:
    site = await make.site()
    person = await make.person(site=site)
    session = await held()
    await sat(session, person, 80, 40)
    ahead = await make.session(await make.course())
    await make.enrolment(ahead, person)

    async def seen(by: Actor) -> list[int]:
        return [one.training.session for one in await queries.training_of(person, by=by, today=TODAY)]

    assert await seen(COMMAND_LINE) == [ahead, session]
    assert await seen(await make.actor(Role.EMPLOYEE, person=person)) == [ahead, session]
    assert await seen(await make.actor(Role.MANAGER, sites={site})) == [ahead, session]
    assert await seen(await make.actor(Role.MANAGER, sites={await make.site()})) == []
    last = (await queries.training_of(person, by=COMMAND_LINE, today=TODAY))[1]
    assert [str(reason) for reason in last.result.because] == ["Practical: 40 of the 60 needed."]
