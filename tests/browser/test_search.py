"""The search box from the keyboard: opened, typed into, walked through and left, without a mouse."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import expect

from tests.browser.conftest import signed_in, violations


def test_somebody_is_found_with_three_letters(visitor: Callable[..., Any], world_address: str) -> None:
    page = signed_in(visitor(world_address), "hr")
    page.goto("/sites")
    results = page.locator("#palette [role=option]")

    page.keyboard.press("Control+k")
    expect(results.first).to_contain_text("工作台")
    page.keyboard.type("yht")
    expect(results).to_have_count(1)
    expect(results).to_contain_text("于海涛")
    assert violations(page) == []
    page.keyboard.press("Enter")

    expect(page.locator("h1")).to_contain_text("于海涛")


def test_arrows_choose_and_escape_leaves(visitor: Callable[..., Any], world_address: str) -> None:
    page = signed_in(visitor(world_address, language="en"), "manager")
    page.goto("/work")
    chosen = page.locator("#palette [aria-selected=true]")

    page.keyboard.press("/")
    page.keyboard.type("low-voltage")
    expect(chosen).to_contain_text("Low-voltage electrician class")
    before = chosen.get_attribute("href")
    page.keyboard.press("ArrowDown")
    expect(chosen).not_to_have_attribute("href", str(before))
    page.keyboard.press("Escape")

    expect(page.locator("#palette")).to_be_hidden()
    expect(page).to_have_url(f"{world_address}/work")


def test_without_scripts_the_box_is_a_page(visitor: Callable[..., Any], world_address: str) -> None:
    page = signed_in(visitor(world_address), "manager")

    page.goto("/search")
    page.get_by_role("searchbox").fill("南海")
    page.get_by_role("searchbox").press("Enter")

    expect(page).to_have_url(f"{world_address}/search?q=%E5%8D%97%E6%B5%B7")
