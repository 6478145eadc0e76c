"""What the pages of certificates do while one types: the example of new rules, a number once, another day."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import expect

from tests.browser.conftest import signed_in

RULES = "/certificate-types/SO_ELEC_LV/rules/new"


def test_the_example_of_new_rules_follows_the_typing(visitor: Callable[..., Any], world_address: str) -> None:
    page = signed_in(visitor(world_address, "desktop", "en"), "hr")
    page.goto(RULES)

    page.fill("#f-issued_on", "2024-02-29")
    page.fill("#f-validity_months", "48")
    expect(page.locator("#example")).to_contain_text("Issued on 29 Feb 2024")
    page.fill("#f-validity_months", "four years")

    expect(page.locator("#example")).to_contain_text("The example appears here")
    page.fill("#f-legal_basis", "a new order")
    page.get_by_role("button", name="Add these rules").click()
    expect(page.locator(".error-summary")).to_be_visible()


def test_a_number_shown_once_is_gone_with_the_page(visitor: Callable[..., Any], world_address: str) -> None:
    page = signed_in(visitor(world_address, "phone", "en"), "hr")
    page.goto("/certificates?q=wgf")
    page.locator("#register tbody a[href^='/certificates/']").first.click()
    number = page.locator("#facts strong.num")

    page.get_by_text("Show it all").click()
    page.fill("#f-reason", "to verify it")
    page.get_by_role("button", name="Show the number").click()
    expect(number).to_be_visible()
    page.reload()

    expect(number).to_have_count(0)


def test_another_day_is_asked_for_by_choosing_it(visitor: Callable[..., Any], world_address: str) -> None:
    page = signed_in(visitor(world_address, "desktop", "en"), "manager")
    page.goto("/certificates?q=wgf")
    page.locator("#register tbody a[href^='/certificates/']").first.click()

    page.fill("#f-as_of", "2040-01-01")

    expect(page.locator("#judgement .chip")).to_have_text("Expired")
    assert page.url.endswith("?as_of=2040-01-01")
