"""/renewals: what it shows to whom, what it does with the chosen, and what it exports."""

import csv
import io
import re
from datetime import datetime, timedelta
from typing import Any

import openpyxl
import pytest

from training.certificates.tables import Certificate
from training.renewals import queries
from training.renewals.queries import Filters


async def test_hr_sees_whoever_must_act(as_hr: Any, world: Any) -> None:
    page = await as_hr.get("/renewals")

    assert page.status_code == 200
    listed = await queries.renewals(Filters(), by=world.hr, today=world.today)
    assert [line.name in page.text for line in listed.lines] == [True] * len(listed.lines)
    assert "高翔" not in page.text, "who left has nothing to renew"


async def test_a_manager_sees_their_own_sites(as_manager: Any, world: Any) -> None:
    page = (await as_manager.get("/renewals")).text

    assert ("王桂芳" in page, "李晶" in page, "马超" in page) == (True, False, False)
    assert 'name="chosen"' not in page, "a manager looks, and enrols nobody"


async def test_filters_are_the_address(as_hr: Any, world: Any) -> None:
    one = (await as_hr.get(f"/renewals?type=SO_ELEC_LV&site={world.sites.nanhai}&site={world.sites.yinghai}")).text
    none = await as_hr.get("/renewals?type=NO_SUCH_TYPE")

    assert ("王桂芳" in one, "李晶" in one, "马超" in one, "陈玉梅" in one) == (True, True, False, False)
    assert "没有符合" in none.text or "清除筛选" in none.text


async def test_htmx_gets_the_list_alone(as_hr: Any, world: Any) -> None:
    part = await as_hr.get("/renewals", headers={"HX-Request": "true", "HX-Target": "div#renewals"})

    assert part.text.lstrip().startswith('<div id="renewals"')


@pytest.mark.parametrize(
    "query", ["?sort=evil", "?within=abc", "?after=-1", "?site=x", "?tab=%00", "?due_from=2024.2.30"]
)
async def test_an_address_nobody_made_shows_the_plain_list(as_hr: Any, world: Any, query: str) -> None:
    assert (await as_hr.get(f"/renewals{query}")).status_code == 200


async def test_the_chosen_are_offered_sessions(as_hr: Any, world: Any) -> None:
    page = await as_hr.post(
        "/renewals/enrolment", data={"chosen": [world.certificates.li_lv], "back": "/renewals?q=li"}
    )

    assert page.status_code == 200
    assert f'formaction="/sessions/{world.session}/enrolments"' in page.text
    assert f'value="{world.certificates.li_lv}"' in page.text


async def test_a_session_that_not_all_of_the_chosen_need_says_so(as_hr: Any, world: Any) -> None:
    alone = await as_hr.post("/renewals/enrolment", data={"chosen": [world.certificates.li_lv]})
    other = next(
        chosen
        for chosen in re.findall(r'name="chosen" value="(\d+)"', (await as_hr.get("/renewals?within=365")).text)
        if int(chosen) not in (world.certificates.li_lv, world.certificates.ma_lv, world.certificates.wang_lv)
    )
    mixed = await as_hr.post("/renewals/enrolment", data={"chosen": [world.certificates.li_lv, other]})

    assert "人需要" not in alone.text
    assert "所选 2 人中 1 人需要" in mixed.text


async def test_every_that_matches_is_chosen_by_the_filters_of_the_list(as_hr: Any, world: Any) -> None:
    page = await as_hr.post("/renewals/enrolment", data={"every": "1", "back": "/renewals?type=SO_ELEC_LV&planned=no"})

    chosen = [world.certificates.li_lv, world.certificates.ma_lv]
    assert [f'name="chosen" value="{certificate}"' in page.text for certificate in chosen] == [True, True]
    assert f'value="{world.certificates.wang_lv}"' not in page.text


async def test_nothing_is_done_with_a_choice_out_of_reach(as_hr: Any, world: Any) -> None:
    page = await as_hr.post("/renewals/enrolment", data={"chosen": [world.certificates.li_lv, 10**6]})

    assert page.status_code == 404


async def test_an_address_that_is_none_is_no_filter(as_hr: Any, world: Any) -> None:
    page = await as_hr.post("/renewals/enrolment", data={"every": "1", "back": "//[/renewals?type=SE_A"})

    assert page.status_code == 200


async def test_nobody_chosen_goes_back(as_hr: Any, world: Any) -> None:
    page = await as_hr.post("/renewals/enrolment", data={"back": "https://evil.test/"})

    assert (page.status_code, page.headers["location"]) == (303, "/renewals")


async def test_the_workbook_is_what_is_shown(as_manager: Any, world: Any) -> None:
    answer = await as_manager.get("/renewals/export?format=xlsx")

    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
    listed = await queries.renewals(Filters(), by=world.manager, today=world.today)
    assert [row[1] for row in rows] == [line.name for line in listed.lines]
    assert all(isinstance(row[6], datetime) for row in rows)
    assert not any("110" in str(row[5]) and len(str(row[5])) >= 18 and "*" not in str(row[5]) for row in rows)


async def test_csv_speaks_the_visitors_language(as_hr: Any, world: Any) -> None:
    as_hr.cookies.set("lang", "en")
    answer = await as_hr.get("/renewals/export?format=csv&type=SE_A")

    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert {row["Name"] for row in rows} == {"陈玉梅", "郑红霞"}
    assert {row["Standing"] for row in rows} == {"Due in 90 days", "In process"}


async def test_an_employee_finds_no_such_page(as_employee: Any, world: Any) -> None:
    assert (await as_employee.get("/renewals")).status_code == 404
    assert (await as_employee.get("/renewals/export")).status_code == 404


async def test_a_months_list_says_so_and_lets_go_of_it(as_hr: Any, world: Any) -> None:
    page = await as_hr.get("/renewals?tab=due&due_from=2026-12-01&due_until=2026-12-31")

    assert "2026-12-01 ～ 12-31 有 2 张证书到期。" in page.text
    assert 'href="/renewals?tab=due"' in page.text
    assert 'name="due_from" value="2026-12-01"' in page.text


async def test_a_session_after_the_end_says_so(as_hr: Any, world: Any) -> None:
    early = await as_hr.get("/renewals?q=王桂芳")
    await Certificate.update({Certificate.expires_on: world.today + timedelta(days=3)}).where(
        Certificate.id == world.certificates.wang_lv
    )
    late = await as_hr.get("/renewals?q=王桂芳")

    assert ("晚于到期日" in early.text, "晚于到期日" in late.text) == (False, True)
