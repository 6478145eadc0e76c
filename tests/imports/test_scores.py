from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from python_calamine import load_workbook

from tests import make
from tests.imports.running import outcomes, run, sentences, table
from tests.make import TODAY
from training.access import COMMAND_LINE, Role
from training.courses.rules import Part
from training.db import DB
from training.errors import Refused
from training.exams import actions as exams
from training.exams.rules import Score
from training.imports import actions
from training.imports.answers import Answers
from training.imports.headers import Kind
from training.imports.rules import Code

SAMPLE = Path(__file__).parents[1] / "samples" / "成绩登记表.xlsx"
HEADER = ["姓名", "身份证号", "部门", "岗位", "理论成绩", "实操成绩", "总分", "是否合格", "补考成绩"]
ANA_ID = "11010519491231002X"
MARKS = """
    SELECT p.name, m.part, m.mark
    FROM mark m
    JOIN enrolment e ON e.id = m.enrolment
    JOIN person p ON p.id = e.person
    ORDER BY p.id, m.part DESC
"""


@pytest.fixture
async def held(db):
    """A class that sat yesterday: two at one site, a namesake of one at another."""
    nanhai, xinghai = await make.site("南海家园一里"), await make.site("兴海园")
    guard = await make.position("秩序维护员")
    course = await make.course(parts={Part.THEORY: 80, Part.PRACTICAL: 80})
    session = await make.session(course, starts_on=TODAY - timedelta(days=1))
    people = [
        await make.person("安然", site=nanhai, position=guard, identity=ANA_ID),
        await make.person("贝宁", site=nanhai, position=guard),
        await make.person("贝宁", site=xinghai, position=guard),
    ]
    for person in people:
        await make.enrolment(session, person)
    return session, people


async def scores(*rows, **how):
    return await run(Kind.SCORES, table(HEADER, *rows), **how)


async def marks():
    return [tuple(row) for row in await DB.rows(MARKS)]


ANA = {"姓名": "安然", "部门": "南海家园一里", "理论成绩": 91, "实操成绩": "85.5分"}
BEN = {"姓名": "贝宁", "部门": "兴海园", "理论成绩": "７１", "实操成绩": "缺考"}


async def test_marks_are_recorded_for_those_enrolled(held):
    report = await scores(ANA, BEN)

    assert outcomes(report) == [("new", "matched_by_name"), ("new", "matched_by_name")]
    assert await marks() == [
        ("安然", "theory", Decimal("91.0")),
        ("安然", "practical", Decimal("85.5")),
        ("贝宁", "theory", Decimal("71.0")),
        ("贝宁", "practical", None),
    ]


async def test_the_same_again_records_nothing(held):
    await scores(ANA, BEN)
    before = await marks()

    report = await scores(ANA, BEN)

    assert [outcome for outcome, *_ in outcomes(report)] == ["unchanged", "unchanged"]
    assert await marks() == before


async def test_a_second_part_can_come_later(held):
    await scores(ANA | {"实操成绩": None})

    report = await scores(ANA)

    assert (outcomes(report)[0][0], len(await marks())) == ("new", 2)


async def test_a_recorded_mark_is_never_overwritten(held):
    await scores(ANA)

    report = await scores(ANA | {"理论成绩": 92})

    assert outcomes(report) == [("refused", "matched_by_name", "mark_differs")]
    assert sentences(report, Code.MARK_DIFFERS) == [
        "Theory: 91 is recorded already, not 92. Correct it on the results page, with a reason."
    ]


@pytest.mark.parametrize(
    ("cells", "outcome"),
    [
        ({"理论成绩": 101}, ("refused", "mark_range", "matched_by_name")),
        ({"理论成绩": -1}, ("refused", "mark_range", "matched_by_name")),
        ({"理论成绩": "NaN"}, ("refused", "mark_unreadable", "matched_by_name")),
        ({"理论成绩": "九十"}, ("refused", "mark_unreadable", "matched_by_name")),
        ({"理论成绩": None, "实操成绩": "—"}, ("refused", "matched_by_name", "mark_missing")),
        ({"总分": 176.5}, ("new", "matched_by_name")),
        ({"总分": 180}, ("new", "matched_by_name", "mark_total")),
        ({"是否合格": "合格"}, ("new", "matched_by_name")),
        ({"是否合格": "不合格"}, ("new", "matched_by_name", "verdict_differs")),
        ({"补考成绩": 90}, ("new", "matched_by_name", "resit_ignored")),
        ({"部门": None}, ("asked", "person_ambiguous")),
        ({"身份证号": ANA_ID}, ("new",)),
        ({"身份证号": ANA_ID, "姓名": "安冉"}, ("asked", "name_differs")),
        ({"身份证号": "440524188001010014"}, ("refused", "person_not_enrolled")),
        ({"姓名": "某某"}, ("refused", "person_not_enrolled")),
    ],
)
async def test_a_row(held, cells, outcome):
    session, _ = held

    assert outcomes(await scores(ANA | cells, session=session)) == [outcome]


async def test_namesakes_are_told_apart_by_site_or_by_choice(held):
    session, (_, ben, _) = held
    nowhere = BEN | {"部门": None}

    assert outcomes(await scores(nowhere, session=session)) == [("asked", "person_ambiguous")]
    answered = await scores(nowhere, session=session, answers=Answers(people={"表1!2": ben}))
    assert outcomes(answered) == [("new",)]


async def test_a_person_stands_once_in_a_sheet(held):
    assert outcomes(await scores(ANA, ANA))[1] == ("refused", "matched_by_name", "duplicate_row")


async def test_without_a_session_named_it_must_be_certain(held):
    with pytest.raises(Refused) as refused:
        await scores(ANA, ANA | {"姓名": "某某"})

    assert str(refused.value) == "It is not certain which session these marks are of. Choose the session."


async def test_a_session_ahead_takes_no_marks(held):
    session = await make.session(await make.course(parts={Part.THEORY: 60}))

    with pytest.raises(Refused) as refused:
        await scores(ANA, session=session)

    assert str(refused.value).startswith("The session starts on")


async def test_where_one_part_is_examined_a_lone_total_is_its_mark(db):
    course = await make.course(parts={Part.THEORY: 60})
    session = await make.session(course, starts_on=TODAY)
    site = await make.site("兴海园")
    await make.enrolment(session, await make.person("安然", site=site))

    report = await run(Kind.SCORES, [["姓名", "部门", "成绩"], ["安然", "兴海园", 77]], session=session)

    assert (outcomes(report)[0][0], await marks()) == ("new", [("安然", "theory", Decimal("77.0"))])


async def test_nobody_records_their_own_marks(held):
    session, (ana, *_) = held
    hr = await make.actor(Role.HR, person=ana)
    path = SAMPLE

    report = await actions.import_file(Kind.SCORES, path, by=hr, today=TODAY, session=session)
    assert {finding.code for finding in report.findings} >= {Code.PERSON_NOT_ENROLLED}

    own = await run(Kind.SCORES, table(HEADER, ANA), session=session, by=hr)
    assert outcomes(own) == [("refused", "matched_by_name", "person_own")]


async def test_a_corrected_mark_counts_as_recorded(held):
    session, _ = held
    await scores(ANA)
    (first,) = await DB.rows("SELECT id FROM mark WHERE part = 'theory'")
    await exams.correct(first["id"], score=Score(Decimal(92)), reason="抄错", by=COMMAND_LINE, today=TODAY)

    assert outcomes(await scores(ANA | {"理论成绩": 92}, session=session))[0][0] == "unchanged"


async def test_the_sample_sheet(db):
    course = await make.course(parts={Part.THEORY: 80, Part.PRACTICAL: 80})
    session = await make.session(course, starts_on=TODAY, seats=40)
    rows = load_workbook(str(SAMPLE)).get_sheet_by_index(0).to_python()[2:]
    for name, site in {str(row[2]): None for row in rows}.items():
        assert site is None
        await make.site(name)
    sites = {row["name"]: row["id"] for row in await DB.rows("SELECT id, name FROM site")}
    guard = await make.position("电工")
    for row in rows:
        await make.enrolment(session, await make.person(str(row[1]), site=sites[str(row[2])], position=guard))

    report = await actions.import_file(Kind.SCORES, SAMPLE, by=COMMAND_LINE, today=TODAY, apply=True)

    assert (report.rows, report.new, report.refused, report.asked) == (40, 40, 0, 0)
    assert {finding.code for finding in report.findings} == {Code.MATCHED_BY_NAME}
    absent = sum(row[3] == "缺考" for row in rows)
    recorded = await marks()
    assert (len(recorded), sum(mark is None for *_, mark in recorded)) == (80, 2 * absent)
    again = await actions.import_file(Kind.SCORES, SAMPLE, by=COMMAND_LINE, today=TODAY, apply=True)
    assert (again.unchanged, await marks()) == (40, recorded)
