"""The pages of sites and positions, through HTTP."""

import re

import pytest

from tests import make
from tests.counting import counted
from training.access import Role

KINDS = {"sites": ("closure", "opening", "德茂家园"), "positions": ("retirement", "restoration", "电梯安全员")}


def listed(response):
    return re.findall(r'<th scope="row" class="cell-title"><a href="[^"]*">([^<]*)</a>', response.text)


async def test_sites_are_those_within_reach(world, as_hr, as_manager):
    assert listed(await as_hr.get("/sites")) == ["德茂家园", "南海家园一里", "瀛海家园一里"]
    assert listed(await as_manager.get("/sites")) == ["南海家园一里"]


async def test_a_site_out_of_reach_is_nowhere(world, as_manager):
    for method in ("GET", "HEAD"):
        there = await as_manager.request(method, f"/sites/{world.sites.demao}")
        nowhere = await as_manager.request(method, "/sites/2000000000")
        assert (there.status_code, nowhere.status_code) == (404, 404)


async def test_a_site_leads_to_its_people(world, as_manager):
    page = await as_manager.get(f"/sites/{world.sites.nanhai}")

    address = f"/people?site={world.sites.nanhai}&amp;position={world.positions.electrician}"
    assert re.search(rf'<a href="{re.escape(address)}">2</a>', page.text)


async def test_an_administrator_sees_sites_without_the_people(world):
    from tests.browsing import browser

    async with browser(await make.actor(Role.ADMINISTRATOR)) as client:
        index, page = await client.get("/sites"), await client.get(f"/sites/{world.sites.nanhai}")

    assert len(listed(index)) == 3
    assert (page.status_code, "/people?" in index.text + page.text) == (200, False)


@pytest.mark.parametrize("kind", KINDS)
async def test_a_place_is_added_renamed_retired_and_restored(world, as_hr, kind):
    away, back, _ = KINDS[kind]

    added = await as_hr.post(f"/{kind}", data={"name": "兴海家园"})
    index = await as_hr.get(f"/{kind}")
    here = re.search(rf'href="(/{kind}/\d+)">兴海家园<', index.text)[1]
    renamed = await as_hr.post(f"{here}/name", data={"name": "兴海家园二里"})
    gone = await as_hr.post(f"{here}/{away}")
    page = await as_hr.get(here)
    returned = await as_hr.post(f"{here}/{back}")

    assert [answer.status_code for answer in (added, renamed, gone, page, returned)] == [303, 303, 303, 200, 303]
    assert f'action="{here}/{back}"' in page.text
    assert "<h1>兴海家园二里</h1>" in page.text


@pytest.mark.parametrize("kind", KINDS)
async def test_a_name_that_is_taken_is_told_beside_it(world, as_hr, kind):
    name = KINDS[kind][2]

    answer = await as_hr.post(f"/{kind}", data={"name": name})

    assert (answer.status_code, f"已有同名的“{name}”。" in answer.text) == (422, True)
    assert f'name="name" type="text" value="{name}"' in answer.text


@pytest.mark.parametrize("kind", KINDS)
async def test_a_place_in_use_says_why_it_stays(world, as_hr, kind):
    here = {"sites": f"/sites/{world.sites.demao}", "positions": f"/positions/{world.positions.lift_safety}"}[kind]

    page, answer = await as_hr.get(here), await as_hr.post(f"{here}/{KINDS[kind][0]}")

    assert (page.status_code, answer.status_code) == (200, 409)
    assert re.search(r"<button[^>]* disabled[^>]*>", page.text)


@pytest.mark.parametrize("more", [0, 2])
@pytest.mark.parametrize("kind", KINDS)
async def test_lists_ask_the_database_as_often_whatever_their_length(world, as_hr, kind, more):
    for _ in range(more):
        await {"sites": make.site, "positions": make.position}[kind]()

    async with counted() as sent:
        response = await as_hr.get(f"/{kind}")

    assert (response.status_code, len(sent)) == (200, 2)


async def test_a_number_on_a_site_leads_to_the_list_that_makes_it(world, as_hr):
    page = await as_hr.get(f"/sites/{world.sites.yinghai}")

    for tab in ("expired", "due"):
        address, count = re.search(
            rf'href="(/renewals\?[^"]*tab={tab})".*?class="value[^"]*">(\d+)<', page.text, re.DOTALL
        ).groups()
        found = await as_hr.get(address.replace("&amp;", "&"))
        assert (found.status_code, count) == (200, "1")
        assert f"共 {count} 条" in found.text
