"""A score sheet on a line that breaks: who types is told, and what was typed is sent again."""

from typing import Any

from playwright.sync_api import expect

from tests.browser.conftest import signed_in


def test_a_mark_is_sent_again_when_the_connection_is_back(browser: Any, world_address: str) -> None:
    page = signed_in(browser.new_page(base_url=world_address, locale="zh-CN"), "examiner")
    page.goto("/results")
    page.locator("main a[href^='/results/']").first.click()
    page.route("**/marks", lambda route: route.abort())
    mark = page.locator("[data-column]").first
    mark.fill("12")  # not what is recorded, so that nothing is changed and the sheet asks why

    mark.press("Enter")
    expect(page.locator("#toasts")).to_contain_text("连接中断")
    expect(mark).to_have_attribute("data-unsaved", "")
    page.unroute("**/marks")
    page.evaluate("dispatchEvent(new Event('online'))")

    expect(page.locator(".cell-mark").first).to_contain_text("还没有改动")
    expect(page.locator("#toasts")).not_to_contain_text("连接中断")
    expect(page.locator("[data-unsaved]")).to_have_count(0)
    page.context.close()
