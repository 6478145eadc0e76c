"""Headers, cookies, odd requests: what every answer carries, and what none of them does."""

from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from tests.browsing import ORIGIN, application
from training.web.kit import security
from training.web.kit.security import local_address


@pytest.mark.parametrize(
    ("address", "status"), [("/sign-in", 200), ("/nowhere", 404), ("/static/base.css", 200), ("/account", 303)]
)
async def test_every_answer_carries_the_policy(anonymous: Any, world: Any, address: str, status: int) -> None:
    response = await anonymous.get(address)

    assert response.status_code == status
    assert {name: response.headers[name] for name in security.POLICY_HEADERS} == security.POLICY_HEADERS


def test_the_policy_allows_nothing_unsafe() -> None:
    assert "unsafe" not in security.POLICY_HEADERS["content-security-policy"]


async def test_the_sign_in_cookie_is_for_the_server_alone(anonymous: Any, world: Any) -> None:
    response = await anonymous.post(
        "/sign-in",
        data={"username": "hr", "password": "a short sentence is easy"},
        headers={"Sec-Fetch-Site": "same-origin"},
    )

    cookie = response.headers["set-cookie"]
    assert (response.status_code, response.headers["location"]) == (303, "/")
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie


async def test_a_session_id_sent_by_the_client_is_never_adopted(anonymous: Any, world: Any) -> None:
    anonymous.cookies.set("sid", "f" * 43)

    response = await anonymous.post(
        "/sign-in",
        data={"username": "hr", "password": "a short sentence is easy"},
        headers={"Sec-Fetch-Site": "same-origin"},
    )

    assert "f" * 43 not in response.headers["set-cookie"]


async def test_signing_out_ends_the_sign_in_for_good(as_hr: Any) -> None:
    token = dict(as_hr.cookies)
    assert (await as_hr.get("/account")).status_code == 200

    await as_hr.post("/sign-out", data={})
    as_hr.cookies.update(token)

    assert (await as_hr.get("/account")).status_code == 303


async def test_who_waited_too_long_is_told_so_and_comes_back(anonymous: Any, world: Any) -> None:
    assert "登录已失效" not in (await anonymous.get("/sign-in")).text
    anonymous.cookies.set("sid", "f" * 43)
    htmx = {"HX-Request": "true", "HX-Current-URL": "http://127.0.0.1:8000/people?q=zw"}

    assert "登录已失效" in (await anonymous.get("/sign-in?next=/people")).text
    answer = await anonymous.get("/people?q=zw", headers=htmx)
    assert answer.headers["hx-redirect"] == "/sign-in?next=%2Fpeople%3Fq%3Dzw"


@pytest.mark.parametrize(
    "path",
    ["/accounts/1_0", "/accounts/+1", "/accounts/１", "/accounts/01", "/accounts/99999999999999999999", "/accounts/0"],
)
async def test_odd_numbers_lead_nowhere(as_hr: Any, path: str) -> None:
    assert (await as_hr.get(path)).status_code == 404


@pytest.mark.parametrize("body", [b"a=%ff%fe&username=x", b"&" * 6000, "username=张三".encode(), b"\xff\xfe", b""])
async def test_bytes_that_are_no_form_are_answered_calmly(anonymous: Any, world: Any, body: bytes) -> None:
    response = await anonymous.post(
        "/sign-in",
        content=body,
        headers={"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"},
    )

    assert response.status_code in (400, 413, 422)


async def test_a_form_too_large_is_refused(anonymous: Any, world: Any) -> None:
    response = await anonymous.post(
        "/sign-in", content=b"username=" + b"x" * 300_000, headers={"Content-Type": "application/x-www-form-urlencoded"}
    )

    assert response.status_code in (403, 413)


async def test_half_of_a_form_is_not_taken_for_the_whole(as_hr: Any, world: Any) -> None:
    def body() -> Any:
        for person in range(6_000):
            yield b"people=%d&" % person

    async def chunks() -> Any:
        for chunk in body():
            yield chunk

    kind = {"Content-Type": "Application/X-WWW-Form-Urlencoded"}
    response = await as_hr.post(f"/sessions/{world.session}/enrolments", content=chunks(), headers=kind)

    assert response.status_code == 413


@pytest.mark.parametrize("origin", ["http://[", "null", "http://evil.test", "http://127.0.0.1:8000.evil.test"])
async def test_an_origin_that_is_not_ours_changes_nothing(world: Any, origin: str) -> None:
    transport = httpx.ASGITransport(application())
    async with httpx.AsyncClient(transport=transport, base_url=ORIGIN) as old_browser:
        response = await old_browser.post("/sign-in", data={"username": "hr"}, headers={"Origin": origin})

    assert response.status_code == 403


async def test_every_cookie_goes_over_https_only() -> None:
    settings = SimpleNamespace(secure_cookies=True)
    scope: Any = {"path": "/", "query_string": b"", "app": SimpleNamespace(state=SimpleNamespace(settings=settings))}
    message: Any = {
        "type": "http.response.start",
        "headers": [(b"set-cookie", b"flash=x; Path=/"), (b"set-cookie", b"__Host-sid=x; Secure; Path=/")],
    }

    await security.add_headers(message, scope)

    cookies = [value for name, value in message["headers"] if name == b"set-cookie"]
    assert cookies == [b"flash=x; Path=/; Secure", b"__Host-sid=x; Secure; Path=/"]


async def test_a_posted_page_is_read_in_another_language_where_its_form_stands(as_admin: Any) -> None:
    form = {"Referer": "http://127.0.0.1:8000/accounts/new?x=1"}
    answer = await as_admin.post("/accounts", data={"name": ""}, headers=form)

    assert answer.status_code == 422
    assert 'href="/accounts/new?x=1&amp;lang=en"' in answer.text


async def test_what_is_only_done_to_a_thing_leads_to_the_thing(world: Any, as_examiner: Any) -> None:
    answer = await as_examiner.get(f"/results/{world.past_session}/marks")

    assert (answer.status_code, answer.headers["location"]) == (303, f"/results/{world.past_session}")


async def test_an_error_is_shown_as_a_page_wherever_it_was_to_be_swapped_in(as_hr: Any) -> None:
    answer = await as_hr.get("/people/999999", headers={"HX-Request": "true", "HX-Target": "td#small"})

    assert (answer.status_code, answer.headers["hx-retarget"]) == (404, "#main")


async def test_nothing_of_the_request_is_in_an_error_page(anonymous: Any, world: Any) -> None:
    response = await anonymous.get("/nowhere/<script>alert(1)</script>?x=<script>alert(2)</script>")

    assert response.status_code == 404
    assert "alert(" not in response.text


@pytest.mark.parametrize(
    "target",
    ["//evil.test", "/\\evil.test", "https://evil.test", "javascript:alert(1)", "/a\\b", "", "evil", "/\n/evil"],
)
def test_nobody_is_sent_elsewhere_after_signing_in(target: str) -> None:
    assert local_address(target) == "/"


def test_an_address_of_ours_is_kept() -> None:
    assert local_address("/renewals?site=3&type=SO_ELEC_LV") == "/renewals?site=3&type=SO_ELEC_LV"


async def test_a_choice_of_language_stays_on_the_page(anonymous: Any, world: Any) -> None:
    chosen = await anonymous.get("/sign-in?next=/people&lang=en")
    page = await anonymous.get(chosen.headers["location"])

    assert (chosen.status_code, chosen.headers["location"]) == (303, "/sign-in?next=%2Fpeople")
    assert '<html lang="en"' in page.text
