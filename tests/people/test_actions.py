"""What is done with people: each deed once as it should be, and each as it should not."""

from datetime import date, timedelta

import pytest

from tests import make
from training.errors import Missing, Refused

TODAY = date(2026, 11, 24)
DAY = timedelta(days=1)


async def journal_of(subject, subject_id):
    from training.journal import queries

    return [(line.action, line.facts) for line in await queries.entries(subject=subject, subject_id=subject_id)]


async def seen(person, by):
    from training.people import queries

    return await queries.person(person, by=by, today=TODAY)


def stays(page):
    return [(a.site, a.position, a.starts_on, a.ends_on) for a in page.assignments]


async def refusal(action):
    with pytest.raises(Refused) as refused:
        await action
    return refused.value.field, [str(objection) for objection in refused.value.objections]


def details(**known):
    from training.people.details import Details

    return Details(**{"name": "单 丹", **known})


async def test_hire_records_a_person_at_work(world):
    from training.people import actions
    from training.people.rules import IdentityKind

    number = make.identity_number(born=date(1991, 5, 6), sequence=24)

    person = await actions.hire(
        details(
            staff_number="a0100",
            identity_kind=IdentityKind.RESIDENT_ID,
            identity_number=f" {number[:6]} {number[6:]}",
            phone="138-0000-0042",
            hired_on=date(2026, 11, 1),
        ),
        site=world.sites.nanhai,
        position=world.positions.guard,
        by=world.hr,
        today=TODAY,
    )

    page = await seen(person, world.hr)
    assert (page.name, page.pinyin, page.staff_number, page.sex) == ("单丹", "shan dan", "A0100", "f")
    assert (page.identity, page.phone) == (f"110***********{number[-4:]}", "138****0042")
    assert stays(page) == [(world.sites.nanhai, world.positions.guard, date(2026, 11, 1), None)]
    assert page.warnings == ()
    assert await journal_of("person", person) == [
        (
            "person.hired",
            {"site": world.sites.nanhai, "position": world.positions.guard, "hired_on": "2026-11-01"},
        )
    ]


async def test_hire_keeps_an_odd_number_and_says_so(world):
    from training.people import actions
    from training.people.rules import IdentityKind

    person = await actions.hire(
        details(identity_kind=IdentityKind.RESIDENT_ID, identity_number="110105194912310020", sex="m"),
        by=world.hr,
        today=TODAY,
    )

    assert [str(w) for w in (await seen(person, world.hr)).warnings] == [
        "The last character of the identity number does not fit the others.",
        "The sex does not agree with the identity number.",
    ]


async def test_hire_refuses_a_number_that_somebody_has(world):
    from fixtures.world import identities
    from training.people import actions
    from training.people.rules import IdentityKind

    known = identities()

    async def hiring(number, by=world.hr):
        wish = details(identity_kind=IdentityKind.RESIDENT_ID, identity_number=number)
        return await refusal(actions.hire(wish, by=by, today=TODAY))

    assert await hiring(known["yu"]) == ("identity_number", ["于海涛 already has this number."])
    assert await hiring(known["gao"]) == (
        "identity_number",
        [f"高翔, who left on {TODAY - timedelta(days=30)}, already has this number. Take them back instead."],
    )
    assert await hiring(known["ma"], by=world.manager) == (
        "identity_number",
        ["Somebody else already has this number."],
    )


async def test_hire_refuses_a_staff_number_that_somebody_has(world):
    from training.people import actions

    taken = (await seen(world.people.yu, world.hr)).staff_number

    assert await refusal(actions.hire(details(staff_number=taken.lower()), by=world.hr, today=TODAY)) == (
        "staff_number",
        ["于海涛 already has this number."],
    )


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        ({"name": " "}, "name"),
        ({"phone": "12"}, "phone"),
        ({"identity_number": "E12345678"}, "identity_number"),
        ({"hired_on": date(2099, 1, 1)}, "hired_on"),
    ],
)
async def test_hire_refuses_what_cannot_be_stored(world, wish, field):
    from training.people import actions
    from training.people.tables import Person

    before = await Person.count()

    found, _ = await refusal(actions.hire(details(**wish), by=world.hr, today=TODAY))

    assert (found, await Person.count()) == (field, before)


async def test_hire_refuses_half_a_place_and_a_closed_one(world):
    from training.people import actions
    from training.people.tables import Site

    closed = await make.site("旧项目")
    await Site.update({Site.active: False}).where(Site.id == closed)
    place = {"by": world.hr, "today": TODAY}

    half = await refusal(actions.hire(details(), site=world.sites.nanhai, **place))
    over = await refusal(actions.hire(details(), site=closed, position=world.positions.guard, **place))

    assert half == ("position", ["Choose a position that is in use."])
    assert over == ("site", ["Choose a site that is open."])


async def test_correct_changes_what_is_given_and_keeps_the_numbers(world):
    from training.people import actions

    page = await seen(world.people.yu, world.hr)
    wish = details(name="于海滔", identity_kind=page.identity_kind, pinyin=page.pinyin, remark="调班", sex=page.sex,
                   staff_number=page.staff_number, hired_on=page.hired_on)  # fmt: skip

    await actions.correct(world.people.yu, wish, mark=page.mark, by=world.hr, today=TODAY)

    after = await seen(world.people.yu, world.hr)
    assert (after.name, after.pinyin, after.remark) == ("于海滔", "yu haitao", "调班")
    assert (after.identity, after.phone, after.hired_on) == (page.identity, page.phone, page.hired_on)
    assert after.mark != page.mark
    assert await journal_of("person", world.people.yu) == [("person.corrected", {"fields": ["name", "remark"]})]


async def test_correct_sets_new_numbers_and_forgets_a_phone(world):
    from training.people import actions
    from training.people.rules import IdentityKind

    page = await seen(world.people.yu, world.hr)
    wish = details(name=page.name, identity_kind=IdentityKind.PASSPORT, identity_number="e12345678", without_phone=True)

    await actions.correct(world.people.yu, wish, mark=page.mark, by=world.hr, today=TODAY)

    revealed = await actions.reveal_identity(world.people.yu, reason="check", by=world.hr, today=TODAY)
    assert (revealed, (await seen(world.people.yu, world.hr)).phone) == ("E12345678", "")


async def test_correct_writes_nothing_when_nothing_changes(world):
    from training.people import actions

    person = await actions.hire(details(phone="13800000042"), by=world.hr, today=TODAY)
    page = await seen(person, world.hr)

    await actions.correct(person, details(pinyin=page.pinyin), mark=page.mark, by=world.hr, today=TODAY)

    assert (await seen(person, world.hr)).mark == page.mark
    assert [action for action, _ in await journal_of("person", person)] == ["person.hired"]


async def test_correct_takes_a_reading_by_hand(world):
    from training.people import actions, directory

    person = await actions.hire(details(name="乐天"), by=world.hr, today=TODAY)
    page = await seen(person, world.hr)

    await actions.correct(person, details(name="乐天", pinyin="Le Tian"), mark=page.mark, by=world.hr, today=TODAY)

    found = await directory.suggestions("lt", by=world.hr, today=TODAY)
    assert [(line.id, line.pinyin) for line in found] == [(person, "le tian")]


async def test_correct_does_not_overwrite_what_was_not_seen(world):
    from training.people import actions

    page = await seen(world.people.yu, world.hr)
    kept = {"name": page.name, "identity_kind": page.identity_kind}
    await actions.correct(world.people.yu, details(**kept, remark="first"), mark=page.mark, by=world.hr, today=TODAY)

    stale = actions.correct(world.people.yu, details(**kept, remark="second"), mark=page.mark, by=world.hr, today=TODAY)

    assert await refusal(stale) == (
        "",
        ["Somebody changed this person meanwhile. Look at what is recorded now, then try again."],
    )
    assert (await seen(world.people.yu, world.hr)).remark == "first"


async def test_correct_refuses_the_number_of_another(world):
    from training.people import actions

    page = await seen(world.people.yu, world.hr)
    taken = (await seen(world.people.wang, world.hr)).staff_number
    wish = details(name=page.name, identity_kind=page.identity_kind, staff_number=taken)

    refused = await refusal(actions.correct(world.people.yu, wish, mark=page.mark, by=world.hr, today=TODAY))

    assert refused == ("staff_number", ["王桂芳 already has this number."])


async def moved(world, on=TODAY, person=None):
    from training.people import actions

    await actions.move(
        person or world.people.yu,
        site=world.sites.demao,
        position=world.positions.fire_control,
        starts_on=on,
        by=world.hr,
        today=TODAY,
    )


async def test_move_ends_the_old_and_keeps_it(world):
    first = stays(await seen(world.people.yu, world.hr))[0]

    await moved(world)

    page = await seen(world.people.yu, world.hr)
    assert page.site == world.sites.demao
    assert stays(page) == [
        (world.sites.demao, world.positions.fire_control, TODAY, None),
        (*first[:3], TODAY - DAY),
    ]


async def test_a_planned_move_leaves_today_as_it_is(world):
    await moved(world, TODAY + 7 * DAY)

    page = await seen(world.people.yu, world.hr)
    assert (page.site, page.open_assignment.site) == (world.sites.nanhai, world.sites.demao)


async def test_move_refuses_the_same_place_and_an_earlier_day(world):
    from training.people import actions

    await moved(world)

    assert await refusal(
        actions.move(
            world.people.yu,
            site=world.sites.demao,
            position=world.positions.fire_control,
            starts_on=TODAY,
            by=world.hr,
            today=TODAY,
        )
    ) == (
        "starts_on",
        [
            "They already work there in this position.",
            "The latest assignment is from 2026-11-24: the new one begins later, or the latest is corrected.",
        ],
    )


async def test_undo_move_brings_the_old_back(world):
    from training.people import actions

    before = stays(await seen(world.people.yu, world.hr))
    await moved(world)

    await actions.undo_move(world.people.yu, by=world.hr, today=TODAY)

    assert stays(await seen(world.people.yu, world.hr)) == before
    assert [action for action, _ in await journal_of("person", world.people.yu)] == [
        "person.move_undone",
        "person.moved",
    ]
    assert await refusal(actions.undo_move(world.people.yu, by=world.hr, today=TODAY)) == (
        "",
        ["There is no move to take back."],
    )


@pytest.mark.parametrize("day", [date(2026, 11, 10), date(2026, 11, 28)])
async def test_correct_assignment_takes_the_one_before_along(world, day):
    from training.people import actions

    first = stays(await seen(world.people.yu, world.hr))[0]
    await moved(world)
    present = (await seen(world.people.yu, world.hr)).open_assignment

    await actions.correct_assignment(
        world.people.yu,
        present.id,
        site=world.sites.yinghai,
        position=world.positions.guard,
        starts_on=day,
        by=world.hr,
        today=TODAY,
    )

    assert stays(await seen(world.people.yu, world.hr)) == [
        (world.sites.yinghai, world.positions.guard, day, None),
        (*first[:3], day - DAY),
    ]


async def test_correct_assignment_refuses_one_that_has_ended(world):
    from training.people import actions

    ended = (await seen(world.people.he, world.hr)).assignments[-1]

    assert await refusal(
        actions.correct_assignment(
            world.people.he,
            ended.id,
            site=world.sites.demao,
            position=world.positions.guard,
            starts_on=TODAY,
            by=world.hr,
            today=TODAY,
        )
    ) == ("", ["This assignment has ended meanwhile. Look at what is recorded now, then try again."])


async def test_leave_ends_the_assignment_and_calls_off_what_was_planned(world):
    from training.people import actions

    first = stays(await seen(world.people.yu, world.hr))[0]
    await moved(world, TODAY + 7 * DAY)

    await actions.leave(world.people.yu, last_day=TODAY, reason="退休", by=world.hr, today=TODAY)

    page = await seen(world.people.yu, world.hr)
    assert (page.left_on, page.leaving_reason, stays(page)) == (TODAY, "退休", [(*first[:3], TODAY)])
    _, facts = (await journal_of("person", world.people.yu))[0]
    assert facts == {
        "last_day": "2026-11-24",
        "called_off": [
            {"site": world.sites.demao, "position": world.positions.fire_control, "starts_on": "2026-12-01"}
        ],
    }


async def test_leave_refuses_twice(world):
    from training.people import actions

    await actions.leave(world.people.yu, last_day=TODAY, reason="", by=world.hr, today=TODAY)

    assert await refusal(actions.leave(world.people.yu, last_day=TODAY, reason="", by=world.hr, today=TODAY)) == (
        "last_day",
        ["This person already left, on 2026-11-24."],
    )


async def test_undo_departure_brings_everything_back(world):
    from training.people import actions

    before = await seen(world.people.yu, world.hr)
    await actions.leave(world.people.yu, last_day=TODAY, reason="", by=world.hr, today=TODAY)

    await actions.undo_departure(world.people.yu, by=world.hr, today=TODAY)

    assert await seen(world.people.yu, world.hr) == before


async def test_undo_departure_refuses_who_has_not_left(world):
    from training.people import actions

    assert await refusal(actions.undo_departure(world.people.yu, by=world.hr, today=TODAY)) == (
        "",
        ["This person has not left."],
    )


async def test_rehire_leaves_a_gap(world):
    from training.people import actions

    old = await seen(world.people.gao, world.hr)

    await actions.rehire(
        world.people.gao,
        site=world.sites.demao,
        position=world.positions.electrician,
        starts_on=TODAY,
        by=world.hr,
        today=TODAY,
    )

    page = await seen(world.people.gao, world.hr)
    assert (page.left_on, page.hired_on) == (None, TODAY)
    assert stays(page) == [(world.sites.demao, world.positions.electrician, TODAY, None), *stays(old)]


async def test_rehire_refuses_a_day_before_they_left(world):
    from training.people import actions

    left_on = (await seen(world.people.gao, world.hr)).left_on
    again = actions.rehire(
        world.people.gao,
        site=world.sites.demao,
        position=world.positions.electrician,
        starts_on=left_on,
        by=world.hr,
        today=TODAY,
    )

    assert await refusal(again) == (
        "starts_on",
        [f"They left on {left_on}: they can begin again on a later day."],
    )


async def test_reveal_gives_one_number_and_notes_why(world):
    from fixtures.world import identities
    from training.people import actions

    shown = {"reason": "police filing", "by": world.hr, "today": TODAY}

    assert await actions.reveal_identity(world.people.yu, **shown) == identities()["yu"]
    assert (await actions.reveal_phone(world.people.yu, **shown)).startswith("138")
    assert [action for action, _ in await journal_of("person", world.people.yu)] == [
        "person.phone_revealed",
        "person.identity_revealed",
    ]


async def test_reveal_refuses_without_a_reason_or_a_number(world):
    from training.people import actions

    unsaid = actions.reveal_identity(world.people.yu, reason=" ", by=world.hr, today=TODAY)
    unknown = actions.reveal_identity(world.people.ren, reason="filing", by=world.hr, today=TODAY)

    assert await refusal(unsaid) == (
        "reason",
        ["Say what the number is needed for; it goes into the journal."],
    )
    assert await refusal(unknown) == ("", ["No number is recorded."])


async def test_nobody_out_of_sight_is_touched(world):
    from training.people import actions

    ma, by = world.people.ma, {"by": world.manager, "today": TODAY}
    mark = (await seen(ma, world.hr)).mark
    place = {"site": world.sites.nanhai, "position": world.positions.guard, "starts_on": TODAY}
    for action in (
        actions.correct(ma, details(), mark=mark, **by),
        actions.move(ma, **place, **by),
        actions.undo_move(ma, **by),
        actions.leave(ma, last_day=TODAY, reason="", **by),
        actions.undo_departure(ma, **by),
        actions.rehire(ma, **place, **by),
        actions.reveal_identity(ma, reason="filing", **by),
        actions.reveal_phone(ma, reason="filing", **by),
    ):
        with pytest.raises(Missing):
            await action

    assert await journal_of("person", ma) == []


async def test_the_database_refuses_two_places_on_one_day(world):
    from asyncpg.exceptions import ExclusionViolationError

    from training.db import transaction

    with pytest.raises(ExclusionViolationError):
        async with transaction():
            await make.assignment(
                world.people.yu,
                site=world.sites.demao,
                position=world.positions.guard,
                since=TODAY - DAY,
                until=TODAY,
            )


async def test_a_sealed_number_cannot_be_moved_to_another_person(world):
    from training.people import numbers
    from training.people.tables import Person
    from training.sealing import Unsealable

    row = await Person.select(Person.identity_sealed).where(Person.id == world.people.yu).first()

    with pytest.raises(Unsealable):
        numbers.identity_number(world.people.wang, row["identity_sealed"])
