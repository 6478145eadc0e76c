from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from tests import make
from tests.make import TODAY
from training.access import Actor, Role
from training.courses.rules import Part
from training.errors import Missing, Refused
from training.exams import actions, queries
from training.exams.rules import ABSENT, Outcome, Score
from training.exams.tables import Mark

SUBMITTED = datetime(2026, 11, 24, tzinfo=UTC)
THEORY, PRACTICAL = Part.THEORY, Part.PRACTICAL


def of(mark: float) -> Score:
    return Score(Decimal(str(mark)))


def words(refusal: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [str(objection) for objection in refusal.value.objections]


async def held(**columns: object) -> int:
    """A session of today whose course asks both parts at 80."""
    course = await make.course(parts={"theory": 80, "practical": 80})
    return await make.session(course, **{"starts_on": TODAY, **columns})


async def counting(enrolment: int) -> list[tuple[Part, int, Decimal | None]]:
    entries = (await queries.of_enrolments([enrolment])).get(enrolment, [])
    return [(entry.part, entry.attempt, entry.mark) for entry in entries]


async def record(enrolment: int, score: Score, *, by: Actor, part: Part = THEORY) -> bool:
    return await actions.record(enrolment, part=part, score=score, by=by, today=TODAY)


async def test_record_the_first_mark_and_absence(db: None) -> None:
    hr = await make.actor(Role.HR)
    enrolment = await make.enrolment(await held(), await make.person())

    assert await record(enrolment, of(85.5), by=hr) is True
    assert await record(enrolment, ABSENT, by=hr, part=PRACTICAL) is True

    assert await counting(enrolment) == [(PRACTICAL, 1, None), (THEORY, 1, Decimal("85.5"))]


async def test_record_the_same_twice_changes_nothing(db: None) -> None:
    hr = await make.actor(Role.HR)
    enrolment = await make.enrolment(await held(), await make.person())
    await record(enrolment, of(85), by=hr)

    assert await record(enrolment, of(85.0), by=hr) is False

    assert await Mark.count() == 1


async def test_record_never_overwrites(db: None) -> None:
    hr = await make.actor(Role.HR)
    enrolment = await make.enrolment(await held(), await make.person())
    await record(enrolment, of(85), by=hr)

    with pytest.raises(Refused) as refusal:
        await record(enrolment, of(86), by=hr)

    assert words(refusal) == ["A mark is recorded already: correct it with a reason, or record a resit."]
    assert await counting(enrolment) == [(THEORY, 1, Decimal("85.0"))]


async def test_nobody_records_their_own_marks_in_any_role(db: None) -> None:
    me = await make.person()
    by = await make.actor(*Role, person=me)
    enrolment = await make.enrolment(await held(examiner=by.account), me)
    recorded = await make.mark(enrolment, "theory", 60, examined_on=TODAY)

    for attempt in (
        record(enrolment, of(99), by=by),
        actions.record_resit(enrolment, part=THEORY, score=of(99), examined_on=TODAY, by=by, today=TODAY),
        actions.correct(recorded, score=of(99), reason="录错", by=by, today=TODAY),
    ):
        with pytest.raises(Refused) as refusal:
            await attempt
        assert words(refusal) == ["Nobody records their own marks."]


async def test_an_examiner_records_in_own_sessions_only(db: None) -> None:
    examiner, foreign = await make.actor(Role.EXAMINER), await make.actor(Role.EXAMINER)
    auditor = await make.actor(Role.AUDITOR)
    enrolment = await make.enrolment(await held(examiner=examiner.account), await make.person())

    assert await record(enrolment, of(85), by=examiner)
    with pytest.raises(Missing):
        await record(enrolment, of(90), by=foreign, part=PRACTICAL)
    with pytest.raises(Refused):
        await record(enrolment, of(90), by=auditor, part=PRACTICAL)


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        (
            {"starts_on": TODAY + timedelta(days=1)},
            "The session starts on 2026-11-25: marks are recorded from that day on.",
        ),
        ({"cancelled_on": TODAY}, "The session was cancelled on 2026-11-24."),
    ],
)
async def test_record_refuses_what_was_not_held(db: None, columns: dict[str, object], expected: str) -> None:
    hr = await make.actor(Role.HR)
    enrolment = await make.enrolment(await held(**columns), await make.person())

    with pytest.raises(Refused) as refusal:
        await record(enrolment, of(85), by=hr)

    assert words(refusal) == [expected]


async def test_record_refuses_the_withdrawn_and_parts_not_asked(db: None) -> None:
    hr = await make.actor(Role.HR)
    withdrawn = await make.enrolment(await held(), await make.person(), withdrawn_at=SUBMITTED)
    course = await make.course(parts={"theory": 60})
    theory_only = await make.enrolment(await make.session(course, starts_on=TODAY), await make.person())

    with pytest.raises(Refused) as refusal:
        await record(withdrawn, of(85), by=hr)
    assert words(refusal) == ["The enrolment is withdrawn."]
    with pytest.raises(Refused) as refusal:
        await record(theory_only, of(85), by=hr, part=PRACTICAL)
    assert words(refusal) == ["Practical is not examined in this session."]
    with pytest.raises(Missing):
        await record(10**9, of(85), by=hr)


async def test_resit_adds_an_attempt_and_a_passed_part_is_retained(db: None) -> None:
    hr = await make.actor(Role.HR)
    session = await held(starts_on=TODAY - timedelta(days=7))
    enrolment = await make.enrolment(session, await make.person())
    await record(enrolment, of(60), by=hr)

    assert await actions.record_resit(enrolment, part=THEORY, score=of(81), examined_on=TODAY, by=hr, today=TODAY) == 2

    with pytest.raises(Refused) as refusal:
        await actions.record_resit(enrolment, part=THEORY, score=of(90), examined_on=TODAY, by=hr, today=TODAY)
    assert words(refusal) == ["Theory is passed already; a wrong mark is corrected, with a reason."]
    entries = (await queries.of_session(session))[enrolment]
    assert [(one.attempt, one.mark, one.examined_on) for one in entries] == [
        (1, Decimal("60.0"), TODAY - timedelta(days=7)),
        (2, Decimal("81.0"), TODAY),
    ]


async def test_resit_refuses_a_day_ahead_and_a_first_attempt(db: None) -> None:
    hr = await make.actor(Role.HR)
    enrolment = await make.enrolment(await held(), await make.person())

    with pytest.raises(Refused) as refusal:
        await actions.record_resit(
            enrolment, part=THEORY, score=of(81), examined_on=TODAY + timedelta(days=1), by=hr, today=TODAY
        )

    assert words(refusal) == ["Theory: no mark yet.", "The exam day 2026-11-25 is still to come."]


async def test_correct_replaces_with_a_reason_and_keeps_the_wrong_one(db: None) -> None:
    hr = await make.actor(Role.HR)
    session = await held()
    enrolment = await make.enrolment(session, await make.person())
    wrong = await make.mark(enrolment, "theory", 58, examined_on=TODAY)

    await actions.correct(wrong, score=of(85), reason=" 录反了 ", by=hr, today=TODAY)

    (entry,) = (await queries.of_session(session))[enrolment]
    assert (entry.mark, entry.attempt, entry.corrected, entry.reason) == (Decimal("85.0"), 1, True, "录反了")
    assert await Mark.count() == 2


async def test_correct_takes_effect_once_of_two(db: None) -> None:
    hr = await make.actor(Role.HR)
    enrolment = await make.enrolment(await held(), await make.person())
    wrong = await make.mark(enrolment, "theory", 58, examined_on=TODAY)
    await actions.correct(wrong, score=of(85), reason="录反了", by=hr, today=TODAY)

    with pytest.raises(Refused) as refusal:
        await actions.correct(wrong, score=of(90), reason="录反了", by=hr, today=TODAY)

    assert words(refusal) == ["Somebody has corrected this mark in the meantime: look at it again."]
    assert await counting(enrolment) == [(THEORY, 1, Decimal("85.0"))]


async def test_correct_refuses_without_reason_and_the_same(db: None) -> None:
    hr = await make.actor(Role.HR)
    enrolment = await make.enrolment(await held(), await make.person())
    mark = await make.mark(enrolment, "theory", 58, examined_on=TODAY)

    with pytest.raises(Refused) as refusal:
        await actions.correct(mark, score=of(58), reason=" ", by=hr, today=TODAY)

    assert words(refusal) == [
        "The mark is the same as before.",
        "A mark is corrected with a reason: say what was wrong.",
    ]
    with pytest.raises(Missing):
        await actions.correct(10**9, score=of(58), reason="录错", by=hr, today=TODAY)


async def test_correct_after_submitting_is_for_hr(db: None) -> None:
    hr, examiner = await make.actor(Role.HR), await make.actor(Role.EXAMINER)
    session = await held(examiner=examiner.account, completed_at=SUBMITTED)
    enrolment = await make.enrolment(session, await make.person())
    mark = await make.mark(enrolment, "theory", 58, examined_on=TODAY)

    with pytest.raises(Refused) as refusal:
        await actions.correct(mark, score=of(85), reason="录错", by=examiner, today=TODAY)
    assert words(refusal) == ["The results are submitted: ask HR to put it right."]
    await actions.correct(mark, score=of(85), reason="录错", by=hr, today=TODAY)
    assert await counting(enrolment) == [(THEORY, 1, Decimal("85.0"))]


async def test_results_of_a_session(db: None) -> None:
    from training.courses.queries import parts_asked
    from training.sessions.queries import session as session_of

    session = await held()
    passed, failed, empty = [await make.enrolment(session, await make.person()) for _ in range(3)]
    for enrolment, marks in ((passed, (80, 90)), (failed, (80, 79.9))):
        for part, mark in zip(("theory", "practical"), marks, strict=True):
            await make.mark(enrolment, part, mark, examined_on=TODAY)
    line = await session_of(session)
    parts = await parts_asked(line.course, on=line.starts_on)

    found = queries.results([passed, failed, empty], parts, await queries.of_session(session))

    assert {enrolment: one.outcome for enrolment, one in found.items()} == {
        passed: Outcome.PASSED,
        failed: Outcome.FAILED,
        empty: Outcome.INCOMPLETE,
    }
