from dataclasses import replace
from datetime import date

import pytest

from tests.make import TODAY
from training.certificates.catalogue import TypeDetails, VersionDetails, objections_to_type, objections_to_version
from training.errors import Missing, Refused

OWN = TypeDetails(name_zh="门岗上岗证", name_en="Gate post permit", category="in_house", status="in_house")
YEARLY = VersionDetails(
    effective_from=date(2026, 1, 1), validity_months=12, legal_basis="本单位规定", reminder_days=(7, 60, 7)
)


@pytest.fixture
def rooms(db):
    from training.certificates import actions, queries

    class Rooms:
        pass

    rooms = Rooms()
    rooms.actions, rooms.queries = actions, queries
    return rooms


async def refused(call) -> list[str]:
    with pytest.raises(Refused) as refusal:
        await call
    return [str(objection) for objection in refusal.value.objections]


async def test_the_reference_is_loaded_once_and_keeps_what_hr_changed(rooms):
    from training.access import COMMAND_LINE

    first = await rooms.actions.load_reference(by=COMMAND_LINE)
    lv = await rooms.queries.type_named("SO_ELEC_LV")
    changed = replace(rooms.queries.details(lv), note="我们的备注")
    await rooms.actions.change_type(lv.id, changed, mark=lv.mark, by=COMMAND_LINE)
    second = await rooms.actions.load_reference(by=COMMAND_LINE)

    again = await rooms.queries.type_named("SO_ELEC_LV")
    assert (first, second) == (44, 0)
    assert again.note == "我们的备注"
    assert [version.effective_from for version in again.versions] == [date(2010, 7, 1), date(2026, 6, 1)]
    assert len(await rooms.queries.types()) == 44


async def test_a_type_of_our_own(world, rooms):
    type_ = await rooms.actions.add_type("GATE", OWN, YEARLY, by=world.hr)

    found = (await rooms.queries.types([type_]))[type_]
    assert rooms.queries.details(found) == OWN
    assert found.versions[0].reminder_days == (60, 7)
    assert await refused(rooms.actions.add_type("GATE", OWN, YEARLY, by=world.hr)) == [
        "Another type has the code GATE."
    ]
    assert await refused(rooms.actions.add_type("gate", OWN, YEARLY, by=world.hr)) == [
        "A code has 2 to 40 capital letters, digits and underscores, and begins with a letter."
    ]


async def test_new_rules_count_from_their_day_on(world, rooms):
    lv = await rooms.queries.type_named("SO_ELEC_LV")
    rules = VersionDetails(effective_from=date(2027, 1, 1), validity_months=36, legal_basis="新规定")

    await rooms.actions.add_version(lv.id, rules, by=world.hr)

    starts = [version.effective_from for version in (await rooms.queries.type_named("SO_ELEC_LV")).versions]
    assert starts == [date(2010, 7, 1), date(2026, 6, 1), date(2027, 1, 1)]
    assert await refused(rooms.actions.add_version(lv.id, rules, by=world.hr)) == [
        "Rules from 2027-01-01 on are recorded already."
    ]
    with pytest.raises(Missing):
        await rooms.actions.add_version(10**6, rules, by=world.hr)


async def test_new_rules_change_every_judgement_at_once(world, rooms):
    lift = await rooms.queries.type_named("SE_A")
    before = await rooms.queries.certificate(world.certificates.chen_lift, by=world.hr, today=TODAY)
    rules = VersionDetails(
        effective_from=date(2026, 12, 1), validity_months=48, legal_basis="新规定", apply_deadline_days=75
    )

    await rooms.actions.add_version(lift.id, rules, by=world.hr)

    after = await rooms.queries.certificate(world.certificates.chen_lift, by=world.hr, today=TODAY)
    assert before.held.judgement.act_by == date(2027, 1, 8)
    assert after.held.judgement.act_by == TODAY


async def test_rules_recorded_wrongly_are_corrected_for_a_reason(world, rooms):
    lv = await rooms.queries.type_named("SO_ELEC_LV")
    first, second = lv.versions
    corrected = VersionDetails(
        effective_from=second.effective_from,
        validity_months=72,
        legal_basis="应急管理部令第19号",
        renewal_window_days=90,
        reminder_days=second.reminder_days,
        confidence="high",
    )

    await rooms.actions.correct_version(second.id, corrected, reason="看错了", by=world.hr)

    again = await rooms.queries.type_named("SO_ELEC_LV")
    assert again.versions == (first, replace(second, renewal_window_days=90))
    assert await refused(
        rooms.actions.correct_version(
            second.id, replace(corrected, effective_from=first.effective_from), reason="x", by=world.hr
        )
    ) == ["Rules from 2010-07-01 on are recorded already."]
    assert await refused(rooms.actions.correct_version(second.id, corrected, reason="", by=world.hr)) == [
        "Say why: the reason is kept in the journal."
    ]
    with pytest.raises(Missing):
        await rooms.actions.correct_version(10**6, corrected, reason="x", by=world.hr)


async def test_somebody_elses_change_of_a_type_is_not_overwritten(world, rooms):
    lv = await rooms.queries.type_named("SO_ELEC_LV")
    changed = replace(rooms.queries.details(lv), note="x")
    await rooms.actions.change_type(lv.id, changed, mark=lv.mark, by=world.hr)

    assert await refused(rooms.actions.change_type(lv.id, replace(changed, note="y"), mark=lv.mark, by=world.hr)) == [
        "Somebody changed this type meanwhile. Look at what is recorded now, then try again."
    ]


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, []),
        ({"name_en": " "}, ["A certificate type needs a name in Chinese and in English."]),
        ({"category": "other things"}, ["Choose the category, the kind and the confidence from the list."]),
        (
            {"number_pattern": "("},
            ["A number pattern is made of characters, sets such as [A-Z], repeats and groups (?:A|B) alone."],
        ),
        ({"verify_url": "javascript:alert(1)"}, ["The address to verify at must begin with https:// or http://."]),
        ({"theory_pass_mark": 101}, ["A pass mark is a number from 0 to 100."]),
        ({"min_age": -1}, ["An age goes up to 100 years, training up to 2000 hours."]),
    ],
)
def test_objections_to_type(changed, expected):
    assert [str(message) for message in objections_to_type(replace(OWN, **changed))] == expected


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, []),
        ({"legal_basis": ""}, ["Name the law, the standard or the decision these rules are taken from."]),
        ({"validity_months": 601}, ["Months go from 0 to 600; 0 means never."]),
        ({"reminder_days": (7, -1)}, ["Days go from 0 to 3650."]),
        ({"confidence": "certain"}, ["Choose the confidence from the list."]),
        ({"effective_from": date(2020, 1, 1)}, ["Rules from 2020-01-01 on are recorded already."]),
    ],
)
def test_objections_to_version(changed, expected):
    found = objections_to_version(replace(YEARLY, **changed), [date(2020, 1, 1)])

    assert [str(message) for message in found] == expected
