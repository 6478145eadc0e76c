"""/help: only one's own pages, every standing explained, and whom to ask."""

import re

import pytest

from tests.browsing import browser
from tests.counting import counted
from training.access import Permission
from training.accounts.contacts import Contacts, contacts
from training.web.kit.looks import LOOKS
from training.web.kit.navigation import _PLACES
from training.web.me.help import MEANINGS, PURPOSES


def test_every_page_and_every_standing_is_explained():
    assert set(PURPOSES) == {place.url for _, places in _PLACES for place in places}
    assert set(MEANINGS) == set(LOOKS)


@pytest.mark.parametrize("who", ["employee", "hr", "manager", "auditor", "examiner", "admin"])
async def test_help_explains_the_pages_that_are_ones_own(world, who):
    actor = getattr(world, who)

    async with browser(actor) as client:
        page = await client.get("/help")

    main = page.text.partition('id="main"')[2]
    named = {url for url in re.findall(r'<a class="title" href="([^"]+)"', main) if url != "/account"}
    assert page.status_code == 200
    assert named == {place.url for _, places in _PLACES for place in places if actor.may(place.permission)}
    assert ("<kbd>Ctrl</kbd>" in main) == actor.may(Permission.SEE_PEOPLE)


async def test_help_is_for_whoever_is_signed_in(anonymous):
    page = await anonymous.get("/help")

    assert (page.status_code, page.headers["location"]) == (303, "/sign-in?next=%2Fhelp")


async def test_help_asks_two_questions(as_employee):
    await as_employee.get("/help")  # the first page after signing in also notes when that was

    async with counted() as statements:
        await as_employee.get("/help")

    assert len(statements) == 2


async def test_contacts_are_the_manager_of_ones_site_and_the_office(world):
    assert await contacts(world.people.yu) == Contacts(("范玮",), ("苏婷",), ("系统管理员",))
    assert await contacts(world.people.chen) == Contacts((), ("苏婷",), ("系统管理员",))
    assert await contacts(None) == Contacts((), ("苏婷",), ("系统管理员",))
