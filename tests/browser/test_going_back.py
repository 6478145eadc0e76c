"""Back and reload after a form was refused: no browser asks to send it again."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import expect

from tests.browser.conftest import signed_in


def test_a_refused_form_can_be_reloaded_and_gone_back_from(visitor: Callable[..., Any], world_address: str) -> None:
    page = signed_in(visitor(world_address), "hr")
    page.goto("/people")
    page.locator("#people tbody a").first.click()
    person = page.url
    page.get_by_role("link", name="录入证书").click()
    page.select_option("[name=type]", index=1)
    page.get_by_role("button", name="录入").click()
    expect(page.locator(".error-summary")).to_be_visible()

    page.reload()
    expect(page).to_have_url(f"{person}/certificates/new")
    page.go_back()
    page.go_back()

    expect(page).to_have_url(person)
