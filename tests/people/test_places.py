"""Sites and positions, with the people there."""

from datetime import date

import pytest

from training.errors import Missing

TODAY = date(2026, 11, 24)


async def test_sites_count_who_is_there(world):
    from training.people import places

    assert [(line.name, line.people) for line in await places.sites(by=world.hr, today=TODAY)] == [
        ("德茂家园", 5),
        ("南海家园一里", 5),
        ("瀛海家园一里", 3),
    ]
    assert [(line.name, line.people) for line in await places.sites(by=world.manager, today=TODAY)] == [
        ("南海家园一里", 5)
    ]
    assert await places.sites(by=world.employee, today=TODAY) == []


async def test_who_changes_sites_sees_them_without_the_people(world):
    from tests import make
    from training.access import Role
    from training.people import places

    administrator = await make.actor(Role.ADMINISTRATOR)

    assert [line.people for line in await places.sites(by=administrator, today=TODAY)] == [None, None, None]


async def test_a_site_tells_its_positions(world):
    from training.people import places

    page = await places.site(world.sites.nanhai, by=world.manager, today=TODAY)

    assert (page.site.name, page.site.people) == ("南海家园一里", 5)
    assert {line.name: line.people for line in page.positions} == {
        "电工": 2,
        "电梯安全员": 1,
        "消防中控员": 1,
        "秩序维护员": 1,
    }


async def test_a_site_out_of_reach_is_missing(world):
    from training.people import places

    for site in (world.sites.demao, 999):
        with pytest.raises(Missing):
            await places.site(site, by=world.manager, today=TODAY)


async def test_positions_count_who_is_in_sight(world):
    from training.people import places

    of_all = {line.name: line.people for line in await places.positions(by=world.hr, today=TODAY)}
    of_mine = {line.name: line.people for line in await places.positions(by=world.manager, today=TODAY)}

    assert of_all == {"电工": 4, "电梯安全员": 3, "消防中控员": 1, "秩序维护员": 3, "综合服务": 2}
    assert of_mine == {"电工": 2, "电梯安全员": 1, "消防中控员": 1, "秩序维护员": 1, "综合服务": 0}
    assert (await places.position(world.positions.guard, by=world.manager, today=TODAY)).people == 1


async def test_choices_are_what_is_in_use_and_in_sight(world):
    from training.people import actions, places

    unused = await actions.add_position("泳池管理员", by=world.hr)
    await actions.retire_position(unused, by=world.hr, today=TODAY)

    assert [choice.name for choice in await places.site_choices(by=world.manager)] == ["南海家园一里"]
    assert "泳池管理员" not in [choice.name for choice in await places.position_choices()]
