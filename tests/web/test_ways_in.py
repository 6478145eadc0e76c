"""/setup and /activation: the first account of all, and everybody's first password."""

from typing import Any

from tests.make import NOW
from training.access import Role
from training.accounts import actions

PASSWORD = "a sentence of one's own"
FIRST = {"name": "周敏", "username": "zhoumin", "password": PASSWORD, "again": PASSWORD}


async def test_the_first_account_is_made_once_and_signed_in(anonymous: Any) -> None:
    made = await anonymous.post("/setup", data=FIRST)
    anonymous.cookies.clear()
    again = await anonymous.post("/setup", data={**FIRST, "username": "second"})

    assert (made.status_code, made.headers["location"]) == (303, "/work")
    assert "HttpOnly" in made.headers["set-cookie"]
    assert (again.status_code, "系统已经设置好了" in again.text) == (422, True)
    assert (await anonymous.get("/setup")).headers["location"] == "/sign-in"


async def test_two_different_passwords_set_nothing_up(anonymous: Any) -> None:
    refused = await anonymous.post("/setup", data={**FIRST, "again": "another sentence entirely"})

    assert refused.status_code == 422
    assert "两次输入的密码不一样" in refused.text
    assert PASSWORD not in refused.text


async def _link(world: Any) -> str:
    account = await actions.add(username="fresh", name="新人", roles={Role.EMPLOYEE}, by=world.hr)
    return f"/activation/{(await actions.activation_links([account], by=world.hr, now=NOW))[0].token}"


async def test_a_link_is_for_one_password_once(anonymous: Any, world: Any) -> None:
    link = await _link(world)

    shown = await anonymous.get(link)
    weak = await anonymous.post(link, data={"password": "short", "again": "short"})
    done = await anonymous.post(link, data={"password": PASSWORD, "again": PASSWORD})
    anonymous.cookies.clear()
    over = await anonymous.get(link)

    assert (shown.status_code, "新人" in shown.text) == (200, True)
    assert (weak.status_code, done.status_code, done.headers["location"]) == (422, 303, "/")
    assert (over.status_code, "链接已失效" in over.text) == (404, True)


async def test_a_link_nobody_made_leads_nowhere(anonymous: Any, world: Any) -> None:
    data = {"password": PASSWORD, "again": PASSWORD}

    assert (await anonymous.get("/activation/nobody-made-this")).status_code == 404
    assert (await anonymous.post("/activation/nobody-made-this", data=data)).status_code == 404
