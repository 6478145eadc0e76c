"""Language and appearance: chosen in the query, kept in a cookie, heeded from then on."""

from collections.abc import AsyncIterator

import pytest
from httpx import ASGITransport, AsyncClient
from litestar.types import Receive, Scope, Send

from training.web.kit import preferences
from training.web.kit.languages import spoken


async def naming_its_language(scope: Scope, receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": spoken().code.encode(), "more_body": False})


@pytest.fixture
async def visitor() -> AsyncIterator[AsyncClient]:
    transport = ASGITransport(preferences.preferring(naming_its_language))
    async with AsyncClient(transport=transport, base_url="http://chizheng.test") as client:
        yield client


async def test_a_choice_is_kept_and_leads_back_to_the_page(visitor):
    answer = await visitor.get("/people?q=于&lang=en&theme=dark&sort=name")

    assert (answer.status_code, answer.headers["location"]) == (303, "/people?q=%E4%BA%8E&sort=name")
    assert answer.headers.get_list("set-cookie") == [
        "lang=en; Path=/; Max-Age=31536000; SameSite=Lax",
        "theme=dark; Path=/; Max-Age=31536000; SameSite=Lax",
    ]
    assert (await visitor.get("/people")).text == "en"


async def test_a_choice_never_leads_to_another_host(visitor):
    answer = await visitor.get("http://chizheng.test//elsewhere.example/?lang=en")

    assert answer.headers["location"] == "/elsewhere.example/"


async def test_a_language_we_do_not_speak_is_no_choice(visitor):
    answer = await visitor.get("/people?lang=fr", headers={"accept-language": "en-GB"})

    assert (answer.status_code, answer.text) == (200, "en")


async def test_a_form_is_never_redirected(visitor):
    answer = await visitor.post("/people?lang=en")

    assert (answer.status_code, answer.text) == (200, "zh-Hans")


@pytest.mark.parametrize(
    ("header", "theme"), [("", "auto"), ("theme=dark", "dark"), ("a=b; theme=light", "light"), ("theme=pink", "auto")]
)
def test_theme(header, theme):
    assert preferences.theme(header) == theme
