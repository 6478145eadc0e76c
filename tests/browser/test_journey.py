"""The main job, from an empty installation to renewed certificates: in both languages, on a desk and on a phone."""

import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import overflow, served, violations
from tests.make import TODAY

SAMPLES = Path(__file__).parents[1] / "samples"
PASSWORD = "a sentence of one's own"
SITES = ("南海家园一里", "南海家园二里", "南海家园三里")


@pytest.fixture
def empty_address() -> Iterator[str]:
    with served("empty") as address:
        yield address


@pytest.mark.parametrize(
    ("size", "language"), [("desktop", "zh-Hans"), ("desktop", "en"), ("phone", "zh-Hans"), ("phone", "en")]
)
def test_from_spreadsheets_to_renewed_certificates(
    visitor: Callable[..., Page], empty_address: str, size: str, language: str
) -> None:
    hr = visitor(empty_address, size, language)
    _set_up(hr)
    assert _imported(hr, "roster", "花名册.xlsx") == 312
    assert _imported(hr, "certificates", "持证人员台账.xlsx") == 224
    examiner = visitor(empty_address, size, language)
    _activated(examiner, _account(hr, "examiner", "张工", "examiner"), "张工")

    due = _filtered_renewals(hr)
    assert due
    session = _scheduled_for_everybody(hr)
    passed, failed = _marked(examiner, session)
    assert passed | failed <= due

    left = _filtered_renewals(hr)
    assert (passed & left, failed <= left) == (set(), True)

    _manager_exports(visitor(empty_address, size, language), hr, left)
    _employee_looks(visitor(empty_address, "phone", language), hr, next(iter(passed)))
    hr.goto("/work")
    assert hr.locator("a.tile").count() >= 3
    assert (violations(hr), overflow(hr)) == ([], 0)


def _set_up(page: Page) -> None:
    page.goto("/")
    expect(page).to_have_url(_at("/setup"))
    page.fill("[name=name]", "周敏")
    page.fill("[name=username]", "zhoumin")
    page.fill("[name=password]", PASSWORD)
    page.fill("[name=again]", PASSWORD)
    page.click("form[action='/setup'] button")
    page.wait_for_url("**/work")


def _at(path: str) -> re.Pattern[str]:
    return re.compile(rf".*{path}$")


def _imported(page: Page, kind: str, file: str) -> int:
    """Upload a workbook, look at what would happen, and let it; the number of rows that were written."""
    page.goto("/imports")
    page.check(f"[name=kind][value={kind}]")
    page.set_input_files("input[type=file]", SAMPLES / file)
    page.click("form[enctype] button.button-primary")
    apply = page.locator("form[action$='/application'] button")
    apply.wait_for(timeout=60_000)
    assert violations(page) == []
    written = int(re.sub(r"\D", "", str(apply.text_content())))
    apply.click()
    page.locator("main .card a.button-primary").wait_for(timeout=60_000)
    return written


def _account(hr: Page, username: str, name: str, role: str, site: str = "") -> str:
    """Add an account, and the path of its activation link."""
    hr.goto("/accounts/new")
    hr.fill("[name=name]", name)
    hr.fill("[name=username]", username)
    hr.check(f"[name=roles][value={role}]")
    if site:
        hr.locator("label.pick", has_text=site).locator("[name=sites]").check()
    hr.click("main form[action='/accounts'] button.button-primary")
    return urlsplit(str(hr.locator("#links tbody td").last.text_content())).path


def _activated(page: Page, link: str, name: str) -> None:
    page.goto(link)
    expect(page.locator("h1")).to_contain_text(name)
    page.fill("[name=password]", PASSWORD)
    page.fill("[name=again]", PASSWORD)
    page.click("main form button")
    page.wait_for_url(lambda url: "/activation" not in url)


def _filtered_renewals(page: Page) -> set[str]:
    """Renewals of low-voltage electricians at three sites, chosen by hand in the filters; the people listed."""
    page.goto("/renewals")
    more = page.locator(".more-filters")
    if more.is_visible():
        more.click()
    _choose(page, "site", SITES)
    _choose(page, "type", ("特种作业操作证（低压电工作业）", "Low-voltage Electrician"))
    page.wait_for_url("**type=SO_ELEC_LV**")
    page.reload()  # what was chosen is in the address
    return {str(name) for name in page.locator("#renewals tbody th [lang]").all_text_contents()}


def _choose(page: Page, name: str, labels: tuple[str, ...]) -> None:
    menu = page.locator(f"details.filter-many:has([name={name}])")
    menu.locator("summary").click()
    for label in labels:
        choice = menu.locator("label", has_text=label).locator("input")
        if choice.count():
            with page.expect_response(lambda answer: "/renewals" in answer.url):
                choice.first.check()
    menu.locator("summary").click()


def _scheduled_for_everybody(page: Page) -> str:
    """Choose all that are listed, schedule a session today, and enrol them with it; the session's path."""
    if page.locator("[data-tick-all]").is_visible():
        page.check("[data-tick-all]")
    else:
        for tick in page.locator("[data-row-tick]").all():
            tick.check()
    page.click("#bulk button.button-primary")
    page.click("form[action='/sessions/new'] button.button-primary")
    page.fill("[name=starts_on]", TODAY.isoformat())
    page.fill("[name=ends_on]", TODAY.isoformat())
    page.fill("[name=starts_at]", "08:30")
    page.fill("[name=seats]", "40")
    page.fill("[name=place]", "培训中心")
    page.select_option("[name=examiner]", label="张工")
    page.click("form[action='/sessions'] button.button-primary")
    page.wait_for_url(lambda url: url.rstrip("/").split("/")[-1].isdigit())
    return urlsplit(page.url).path


def _marked(examiner: Page, session: str) -> tuple[set[str], set[str]]:
    """Everybody was there; the first fails the practical, the others pass both parts. The names of either."""
    examiner.goto("/results")
    examiner.click(f"a[href='{session.replace('/sessions', '/results')}']")
    examiner.click("form.action[action$='/attendance'] button")
    names = [str(text) for text in examiner.locator(".score-sheet tbody th .person [lang]").all_text_contents()]
    fields = examiner.locator("input.mark")
    for at in range(fields.count()):
        with examiner.expect_response(lambda answer: answer.url.endswith("/marks")):
            fields.nth(at).fill("60" if at == 1 else "85")
            fields.nth(at).press("Enter")
    assert violations(examiner) == []
    examiner.click("form[action$='/submission'] button")
    examiner.wait_for_load_state("networkidle")
    return set(names[1:]), {names[0]}


def _manager_exports(page: Page, hr: Page, left: set[str]) -> None:
    _activated(page, _account(hr, "manager", "范玮", "manager", SITES[0]), "范玮")
    page.goto("/renewals")
    page.click("details.menu:has([href*='format=xlsx']) summary")
    with page.expect_download() as downloading:
        page.click("a[href*='format=xlsx']")
    content = Path(downloading.value.path()).read_bytes()
    rows = list(openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows(min_row=2, values_only=True))
    assert rows
    assert {row[2] for row in rows} == {SITES[0]}


def _employee_looks(page: Page, hr: Page, name: str) -> None:
    hr.goto("/accounts/invitations")
    for site in SITES:
        hr.locator("label.pick", has_text=site).locator("input").check()
    hr.click("form[action='/accounts/invitations'] button")
    link = hr.locator("#links tr", has_text=name).locator("td").last.text_content()
    _activated(page, urlsplit(str(link)).path, name)
    expect(page).to_have_url(_at("/me"))
    expect(page.locator("main")).to_contain_text("2032")
    assert (violations(page), overflow(page)) == ([], 0)
