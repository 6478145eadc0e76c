"""/search: people in sight, sessions and one's own pages, by a few letters of how they are written or said."""

import re

import pytest

from tests import make
from tests.browsing import browser
from tests.counting import counted
from training.web.office.search import places_like


def found(page):
    """The addresses of what was found, in order."""
    main = page.text.partition('id="main"')[2]
    return re.findall(r'<a class="title" href="([^"]+)"', main)


@pytest.mark.parametrize("typed", ["于海涛", "yht", "yuhait", "Yu Haitao", "a0001", "0001", "ＹＨＴ"])
async def test_a_person_is_found_by_name_sound_and_number(as_hr, world, typed):
    page = await as_hr.get("/search", params={"q": typed})

    assert page.status_code == 200
    assert found(page)[0] == f"/people/{world.people.yu}"


async def test_a_manager_finds_only_people_of_their_sites(as_manager, as_other_manager, world):
    near = await as_manager.get("/search", params={"q": "于海涛"})
    far = await as_other_manager.get("/search", params={"q": "于海涛"})

    assert (found(near), found(far)) == ([f"/people/{world.people.yu}"], [])


@pytest.mark.parametrize("typed", ["低压电工", "dydg", "diyadian", "low-voltage", "培训中心", "张工"])
async def test_a_session_is_found_by_course_place_and_trainer(as_manager, world, typed):
    page = await as_manager.get("/search", params={"q": typed})

    assert found(page)[0] == f"/sessions/{world.session}"


@pytest.mark.parametrize("typed", ["保安员证", "baoany", "SECURITY_GUARD", "security guard"])
async def test_a_certificate_type_is_found_by_its_names(as_manager, typed):
    page = await as_manager.get("/search", params={"q": typed})

    assert "/certificate-types/SECURITY_GUARD" in found(page)


async def test_sessions_ahead_come_first_and_cancelled_ones_never(as_hr, world):
    later = await make.session(world.electrician_class, starts_on=make.TODAY.replace(month=12, day=20))
    await make.session(world.electrician_class, starts_on=make.TODAY, cancelled_on=make.TODAY)

    page = await as_hr.get("/search", params={"q": "低压电工技能"})

    assert found(page)[:3] == [f"/sessions/{one}" for one in (world.session, later, world.past_session)]


@pytest.mark.parametrize(("typed", "url"), [("人员", "/people"), ("gzt", "/work"), ("journal", "/journal")])
async def test_a_page_is_found_by_its_name_in_either_language(as_auditor, typed, url):
    page = await as_auditor.get("/search", params={"q": typed})

    assert url in found(page)


async def test_only_pages_that_are_ones_own_are_found(as_manager, world):
    page = await as_manager.get("/search", params={"q": "账号"})

    assert found(page) == ["/account"]
    assert "/accounts" in [place.href for place in places_like("账号", by=world.hr)]


async def test_the_list_below_the_search_box_is_a_part_of_the_page(as_hr, world):
    part = await as_hr.get("/search?q=yht", headers={"HX-Request": "true", "HX-Target": "div#palette-list"})

    assert re.findall(r'role="option" id="([^"]+)" href="([^"]+)" aria-selected="([^"]+)"', part.text) == [
        ("found-1-1", f"/people/{world.people.yu}", "true")
    ]
    assert "<html" not in part.text


async def test_nothing_typed_shows_every_page(as_manager, world):
    page = await as_manager.get("/search")

    assert found(page)[0] == "/work"
    assert not any(address.startswith("/people/") for address in found(page))


async def test_nothing_found_says_what_to_try(as_hr):
    page = await as_hr.get("/search?q=zzzz")

    assert "试试拼音首字母" in page.text
    assert found(page) == []


async def test_a_whole_identity_number_is_not_searched_for(as_hr):
    page = await as_hr.get(f"/search?q={make.identity_number()}")

    assert found(page) == []
    assert "请输入后四位" in page.text


@pytest.mark.parametrize("who", ["employee", "examiner", "admin"])
async def test_search_is_for_those_who_see_people(world, who):
    async with browser(getattr(world, who)) as client:
        page, other = await client.get("/search?q=yht"), await client.get("/help")

    assert (page.status_code, other.status_code) == (404, 200)
    assert 'href="/search"' not in other.text


@pytest.mark.parametrize("typed", ["%", "_", "\\", "' OR 1=1 --", "<script>", "a" * 400])
async def test_odd_letters_find_nothing(as_hr, typed):
    page = await as_hr.get("/search", params={"q": typed})

    assert page.status_code == 200
    assert [one for one in found(page) if re.search("/[0-9]+$", one)] == []
    assert "<script>" not in page.text.replace("<script defer", "")


async def test_search_asks_five_questions_however_much_is_found(as_hr):
    await as_hr.get("/search")  # the first page after signing in also notes when that was

    async with counted() as few:
        await as_hr.get("/search?q=yht")
    async with counted() as many:
        await as_hr.get("/search?q=l")

    assert (len(few), len(many)) == (5, 5)
