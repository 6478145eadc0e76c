from datetime import date, timedelta

import pytest

from tests import make
from tests.make import TODAY
from training.access import Role
from training.courses import actions, queries
from training.courses.queries import Examined
from training.courses.rules import BEGINNING, Kind, Outline, Part
from training.errors import Missing, Refused
from training.words import Named

YESTERDAY = TODAY - timedelta(days=1)
OUTLINE = Outline(
    name="高处作业培训班",
    name_en="Work at height class",
    kind=Kind.SKILL_CLASS,
    minutes=1080,
    pass_marks={Part.THEORY: 80, Part.PRACTICAL: 80},
)


def refused_words(refusal: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [str(objection) for objection in refusal.value.objections]


async def test_add_puts_a_course_into_the_catalogue(db: None) -> None:
    hr = await make.actor(Role.HR)

    made = await actions.add(OUTLINE, by=hr)

    line = await queries.course(made, today=TODAY)
    assert line.name == Named("高处作业培训班", "Work at height class")
    assert (line.kind, line.minutes, line.leads_to, line.active) == (Kind.SKILL_CLASS, 1080, None, True)
    assert line.parts == (Examined(Part.THEORY, BEGINNING, 80), Examined(Part.PRACTICAL, BEGINNING, 80))
    assert [one.id for one in await queries.catalogue(today=TODAY)] == [made]


async def test_add_refuses_a_name_that_is_taken(db: None) -> None:
    hr = await make.actor(Role.HR)
    await actions.add(OUTLINE, by=hr)

    with pytest.raises(Refused) as refusal:
        await actions.add(OUTLINE, by=hr)

    assert refused_words(refusal) == ["Another course is already called 高处作业培训班."]


async def test_add_refuses_an_unknown_certificate_type(db: None) -> None:
    hr = await make.actor(Role.HR)

    with pytest.raises(Refused) as refusal:
        await actions.add(Outline(name="a", kind=Kind.SKILL_CLASS, leads_to=10**9), by=hr)

    assert refused_words(refusal) == ["Choose a certificate type from the list."]


async def test_change_asks_the_new_pass_mark_of_sessions_from_today_on(db: None) -> None:
    hr = await make.actor(Role.HR)
    course = await actions.add(OUTLINE, by=hr)
    changed = Outline(name="登高", kind=Kind.REFRESHER, pass_marks={Part.THEORY: 60})

    await actions.change(course, changed, by=hr, today=TODAY)

    line = await queries.course(course, today=TODAY)
    assert (line.name, line.kind, line.minutes) == (Named("登高", "登高"), Kind.REFRESHER, 0)
    assert [(one.part, one.pass_mark) for one in await queries.parts_asked(course, on=TODAY)] == [(Part.THEORY, 60)]
    assert [(one.part, one.pass_mark) for one in await queries.parts_asked(course, on=YESTERDAY)] == [
        (Part.THEORY, 80),
        (Part.PRACTICAL, 80),
    ]


async def test_change_twice_on_one_day_keeps_the_last(db: None) -> None:
    hr = await make.actor(Role.HR)
    course = await actions.add(OUTLINE, by=hr)

    for mark in (60, 70):
        outline = Outline(name="登高", kind=Kind.SKILL_CLASS, pass_marks={Part.THEORY: mark})
        await actions.change(course, outline, by=hr, today=TODAY)

    assert [(one.part, one.pass_mark) for one in await queries.parts_asked(course, on=TODAY)] == [(Part.THEORY, 70)]


async def test_change_refuses_what_does_not_exist(db: None) -> None:
    hr = await make.actor(Role.HR)

    with pytest.raises(Missing):
        await actions.change(10**9, OUTLINE, by=hr, today=TODAY)


async def test_load_reference_adds_the_six_skill_classes_once(db: None) -> None:
    from fixtures import rows

    await rows.built_in_types()
    hr = await make.actor(Role.HR)

    assert await actions.load_reference(by=hr) == 6
    assert await actions.load_reference(by=hr) == 0

    lines = await queries.catalogue(today=TODAY)
    assert [(line.code, line.type_code, line.active) for line in lines] == [
        ("CLASS_FIRE_CONTROL", "FIRE_FACILITY_4_MON", True),
        ("CLASS_ELECTRICIAN_LV", "SO_ELEC_LV", True),
        ("CLASS_GENERAL_SERVICE", "INHOUSE_SERVICE", True),
        ("CLASS_4", None, False),
        ("CLASS_5", None, False),
        ("CLASS_6", None, False),
    ]


async def test_load_reference_keeps_what_hr_changed(db: None) -> None:
    from fixtures import rows

    await rows.built_in_types()
    hr = await make.actor(Role.HR)
    await actions.load_reference(by=hr)
    fourth = next(line for line in await queries.catalogue(today=TODAY) if line.code == "CLASS_4")
    await actions.change(fourth.id, Outline(name="电梯困人救援", kind=Kind.SKILL_CLASS), by=hr, today=TODAY)

    await actions.load_reference(by=hr)

    assert (await queries.course(fourth.id, today=date(2027, 1, 1))).name.zh == "电梯困人救援"
