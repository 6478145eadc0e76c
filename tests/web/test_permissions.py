"""Every route against every role, HEAD included: the table in `access.py` is what happens."""

import re
from typing import Any

import pytest
from litestar.routes import HTTPRoute

from tests.browsing import browser
from training.access import POLICY, Permission, Role
from training.web.app import create_app

ROLES = {
    "hr": Role.HR,
    "manager": Role.MANAGER,
    "examiner": Role.EXAMINER,
    "auditor": Role.AUDITOR,
    "employee": Role.EMPLOYEE,
    "admin": Role.ADMINISTRATOR,
}
NOTHING_THERE = 2_000_000_000


def _routes() -> list[tuple[str, str, Permission]]:
    found = []
    for route in create_app().routes:
        if not isinstance(route, HTTPRoute) or route.path.startswith("/static"):
            continue
        for handler in route.route_handlers:
            for method in sorted(handler.http_methods - {"OPTIONS", "HEAD"}):
                found.append((method, route.path, handler.opt["permission"]))
    return sorted(found)


ROUTES = _routes()
BEHIND_THE_DOOR = [route for route in ROUTES if route[2] is not Permission.PUBLIC]


def _ids(world: Any) -> dict[str, dict[str, object]]:
    """For each kind of id in an address: one the manager of Nanhai may see, and one that is out of their reach."""
    return {
        "near": {
            "person_id": world.people.wang,
            "certificate_id": world.certificates.wang_lv,
            "session_id": world.past_session,
            "course_id": world.electrician_class,
            "site_id": world.sites.nanhai,
            "position_id": world.positions.guard,
            "account_id": world.employee.account,
            "code": "SO_ELEC_LV",
        },
        "far": {
            "person_id": world.people.ma,
            "certificate_id": world.certificates.ma_lv,
            "site_id": world.sites.demao,
        },
    }


def _address(path: str, ids: dict[str, object]) -> str:
    """The path with its ids filled in; what has no id of its own in the world gets one that leads nowhere."""
    return re.sub(r"\{(\w+):\w+\}", lambda found: str(ids.get(found[1], NOTHING_THERE)), path)


def _without_number(body: str) -> str:
    """An error page without its request number and its form tokens, which are never the same."""
    return re.sub(r"\b[0-9a-f]{16}\.[0-9a-f]{64}\b|\b[0-9a-f]{8}\b", "", body)


@pytest.mark.parametrize("role", ROLES)
async def test_a_page_opens_for_those_who_may_and_for_nobody_else(world: Any, role: str) -> None:
    wrong = []
    async with browser(getattr(world, role)) as client:
        for method, path, permission in BEHIND_THE_DOOR:
            if method != "GET":
                continue
            address = _address(path, _ids(world)["near"])
            got, head = await client.get(address), await client.head(address)
            there = permission in POLICY[ROLES[role]] and str(NOTHING_THERE) not in address
            right = got.status_code in (200, 303) if there else got.status_code == 404
            if not right or (head.status_code, head.content) != (got.status_code, b""):
                wrong.append((path, got.status_code, head.status_code))

    assert wrong == []


@pytest.mark.parametrize("role", ROLES)
async def test_a_change_is_refused_to_those_who_may_not(world: Any, role: str) -> None:
    async with browser(getattr(world, role)) as client:
        answers = {
            (method, path): (await client.request(method, _address(path, _ids(world)["near"]), data={})).status_code
            for method, path, permission in BEHIND_THE_DOOR
            if method != "GET" and permission not in POLICY[ROLES[role]]
        }

    assert set(answers.values()) <= {404}


async def test_strangers_are_taken_to_the_sign_in_page(world: Any, anonymous: Any) -> None:
    answers = {}
    for method, path, _ in BEHIND_THE_DOOR:
        for verb in ("GET", "HEAD") if method == "GET" else (method,):
            response = await anonymous.request(
                verb, _address(path, _ids(world)["near"]), headers={"Sec-Fetch-Site": "same-origin"}
            )
            answers[verb, path] = (response.status_code, response.headers.get("location", "")[:8])

    assert set(answers.values()) == {(303, "/sign-in")}


async def test_no_change_without_the_token_of_ones_own_sign_in(as_hr: Any, world: Any) -> None:
    for method, path, _ in BEHIND_THE_DOOR:
        if method == "GET":
            continue
        address = _address(path, _ids(world)["near"])
        bare = await as_hr.request(method, address, data={"x": "1"}, headers={"X-CSRF-Token": "0.0"})
        across = await as_hr.request(method, address, data={"x": "1"}, headers={"Sec-Fetch-Site": "cross-site"})
        assert (path, bare.status_code, across.status_code) == (path, 403, 403)


async def test_what_is_out_of_reach_looks_like_what_does_not_exist(world: Any, as_manager: Any) -> None:
    compared = 0
    for method, path, permission in BEHIND_THE_DOOR:
        ids = {name: value for name, value in _ids(world)["far"].items() if f"{{{name}:" in path}
        if method != "GET" or not ids or permission not in POLICY[Role.MANAGER]:
            continue
        far, nowhere = await as_manager.get(_address(path, ids)), await as_manager.get(_address(path, {}))
        assert (path, far.status_code, nowhere.status_code) == (path, 404, 404)
        assert _without_number(far.text) == _without_number(nowhere.text)
        compared += 1

    assert compared > 0
