"""The pages of imports, through HTTP."""

import io
import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from fixtures.rows import account
from tests import make
from tests.browsing import browser
from tests.imports.workbooks import xlsx
from training.access import COMMAND_LINE, Actor, Role
from training.certificates import actions as certificates
from training.courses.rules import Part
from training.imports.tables import Batch
from training.people.tables import Person
from training.web.office import imports

SAMPLES = Path(__file__).parents[1] / "samples"
HEADERS = ["姓名", "身份证号", "项目部", "岗位", "入职日期"]
LEDGER = ["姓名", "身份证号", "证书名称", "证书编号", "发证日期", "有效期至"]
SITE = "南海家园一里"


def member(name="郑佳音", *, site=SITE, number=None, hired=date(2024, 5, 6)):
    return [name, number or make.identity_number(), site, "保安员", hired]


def roster(*rows):
    return xlsx([HEADERS, *rows])


async def sent(client, content, *, kind="roster", name="花名册.xlsx", **how):
    return await client.post("/imports", data={"kind": kind}, files={"file": (name, content)}, **how)


async def begun(client, content, **how):
    """The address of an import that was uploaded and read."""
    response = await sent(client, content, **how)
    assert response.status_code == 303
    return response.headers["location"]


async def applied(client, address):
    shown = await client.get(address)
    number = re.search(r'name="reading" value="(\d+)"', shown.text)
    return await client.post(f"{address}/application", data={"reading": number[1] if number else "0"})


def plain(html):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)).strip()


def notes(response):
    return [plain(found) for found in re.findall(r'<div class="note [^>]*>(.*?)</div>', response.text, re.S)]


def tabs(response):
    return dict(re.findall(r'show=([a-z]+)" hx-get=.*?<span class="count">([\d,]+)</span>', response.text))


def rows(response):
    """The rows shown, as (id, number, who)."""
    found = re.findall(
        r'<tr id="row-(\d+)">\s*<td[^>]*>(\d+).*?<th scope="row"[^>]*><span class="person"><span>(.*?)</span>',
        response.text,
        re.S,
    )
    return [(int(row), int(number), plain(who)) for row, number, who in found]


def questions(response):
    """What is asked: the address of its answer, what is written, and the choices."""
    found = []
    for item in re.findall(r"<li>\s*<div><label class=\"title\".*?</li>", response.text, re.S):
        hidden = dict(re.findall(r'<input type="hidden" name="(about|key)" value="([^"]*)"', item))
        choices = re.findall(r'<option value="([^"]+)">([^<]*)</option>', item)
        found.append((hidden, plain(re.search(r"<label.*?</label>", item)[0]), choices))
    return found


async def people_called(*names):
    return await Person.count().where(Person.name.is_in(list(names)))


async def test_the_first_page_says_what_to_import_first(db):
    number = await account("only", name="苏婷", roles={Role.HR})
    async with browser(Actor(number, None, "苏婷", frozenset({Role.HR}), None)) as client:
        page = await client.get("/imports")

    assert "先导入花名册" in page.text
    assert re.search(r'value="roster" checked', page.text)


async def test_a_roster_is_checked_and_then_imported(world, as_hr):
    address = await begun(as_hr, roster(member(), member("钱多多")))
    checked = await as_hr.get(address)
    before = await people_called("郑佳音", "钱多多")
    response = await applied(as_hr, address)
    done = await as_hr.get(address)

    assert notes(checked) == ["共 2 行：新增 2。"]
    assert [(number, who) for _, number, who in rows(checked)] == [(2, "郑佳音"), (3, "钱多多")]
    assert (before, response.status_code, response.headers["location"]) == (0, 303, address)
    assert await people_called("郑佳音", "钱多多") == 2
    assert notes(done)[0].startswith("已导入。 共 2 行：新增 2。")
    assert 'href="/imports?kind=certificates"' in done.text
    assert "application" not in done.text


async def test_the_samples_go_from_roster_to_ledger(world, as_hr):
    await certificates.load_reference(by=COMMAND_LINE)
    for name in ("南海家园二里", "瀛海家园二里"):
        await make.site(name)
    first = await begun(as_hr, (SAMPLES / "花名册.xlsx").read_bytes())
    asked = questions(await as_hr.get(first))
    answers = {"about": [], "key": [], "choice": []}
    for hidden, _, _ in asked:
        answers = {
            "about": [*answers["about"], hidden["about"]],
            "key": [*answers["key"], hidden["key"]],
            "choice": [*answers["choice"], "new"],
        }
    await as_hr.post(f"{first}/answers", data=answers)
    checked = await as_hr.get(first)
    await applied(as_hr, first)
    second = await begun(
        as_hr, (SAMPLES / "持证人员台账.xlsx").read_bytes(), kind="certificates", name="持证人员台账.xlsx"
    )
    ledger = await as_hr.get(second)
    await applied(as_hr, second)
    done = await as_hr.get(second)

    assert {question[0]["about"] for question in asked} == {"site"}
    assert tabs(checked) == {"new": "312"}
    assert int(tabs(ledger)["new"]) > 200
    assert 'href="/renewals"' in done.text
    assert notes(done)[0].startswith("已导入。")


async def test_one_answer_settles_every_row_it_concerns(world, as_hr):
    address = await begun(as_hr, roster(member(site="南海家园壹里"), member("钱多多", site="南海家园壹里")))
    shown = await as_hr.get(address)
    [(hidden, written, choices)] = questions(shown)
    response = await as_hr.post(f"{address}/answers", data={**hidden, "choice": str(world.sites.nanhai)})
    checked = await as_hr.get(address)

    assert tabs(shown) == {"asked": "2"}
    assert written == "南海家园壹里"
    assert choices[0] == (str(world.sites.nanhai), SITE)
    assert {"new", "skip"} < {value for value, _ in choices}
    assert (response.status_code, tabs(checked), questions(checked)) == (303, {"new": "2"}, [])


async def test_an_answer_that_was_not_offered_is_refused(world, as_hr):
    address = await begun(as_hr, roster(member(site="南海家园壹里")))
    [(hidden, _, _)] = questions(await as_hr.get(address))
    response = await as_hr.post(f"{address}/answers", data={**hidden, "choice": "99999"})

    assert response.status_code == 422
    assert notes(response)[0] == "这不是可选的答案，请重新选择。"
    assert tabs(response) == {"asked": "1"}


async def test_a_certificate_name_that_means_several_types_is_asked(world, as_hr):
    await certificates.load_reference(by=COMMAND_LINE)
    number = make.identity_number()
    await applied(as_hr, await begun(as_hr, roster(member(number=number))))
    ledger = xlsx([LEDGER, ["郑佳音", number, "电工证", "", date(2025, 3, 1), date(2031, 2, 28)]])
    address = await begun(as_hr, ledger, kind="certificates", name="台账.xlsx")
    [(hidden, written, choices)] = questions(await as_hr.get(address))
    await as_hr.post(f"{address}/answers", data={**hidden, "choice": "SO_ELEC_LV"})

    assert (hidden["about"], written) == ("type", "电工证")
    assert "SO_ELEC_LV" in [value for value, _ in choices[:5]]
    assert tabs(await as_hr.get(address)) == {"new": "1"}


async def test_a_score_sheet_leads_back_to_its_session(world, as_hr):
    course = await make.course(parts={Part.THEORY: 80})
    session = await make.session(course, starts_on=make.TODAY - timedelta(days=1))
    await make.enrolment(session, world.people.sun)
    name = (await Person.select(Person.name).where(Person.id == world.people.sun).first())["name"]
    page = await as_hr.get("/imports", params={"kind": "scores", "session": session})
    sheet = xlsx([["姓名", "项目部", "岗位", "理论成绩"], [name, "", "", 91]])
    response = await as_hr.post(
        "/imports", data={"kind": "scores", "session": session}, files={"file": ("成绩.xlsx", sheet)}
    )
    address = response.headers["location"]
    [(hidden, _, [(person, words), _])] = questions(await as_hr.get(address))
    await as_hr.post(f"{address}/answers", data={**hidden, "choice": person})
    checked = await as_hr.get(address)
    await applied(as_hr, address)
    done = await as_hr.get(address)

    assert (hidden["about"], person) == ("person", str(world.people.sun))
    assert words.startswith(name)
    assert re.search(rf'name="session" value="{session}"', page.text)
    assert tabs(checked) == {"new": "1"}
    assert f'href="/results/{session}"' in done.text


async def test_a_session_that_is_not_there_takes_no_marks(world, as_hr):
    response = await as_hr.post(
        "/imports", data={"kind": "scores", "session": 99999}, files={"file": ("成绩.xlsx", roster(member()))}
    )

    assert response.status_code == 404


async def test_a_cell_is_corrected_in_place(world, as_hr):
    address = await begun(as_hr, roster(member(hired="2024/13/02"), member("钱多多")))
    shown = await as_hr.get(address)
    [(row, number, who)] = rows(shown)
    response = await as_hr.post(f"{address}/rows/{row}/correction", data={"cell.hire_date": "2024-12-02"})

    assert tabs(shown) == {"refused": "1", "new": "1"}
    assert (number, who) == (2, "郑佳音")
    assert 'name="cell.hire_date" value="2024/13/02"' in shown.text
    assert (response.status_code, tabs(await as_hr.get(address))) == (303, {"new": "2"})


async def test_a_column_that_is_not_there_cannot_be_corrected(world, as_hr):
    address = await begun(as_hr, roster(member(hired="2024/13/02")))
    [(row, _, _)] = rows(await as_hr.get(address))
    response = await as_hr.post(f"{address}/rows/{row}/correction", data={"cell.phone": "13800001111"})

    assert (response.status_code, notes(response)[0]) == (422, "这个文件里没有这一列。")


async def test_a_row_is_left_out_and_taken_in_again(world, as_hr):
    address = await begun(as_hr, roster(member(), member("钱多多")))
    row = rows(await as_hr.get(address))[0][0]
    await as_hr.post(f"{address}/rows/{row}/omission")
    without = await as_hr.get(f"{address}?show=skipped")
    await as_hr.post(f"{address}/rows/{rows(without)[0][0]}/return")

    assert tabs(without) == {"new": "1", "skipped": "1"}
    assert tabs(await as_hr.get(address)) == {"new": "2"}


async def test_all_answers_can_be_taken_back(world, as_hr):
    address = await begun(as_hr, roster(member(site="南海家园壹里")))
    [(hidden, _, _)] = questions(await as_hr.get(address))
    await as_hr.post(f"{address}/answers", data={**hidden, "choice": str(world.sites.nanhai)})
    response = await as_hr.post(f"{address}/answers/withdrawal")

    assert (response.status_code, tabs(await as_hr.get(address))) == (303, {"asked": "1"})


async def test_identity_numbers_are_masked_unless_they_are_to_be_corrected(world, as_hr):
    whole, short = make.identity_number(), "11010519900101123"
    address = await begun(as_hr, roster(member(number=whole), member("钱多多", number=short)))
    refused = await as_hr.get(address)
    new = await as_hr.get(f"{address}?show=new")

    assert f'name="cell.id_number" value="{short}"' in refused.text
    assert whole not in refused.text + new.text
    assert f"{whole[:3]}***********{whole[-4:]}" in new.text


async def test_a_page_of_rows_goes_on_where_the_last_one_ended(world, as_hr):
    address = await begun(as_hr, roster(*[member(f"郑佳{n}") for n in "一二三四五六七八九十" * 6]))
    first = await as_hr.get(address)
    following = re.search(r'href="([^"]*)" rel="next"', first.text)[1].replace("&amp;", "&")
    second = await as_hr.get(following)
    before = re.search(r'href="([^"]*)" rel="prev"', second.text)[1].replace("&amp;", "&")

    assert [len(rows(first)), len(rows(second))] == [50, 10]
    assert rows(await as_hr.get(before)) == rows(first)
    assert "第 51–60 条，共 60 条" in second.text


async def test_a_second_press_of_upload_leads_to_the_same_import(world, as_hr):
    content = roster(member())

    assert await begun(as_hr, content) == await begun(as_hr, content)
    assert await Batch.count() == 1


async def test_a_second_press_of_import_writes_nothing_more(world, as_hr):
    address = await begun(as_hr, roster(member()))
    first, second = await applied(as_hr, address), await as_hr.post(f"{address}/application", data={"reading": "1"})

    assert (first.status_code, second.status_code) == (303, 422)
    assert await people_called("郑佳音") == 1


async def test_what_was_checked_again_since_is_not_imported_unseen(world, as_hr):
    address = await begun(as_hr, roster(member()))
    await as_hr.post(f"{address}/reading")
    response = await as_hr.post(f"{address}/application", data={"reading": "1"})

    assert (response.status_code, await people_called("郑佳音")) == (422, 0)
    assert notes(response)[0] == "您打开页面之后，数据又检查过一次。请再看一遍，然后导入。"


async def test_a_discarded_import_changes_nothing(world, as_hr):
    address = await begun(as_hr, roster(member()))
    response = await as_hr.post(f"{address}/discarding")
    page = await as_hr.get(address)
    again = await as_hr.post(f"{address}/discarding")

    assert (response.status_code, response.headers["location"]) == (303, "/imports")
    assert (notes(page), await people_called("郑佳音")) == (["这次导入已放弃，没有改动任何数据。"], 0)
    assert again.status_code == 422


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"PK\x03\x04 broken", "这个文件不能导入。"),
        (xlsx([LEDGER, ["郑佳音", "", "电工证", "", date(2025, 3, 1), date(2031, 2, 28)]]), "按持证台账导入"),
        (xlsx([["主题", "月份"], ["消防", "3 月"]]), "没有找到花名册的表头。"),
    ],
    ids=["broken", "another kind", "other columns"],
)
async def test_a_file_that_cannot_be_read_says_why_and_what_to_do(world, as_hr, content, sentence):
    page = await as_hr.get(await begun(as_hr, content))

    assert sentence in notes(page)[0]
    assert 'href="/imports?kind=roster"' in page.text
    assert "application" not in page.text


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.xlsx", b"", "文件是空的。请重新保存表格，再选择一次。"),
        ("a.xlsx", b"x" * (6 * 1024 * 1024), "文件超过 5 MB。"),
        ("", b"", "请选择文件。"),
    ],
    ids=["empty", "large", "none"],
)
async def test_an_upload_that_is_refused_stays_on_the_page(world, as_hr, name, content, sentence):
    response = await sent(as_hr, content, name=name)

    assert response.status_code == 422
    assert sentence in plain(response.text)
    assert await Batch.count() == 0


async def test_a_huge_upload_is_refused_before_it_is_read(world, as_hr):
    response = await sent(as_hr, b"x" * (imports.LARGEST_UPLOAD + 1))

    assert response.status_code == 413
    assert "文件" in plain(response.text)


async def test_a_refused_upload_is_a_part_where_scripts_run(world, as_hr):
    response = await sent(as_hr, b"", headers={"HX-Request": "true", "HX-Target": "#upload"})

    assert response.status_code == 422
    assert response.text.startswith('<div id="upload"')


async def test_an_upload_needs_the_token_of_its_form(world, as_hr):
    page = await as_hr.get("/imports")
    token = re.search(r'enctype="multipart/form-data".*?name="_csrf" value="([^"]+)"', page.text, re.S)[1]
    as_hr.csrf_secret = None
    without = await as_hr.post("/imports", files={"kind": (None, "roster")})
    with_it = await as_hr.post(
        "/imports", data={"kind": "roster", "_csrf": token}, files={"file": ("a.xlsx", roster(member()))}
    )

    assert (without.status_code, with_it.status_code) == (403, 303)


async def test_a_reading_under_way_is_shown_and_asked_for_again(world, as_hr):
    address = await begun(as_hr, roster(member()))
    await Batch.update({Batch.status: "reading", Batch.rows_read: 4000, Batch.heartbeat_at: make.NOW}, force=True)
    page = await as_hr.get(address)
    part = await as_hr.get(address, headers={"HX-Request": "true", "HX-Target": "div#batch"})

    assert f'hx-get="{address}" hx-trigger="every 2s"' in page.text
    assert '<noscript><meta http-equiv="refresh"' in page.text
    assert "已读取 4000 行。" in page.text
    assert part.text.startswith('<div id="batch"')


async def test_a_reading_that_fell_silent_can_be_begun_again(world, as_hr):
    address = await begun(as_hr, roster(member()))
    silent = make.NOW - timedelta(minutes=5)
    await Batch.update({Batch.status: "reading", Batch.heartbeat_at: silent}, force=True)
    page = await as_hr.get(address)
    response = await as_hr.post(f"{address}/reading")

    assert notes(page) == ["读取文件时中断了。没有改动任何数据，文件已保存。"]
    assert "every 2s" not in page.text
    assert (response.status_code, tabs(await as_hr.get(address))) == (303, {"new": "1"})


async def test_the_file_comes_back_as_it_was_sent_and_never_runs(world, as_hr):
    content = roster(member())
    address = await begun(as_hr, content)
    response = await as_hr.get(f"{address}/original")

    assert response.content == content
    assert response.headers["content-disposition"] == "attachment; filename*=UTF-8''%E8%8A%B1%E5%90%8D%E5%86%8C.xlsx"
    assert response.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["content-type"] == "application/octet-stream"


async def test_what_is_to_be_corrected_comes_as_a_workbook(world, as_hr):
    address = await begun(as_hr, roster(member(hired="2024/13/02"), member("钱多多")))
    response = await as_hr.get(f"{address}/findings")
    book = CalamineWorkbook.from_filelike(io.BytesIO(response.content))

    assert book.get_sheet_by_index(0).to_python() == [
        ["工作表", "行号", "状态", "单元格", "原内容", "问题"],
        ["表1", 2, "不能导入", "E2", "2024/13/02", "“2024/13/02”：没有 13 月，是 2024-02-13 吗？"],
    ]


async def test_the_history_lists_imports_latest_first(world, as_hr):
    await begun(as_hr, roster(member()), name="一.xlsx")
    await begun(as_hr, roster(member(), member("钱多多")), name="二.xlsx")
    page = await as_hr.get("/imports")

    assert re.findall(r'href="/imports/\d+">(.*?)</a>', page.text) == ["二.xlsx", "一.xlsx"]


@pytest.mark.parametrize("who", ["manager", "auditor", "examiner", "employee", "admin"])
async def test_nobody_else_imports(world, as_hr, who):
    address = await begun(as_hr, roster(member()))
    async with browser(getattr(world, who)) as other:
        answers = [
            await other.get("/imports"),
            await sent(other, roster(member())),
            await other.get(address),
            await other.get(f"{address}/original"),
            await other.get(f"{address}/findings"),
            await other.post(f"{address}/application", data={"reading": "1"}),
            await other.post(f"{address}/discarding"),
        ]

    assert {response.status_code for response in answers} == {404}
    assert await people_called("郑佳音") == 0


async def test_a_row_of_another_import_is_not_there(world, as_hr):
    first = await begun(as_hr, roster(member()))
    second = await begun(as_hr, roster(member("钱多多")))
    row = rows(await as_hr.get(first))[0][0]

    assert (await as_hr.post(f"{second}/rows/{row}/omission")).status_code == 404
