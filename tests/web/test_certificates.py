"""/certificates: the register with its export, one certificate with its history, and everything done to it."""

import csv
import io
import re
from datetime import date, timedelta
from typing import Any

import pytest
from openpyxl import load_workbook

from fixtures.world import identities
from tests import make
from tests.conftest import TODAY
from tests.counting import counted
from tests.reading import errors, fields, part, row, text
from training.certificates import queries
from training.journal import queries as journal

WHOLE_NUMBER = re.compile(r"[0-9]{17}[0-9X]")
HTMX = {"HX-Request": "true"}


def listed(page: Any) -> list[int]:
    """The certificates on the list, in order."""
    body = part(page.text, "register") if "<main" in page.text else page.text
    return [int(found) for found in re.findall(r'<td><a href="/certificates/(\d+)"', body)]


async def held(certificate: int, world: Any) -> Any:
    return (await queries.certificate(certificate, by=world.hr, today=TODAY)).held.certificate


async def noted(certificate: int) -> list[tuple[str, str]]:
    return [(line.action, line.reason) for line in await journal.entries(subject="certificate", subject_id=certificate)]


# The register


async def test_the_register_shows_what_counts_now(world: Any, as_hr: Any) -> None:
    page = await as_hr.get("/certificates")

    here, gone = world.certificates, {world.certificates.sun_old, world.certificates.gao_lv}
    assert page.status_code == 200
    assert set(listed(page)) == {getattr(here, name) for name in here.__slots__} - gone
    assert "共 10 张" in text(part(page.text, "register"))
    assert row(page.text, f'/certificates/{here.wang_lv}"') == (
        "王桂芳 A0003 · 电工 · 南海家园一里 南海家园一里 特种作业操作证（低压电工作业） T110***********1047 "
        "2020-12-17 2026-12-16 还剩 22 天 30 天内到期"
    )


async def test_every_line_leads_to_the_person_and_the_certificate(world: Any, as_manager: Any) -> None:
    page = await as_manager.get("/certificates")

    assert f'href="/people/{world.people.wang}"' in page.text
    assert f'href="/certificates/{world.certificates.wang_lv}"' in page.text


async def test_history_adds_what_was_replaced_and_what_leavers_hold(world: Any, as_hr: Any) -> None:
    page = await as_hr.get("/certificates?history=1")

    assert {world.certificates.sun_old, world.certificates.gao_lv} <= set(listed(page))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("standing=due", {"wang_lv", "chen_lift"}),
        ("standing=expired", {"li_lv"}),
        ("standing=needs_verification", {"ma_lv"}),
        ("standing=in_process", {"zheng_lift"}),
        ("standing=suspended", {"maimaiti_guard"}),
        ("standing=superseded", {"sun_old"}),
        ("standing=no_expiry", {"yu_fire", "liu_guard"}),
        ("standing=revoked", set()),
        ("standing=expired&standing=due", {"wang_lv", "chen_lift", "li_lv"}),
        ("type=SECURITY_GUARD", {"liu_guard", "maimaiti_guard"}),
        ("type=NOTHING", set()),
        ("q=wgf", {"wang_lv"}),
        ("q=王桂", {"wang_lv"}),
        ("q=A0003", {"wang_lv"}),
        ("q=1047", {"wang_lv"}),
        ("q=nobody", set()),
        ("standing=nonsense", {"*"}),
    ],
)
async def test_filters_narrow_the_register(world: Any, as_hr: Any, query: str, expected: set[str]) -> None:
    page = await as_hr.get(f"/certificates?{query}")

    every = set(world.certificates.__slots__) - {"sun_old", "gao_lv"}
    names = every if expected == {"*"} else expected
    assert set(listed(page)) == {getattr(world.certificates, name) for name in names}


async def test_a_site_narrows_the_register(world: Any, as_hr: Any) -> None:
    page = await as_hr.get(f"/certificates?site={world.sites.yinghai}")

    assert set(listed(page)) == {world.certificates.li_lv, world.certificates.chen_lift}


async def test_a_manager_sees_their_own_sites_alone(world: Any, as_manager: Any) -> None:
    mine = await as_manager.get("/certificates?history=1")
    theirs = await as_manager.get(f"/certificates?site={world.sites.demao}")

    held_here = {"yu_fire", "zhou_lv", "wang_lv", "sun_old", "sun_lift", "liu_guard"}
    assert set(listed(mine)) == {getattr(world.certificates, name) for name in held_here}
    assert listed(theirs) == []


async def test_a_whole_number_does_not_stay_in_the_address(world: Any, as_hr: Any) -> None:
    number = identities()["wang"]

    whole = await as_hr.get(f"/certificates?q={number}&type=SO_ELEC_LV")
    by_htmx = await as_hr.get(f"/certificates?q={number}", headers={**HTMX, "HX-Target": "section#register"})

    assert (whole.status_code, whole.headers["location"]) == (303, "/certificates?type=SO_ELEC_LV")
    assert by_htmx.headers["hx-push-url"] == "/certificates?"
    assert number not in by_htmx.text
    assert "请搜索编号末几位" in by_htmx.text


async def test_pages_follow_each_other_and_lead_back(world: Any, as_hr: Any, monkeypatch: Any) -> None:
    for number in range(60):
        await make.certificate(world.people.ren, "SECURITY_GUARD", item=f"{number:02}", no_expiry=True)

    first = await as_hr.get("/certificates")
    following = html_link(first.text, "next")
    second = await as_hr.get(f"/certificates{following}")
    back = await as_hr.get(f"/certificates{html_link(second.text, 'prev')}")

    assert (len(listed(first)), len(listed(second))) == (50, 20)
    assert not set(listed(first)) & set(listed(second))
    assert listed(back) == listed(first)


def html_link(page: str, rel: str) -> str:
    found = re.search(rf'href="([^"]+)" rel="{rel}"', page)
    assert found is not None
    return found[1].replace("&amp;", "&")


async def test_the_register_answers_htmx_with_its_part_alone(as_hr: Any) -> None:
    answer = await as_hr.get("/certificates?standing=due", headers={**HTMX, "HX-Target": "section#register"})

    assert answer.text.lstrip().startswith('<section class="card" id="register"')
    assert len(listed(answer)) == 2


async def test_the_register_takes_as_many_queries_for_many(world: Any, as_hr: Any) -> None:
    for query in ("", "?standing=due", "?q=wgf"):
        async with counted() as few:
            await as_hr.get(f"/certificates{query}")
        await make.certificate(world.people.ren, "SO_ELEC_LV", item=query, expires_on=TODAY)
        await make.certificate(world.people.ren, "SO_WELD", item=query, expires_on=TODAY)
        async with counted() as many:
            await as_hr.get(f"/certificates{query}")
        assert (query, len(many)) == (query, len(few))
        assert len(many) <= 8


# Export


def table(response: Any) -> list[list[Any]]:
    sheet = load_workbook(io.BytesIO(response.content)).active
    return [[cell.value for cell in line] for line in sheet.iter_rows()]


async def test_the_export_is_exactly_what_is_shown(world: Any, as_hr: Any) -> None:
    answer = await as_hr.get("/certificates/export?standing=due&format=xlsx")

    assert answer.headers["content-disposition"] == 'attachment; filename="certificates-2026-11-24.xlsx"'
    heading, *lines = table(answer)
    assert heading == [
        *("姓名", "工号", "项目", "岗位", "证书类型", "准操项目", "等级", "编号", "发证机关"),
        *("发证日期", "有效期至", "应复审日期", "最晚申请日", "剩余天数", "状态"),
    ]
    assert [line[0] for line in lines] == ["陈玉梅", "王桂芳"]
    wang = lines[1]
    assert wang[:5] == ["王桂芳", "A0003", "南海家园一里", "电工", "特种作业操作证（低压电工作业）"]
    assert (wang[7], wang[9].date(), wang[10].date(), wang[13:]) == (
        "T110***********1047",
        date(2020, 12, 17),
        date(2026, 12, 16),
        [22, "30 天内到期"],
    )


async def test_the_export_speaks_the_readers_language(as_hr: Any) -> None:
    answer = await as_hr.get("/certificates/export?q=wgf&format=csv", headers={"accept-language": "en"})

    lines = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert (lines[0][0], lines[1][0], lines[1][4], lines[1][-1]) == (
        "Name",
        "Wang Guifang 王桂芳",
        "Special Operations Certificate - Low-voltage Electrician",
        "Due in 30 days",
    )


async def test_the_export_holds_no_whole_number_and_no_other_site(world: Any, as_manager: Any) -> None:
    for kind in ("csv", "xlsx"):
        answer = await as_manager.get(f"/certificates/export?history=1&format={kind}")
        content = answer.text if kind == "csv" else str(table(answer))

        assert "王桂芳" in content
        assert "李晶" not in content
        assert not WHOLE_NUMBER.search(content)


async def test_an_export_is_noted(world: Any, as_auditor: Any) -> None:
    await as_auditor.get("/certificates/export?standing=due&format=csv")

    line = (await journal.entries(subject="certificate"))[0]
    assert (line.account, line.action, line.facts) == (
        world.auditor.account,
        "certificate.exported",
        {"format": "csv", "lines": 2},
    )


async def test_an_export_reads_page_after_page(world: Any, as_hr: Any, monkeypatch: Any) -> None:
    from training.web.office import certificate_list

    monkeypatch.setattr(certificate_list, "AT_ONCE", 3)

    lines = table(await as_hr.get("/certificates/export"))

    assert len(lines) == 1 + 10
    assert len({(line[0], line[4]) for line in lines}) == len(lines)


# One certificate


async def test_a_certificate_tells_what_it_is_worth_and_why(world: Any, as_manager: Any) -> None:
    page = await as_manager.get(f"/certificates/{world.certificates.wang_lv}")

    worth = text(part(page.text, "judgement"))
    assert page.status_code == 200
    assert "30 天内到期 距到期还剩 22 天。" in worth
    assert "申请换证，最迟 2026-12-16。" in worth
    assert "依据：应急管理部令第19号" in worth
    assert "/correction" not in page.text
    assert "/revocation" not in page.text


async def test_a_certificate_is_judged_as_of_another_day(world: Any, as_hr: Any) -> None:
    address = f"/certificates/{world.certificates.sun_old}"
    judgement = {**HTMX, "HX-Target": "section#judgement"}

    now = await as_hr.get(address)
    then = await as_hr.get(f"{address}?as_of=2025-01-01", headers=judgement)
    odd = await as_hr.get(f"{address}?as_of=never")

    assert "被新证书替换" not in text(part(now.text, "judgement"))
    assert "已换新证" in text(part(now.text, "judgement"))
    assert "截至 2025-01-01，按现在掌握的情况 有效" in text(then.text)
    assert odd.status_code == 200


async def test_history_shows_what_replaced_it_and_the_journal(world: Any, as_hr: Any, as_manager: Any) -> None:
    old, new = world.certificates.sun_old, world.certificates.sun_lift

    page = await as_hr.get(f"/certificates/{old}")
    newer = await as_hr.get(f"/certificates/{new}")

    assert f'href="/certificates/{new}">更新的证书</a>' in page.text
    assert f'href="/certificates/{old}">之前的证书</a>' in newer.text
    assert "/journal?" in page.text
    assert "/journal?" not in (await as_manager.get(f"/certificates/{old}")).text


async def test_evidence_is_the_session_it_came_of(world: Any, as_hr: Any) -> None:
    from training.completion import actions as completion

    await completion.submit(world.past_session, by=world.examiner, today=TODAY)
    certificate = next(
        one.id for one in await queries.of_people([world.people.zhou]) if one.id != world.certificates.zhou_lv
    )

    page = await as_hr.get(f"/certificates/{certificate}")

    assert f'href="/sessions/{world.past_session}">低压电工技能培训班</a>' in page.text
    assert "理论 91" in text(page.text)


async def test_what_is_out_of_sight_is_missing(world: Any, as_manager: Any, as_employee: Any) -> None:
    far = await as_manager.get(f"/certificates/{world.certificates.ma_lv}")
    nowhere = await as_manager.get("/certificates/999999")
    as_of = await as_manager.get(f"/certificates/{world.certificates.ma_lv}?as_of=2020-01-01")

    assert (far.status_code, nowhere.status_code, as_of.status_code) == (404, 404, 404)
    assert (await as_employee.get(f"/certificates/{world.certificates.yu_fire}")).status_code == 404


async def test_no_page_holds_a_whole_number(world: Any, as_hr: Any, as_auditor: Any) -> None:
    addresses = ["/certificates", f"/certificates/{world.certificates.wang_lv}"]
    addresses += [f"{addresses[1]}/{noun}" for noun in ("correction", "suspension", "revocation", "review")]
    for address in addresses:
        assert not WHOLE_NUMBER.search(part_of(await as_hr.get(address))), address
    assert not WHOLE_NUMBER.search(part_of(await as_auditor.get(addresses[1])))


def part_of(page: Any) -> str:
    assert page.status_code == 200
    return text(page.text[page.text.index("<main") :])


async def test_a_certificate_takes_eight_statements_at_most(world: Any, as_hr: Any) -> None:
    for certificate in (world.certificates.wang_lv, world.certificates.sun_lift):
        async with counted() as sent:
            await as_hr.get(f"/certificates/{certificate}")
        assert len(sent) <= 8


# The number


async def test_a_number_is_shown_once_for_a_reason_that_is_noted(world: Any, as_hr: Any) -> None:
    address = f"/certificates/{world.certificates.wang_lv}"
    number = f"T{identities()['wang']}"

    shown = await as_hr.post(f"{address}/number", data={"reason": "到主管部门核验"})
    by_htmx = await as_hr.post(
        f"{address}/number", data={"reason": "再核一次"}, headers={**HTMX, "HX-Target": "section#facts"}
    )
    again = await as_hr.get(address)

    assert (shown.status_code, number in shown.text, number in by_htmx.text, number in again.text) == (
        200,
        True,
        True,
        False,
    )
    assert by_htmx.text.lstrip().startswith('<section class="card" id="facts"')
    assert (await noted(world.certificates.wang_lv))[:2] == [
        ("certificate.number_revealed", "再核一次"),
        ("certificate.number_revealed", "到主管部门核验"),
    ]


async def test_no_number_without_a_reason_or_the_right(world: Any, as_hr: Any, as_manager: Any) -> None:
    address = f"/certificates/{world.certificates.wang_lv}/number"

    unsaid = await as_hr.post(address, data={"reason": " "})
    manager = await as_manager.post(address, data={"reason": "想看看"})

    assert (unsaid.status_code, manager.status_code) == (422, 404)
    assert identities()["wang"] not in unsaid.text
    assert await noted(world.certificates.wang_lv) == []


# Corrections


async def test_a_correction_changes_what_is_printed_and_says_why(world: Any, as_hr: Any) -> None:
    certificate = world.certificates.wang_lv
    address = f"/certificates/{certificate}"
    typed = fields((await as_hr.get(f"{address}/correction")).text)

    answer = await as_hr.post(
        f"{address}/correction", data={**typed, "issuer": "北京市应急管理局", "reason": "发证机关漏填"}
    )

    now = await held(certificate, world)
    assert (answer.status_code, answer.headers["location"]) == (303, address)
    assert (now.issuer, now.number, now.expires_on) == ("北京市应急管理局", "T110***********1047", date(2026, 12, 16))
    assert await noted(certificate) == [("certificate.corrected", "发证机关漏填")]
    assert "证书已更正。" in (await as_hr.get(address)).text


async def test_sending_the_correction_as_it_is_changes_nothing(world: Any, as_hr: Any) -> None:
    for certificate in (world.certificates.wang_lv, world.certificates.yu_fire, world.certificates.zheng_lift):
        before = await held(certificate, world)
        typed = fields((await as_hr.get(f"/certificates/{certificate}/correction")).text)

        answer = await as_hr.post(f"/certificates/{certificate}/correction", data={**typed, "reason": "核对"})

        after = await held(certificate, world)
        assert answer.status_code == 303
        assert {name: getattr(after, name) for name in after.__slots__ if name != "mark"} == {
            name: getattr(before, name) for name in before.__slots__ if name != "mark"
        }


async def test_a_correction_that_is_odd_asks_once_more(world: Any, as_hr: Any) -> None:
    address = f"/certificates/{world.certificates.wang_lv}/correction"
    typed = {**fields((await as_hr.get(address)).text), "expires_on": "2030-01-01", "reason": "证面如此"}

    first = await as_hr.post(address, data=typed)
    second = await as_hr.post(address, data={**fields(first.text), "reason": "证面如此"})

    assert first.status_code == 422
    assert "印的到期日期 2030-01-01 与按规则推算的 2026-12-16 不一致，以印的为准。" in text(first.text)
    assert second.status_code == 303
    assert (await held(world.certificates.wang_lv, world)).expires_on == date(2030, 1, 1)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"reason": ""}, "原因：必填。"),
        ({"issued_on": "2027-01-01", "expires_on": "2030-01-01"}, "发证日期 2027-01-01 在今天之后。"),
        ({"issued_on": "2026-02-30"}, "发证日期：这不是日期。写成 2026-12-02 这样。"),
        ({"expires_on": ""}, "有效期至：填写到期日期，或选择没有印。"),
        ({"ends": "never"}, "有效期至：不能既有到期日期又长期有效，请清除其一。"),
        ({"number": "T11010519491231002X"}, "证书编号里的身份证号不是持证人的。"),
    ],
)
async def test_a_correction_that_cannot_be_is_refused(world: Any, as_hr: Any, typed: dict[str, str], told: str) -> None:
    certificate = world.certificates.wang_lv
    before = await held(certificate, world)
    shown = fields((await as_hr.get(f"/certificates/{certificate}/correction")).text)

    answer = await as_hr.post(f"/certificates/{certificate}/correction", data={**shown, "reason": "改", **typed})

    assert (answer.status_code, errors(answer.text)) == (422, [told])
    assert await held(certificate, world) == before


async def test_a_certificate_somebody_else_changed_is_not_overwritten(world: Any, as_hr: Any) -> None:
    address = f"/certificates/{world.certificates.wang_lv}/correction"
    shown = fields((await as_hr.get(address)).text)
    await as_hr.post(address, data={**shown, "level": "三级", "reason": "先来"})

    answer = await as_hr.post(address, data={**shown, "level": "四级", "reason": "后到"})

    assert answer.status_code == 422
    assert (await held(world.certificates.wang_lv, world)).level == "三级"


# Renewal, review, suspension, revocation


async def test_renewal_under_way_and_back(world: Any, as_hr: Any) -> None:
    certificate = world.certificates.wang_lv
    address = f"/certificates/{certificate}"

    started = await as_hr.post(f"{address}/process", data={})
    page = await as_hr.get(address)
    undone = await as_hr.post(f"{address}/process/reversal", data={})

    assert (started.status_code, undone.status_code) == (303, 303)
    assert f'action="{address}/process/reversal"' in page.text
    assert "办理中" in text(part(page.text, "judgement"))
    assert (await held(certificate, world)).in_process_on is None
    assert [action for action, _ in await noted(certificate)] == [
        "certificate.renewal_stopped",
        "certificate.renewal_started",
    ]


async def test_a_button_that_cannot_be_used_says_why(world: Any, as_hr: Any) -> None:
    page = await as_hr.get(f"/certificates/{world.certificates.sun_old}")
    tried = await as_hr.post(f"/certificates/{world.certificates.sun_old}/process", data={})

    why = "换证已在办理中，或者这张证书已不是现用的证书。"
    assert why in text(page.text)
    assert tried.status_code == 409
    assert why in text(tried.text)


async def test_a_review_makes_good_what_was_missed(world: Any, as_hr: Any) -> None:
    address = f"/certificates/{world.certificates.ma_lv}"

    answer = await as_hr.post(f"{address}/review", data={"reviewed_on": "2024-02-20"})

    assert answer.status_code == 303
    assert "有效" in text(part((await as_hr.get(address)).text, "judgement"))


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"reviewed_on": ""}, "已复审日期：必填。"),
        ({"reviewed_on": "2026-11-25"}, "已复审日期：2026-11-25 在今天之后，不可能已经发生。"),
        (
            {"reviewed_on": "2024-02-20", "next_review_on": "2024-02-20"},
            "下次复审日期（印了才填）：下次复审应在这次之后。",
        ),
    ],
)
async def test_a_review_that_cannot_be_is_refused(world: Any, as_hr: Any, typed: dict[str, str], told: str) -> None:
    answer = await as_hr.post(f"/certificates/{world.certificates.ma_lv}/review", data=typed)

    assert answer.status_code == 422
    assert len(errors(answer.text)) == 1
    assert errors(answer.text)[0].split("：")[0] == told.split("：")[0]


async def test_suspension_is_undone_by_one_click(world: Any, as_hr: Any) -> None:
    certificate = world.certificates.wang_lv
    address = f"/certificates/{certificate}"

    suspended = await as_hr.post(f"{address}/suspension", data={"on": "2026-11-20", "reason": "违章"})
    page = await as_hr.get(address)
    assert suspended.status_code == 303
    assert f'action="{address}/suspension/reversal"' in page.text
    assert "已暂停" in text(part(page.text, "judgement"))

    undone = await as_hr.post(f"{address}/suspension/reversal", data={})
    assert undone.status_code == 303
    assert (await held(certificate, world)).suspended_on is None
    assert await noted(certificate) == [
        ("certificate.reinstated", "当场撤回。"),
        ("certificate.suspended", "违章"),
    ]


async def test_a_suspended_certificate_is_reinstated_for_a_reason(world: Any, as_hr: Any) -> None:
    certificate = world.certificates.maimaiti_guard
    address = f"/certificates/{certificate}"
    assert f'href="{address}/reinstatement"' in (await as_hr.get(address)).text

    unsaid = await as_hr.post(f"{address}/reinstatement", data={"reason": ""})
    answer = await as_hr.post(f"{address}/reinstatement", data={"reason": "处理完毕"})

    assert (unsaid.status_code, errors(unsaid.text)) == (422, ["原因：必填。"])
    assert answer.status_code == 303
    assert (await held(certificate, world)).suspended_on is None


async def test_a_revoked_certificate_stays_on_the_register(world: Any, as_hr: Any) -> None:
    certificate = world.certificates.wang_lv
    address = f"/certificates/{certificate}"

    for typed in (
        {"on": "2026-11-25", "reason": "作假"},
        {"on": "2026-11-24", "reason": " "},
        {"on": "", "reason": "x"},
    ):
        assert (await as_hr.post(f"{address}/revocation", data=typed)).status_code == 422
    answer = await as_hr.post(f"{address}/revocation", data={"on": "2026-11-24", "reason": "作假"})

    page = await as_hr.get(address)
    assert answer.status_code == 303
    assert "已注销" in text(part(page.text, "judgement"))
    assert "还剩" not in text(part(page.text, "judgement"))
    assert "作假" in text(part(page.text, "facts"))
    assert certificate not in listed(await as_hr.get("/certificates"))
    assert listed(await as_hr.get("/certificates?standing=revoked")) == [certificate]
    again = await as_hr.post(f"{address}/suspension", data={"on": "2026-11-24", "reason": "再来"})
    assert (again.status_code, errors(again.text)) == (422, ["已经暂停或注销。"])


async def test_only_hr_changes_a_certificate(world: Any, as_manager: Any, as_auditor: Any) -> None:
    address = f"/certificates/{world.certificates.wang_lv}"
    for client in (as_manager, as_auditor):
        for noun in ("correction", "review", "suspension", "reinstatement", "revocation"):
            assert (await client.get(f"{address}/{noun}")).status_code == 404
        for noun in ("correction", "process", "process/reversal", "review", "suspension", "revocation"):
            assert (await client.post(f"{address}/{noun}", data={"reason": "x", "on": "2026-11-24"})).status_code == 404
    assert (await held(world.certificates.wang_lv, world)).revoked_on is None


# Recording one


async def test_a_renewed_certificate_replaces_the_old(world: Any, as_hr: Any) -> None:
    person, old = world.people.wang, world.certificates.wang_lv
    start = await as_hr.get(f"/people/{person}/certificates/new?type={(await held(old, world)).type}")
    typed = {
        **fields(start.text),
        "number": f"T{identities()['wang']}",
        "issued_on": "2026-11-24",
        "expires_on": "2032-11-23",
        "ends": "day",
    }

    answer = await as_hr.post(f"/people/{person}/certificates", data=typed)

    new = next(one for one in await queries.of_people([person]) if one.id != old)
    assert answer.status_code == 303
    assert (new.number, new.superseded_by) == ("T110***********1047", None)
    assert ((await held(old, world)).superseded_by, (await held(old, world)).superseded_on) == (new.id, TODAY)


async def test_what_is_odd_about_a_new_certificate_is_confirmed(world: Any, as_hr: Any) -> None:
    address = f"/people/{world.people.ren}/certificates"
    lv = (await queries.type_named("SO_ELEC_LV")).id
    typed = {"type": str(lv), "number": "A123", "issued_on": "2026-01-05", "ends": "unprinted"}

    first = await as_hr.post(address, data=typed)
    other_warning = await as_hr.post(address, data={**fields(first.text), "ends": "day", "expires_on": "2027-01-01"})
    second = await as_hr.post(address, data=fields(first.text))

    assert (first.status_code, other_warning.status_code, second.status_code) == (422, 422, 303)
    assert "编号不符合这类证书的编号规则。" in text(first.text)
    assert [one.number for one in await queries.of_people([world.people.ren])] == ["A123"]


async def test_a_month_alone_is_its_last_day(world: Any, as_hr: Any) -> None:
    lift = (await queries.type_named("SE_A")).id
    typed = {"type": str(lift), "expires_on": "2027-02-11", "ends": "month", "own": "1"}

    await as_hr.post(f"/people/{world.people.ren}/certificates", data=typed)

    (found,) = await queries.of_people([world.people.ren])
    assert (found.expires_on, found.expires_precision, found.own) == (date(2027, 2, 28), "month", True)
    assert "只印了月份" in text((await as_hr.get(f"/certificates/{found.id}")).text)


async def test_nothing_is_recorded_for_somebody_out_of_reach(world: Any, as_hr: Any, as_manager: Any) -> None:
    typed = {"type": "1", "ends": "unprinted", "issued_on": str(TODAY - timedelta(days=1))}

    assert (await as_hr.post("/people/999999/certificates", data=typed)).status_code == 404
    assert (await as_manager.post(f"/people/{world.people.ma}/certificates", data=typed)).status_code == 404
    assert (await as_manager.get(f"/people/{world.people.wang}/certificates/new")).status_code == 404
