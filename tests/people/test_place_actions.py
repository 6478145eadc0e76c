"""Sites and positions: added, renamed, closed and opened again."""

from datetime import date

import pytest

from training.errors import Missing, Refused

TODAY = date(2026, 11, 24)
KINDS = ["site", "position"]


@pytest.fixture
def deeds():
    """The five deeds of a kind: add, rename, retire, restore, list."""
    from training.people import actions, places

    return {
        "site": (actions.add_site, actions.rename_site, actions.close_site, actions.reopen_site, places.sites),
        "position": (
            actions.add_position,
            actions.rename_position,
            actions.retire_position,
            actions.restore_position,
            places.positions,
        ),
    }


async def refusal(action):
    with pytest.raises(Refused) as refused:
        await action
    return refused.value.field, [str(objection) for objection in refused.value.objections]


async def journal():
    from training.journal import queries

    return [(line.action, line.subject_id, line.facts) for line in await queries.entries()]


@pytest.mark.parametrize("kind", KINDS)
async def test_a_place_comes_goes_and_comes_back(world, deeds, kind):
    add, rename, retire, restore, everything = deeds[kind]

    made = await add("  新 项目　一里 ", by=world.hr)
    await rename(made, "兴海家园", by=world.hr)
    await retire(made, by=world.hr, today=TODAY)
    gone = [(line.name, line.pinyin, line.active) for line in await everything(by=world.hr, today=TODAY)][-1]
    await restore(made, by=world.hr)

    assert gone == ("兴海家园", "xinghaijiayuan", False)
    assert made in {line.id for line in await everything(by=world.hr, today=TODAY) if line.active}
    went, came = {"site": ("closed", "reopened"), "position": ("retired", "restored")}[kind]
    assert await journal() == [
        (f"{kind}.{came}", made, {}),
        (f"{kind}.{went}", made, {}),
        (f"{kind}.renamed", made, {"name": "兴海家园"}),
        (f"{kind}.added", made, {"name": "新 项目 一里"}),
    ]


@pytest.mark.parametrize("kind", KINDS)
async def test_a_name_is_needed_and_its_own(world, deeds, kind):
    add, rename, *_ = deeds[kind]
    made = await add("兴海家园", by=world.hr)
    other = await add("兴海家园二里", by=world.hr)

    taken = ("name", ["There is already one called 兴海家园."])
    assert await refusal(add("兴海家园 ", by=world.hr)) == taken
    assert await refusal(rename(other, "兴海家园", by=world.hr)) == taken
    assert await refusal(rename(made, " ", by=world.hr)) == ("name", ["A name is needed."])


@pytest.mark.parametrize("kind", KINDS)
async def test_a_place_in_use_stays(world, deeds, kind):
    retire = deeds[kind][2]
    place = {"site": world.sites.demao, "position": world.positions.lift_safety}[kind]

    field, (said,) = await refusal(retire(place, by=world.hr, today=TODAY))

    assert (field, said.split(" ", 1)[1]) == ("", "people are still there or will be. Move them first.")


@pytest.mark.parametrize("kind", KINDS)
async def test_a_place_that_never_was(world, deeds, kind):
    _, rename, retire, restore, _everything = deeds[kind]

    for action in (
        rename(999, "兴海家园", by=world.hr),
        retire(999, by=world.hr, today=TODAY),
        restore(999, by=world.hr),
    ):
        with pytest.raises(Missing):
            await action
