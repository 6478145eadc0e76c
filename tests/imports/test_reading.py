import time
from datetime import date

import pytest

from tests.imports.workbooks import csv_text, repacked, xlsx
from training.errors import Refused
from training.imports.headers import Kind
from training.imports.reading import reading
from training.imports.records import BETWEEN
from training.imports.sheets import Limits

TODAY = date(2026, 11, 24)
HEADER = ["姓名", "身份证号", "项目部", "岗位"]
ROW = ["张三", "11010519491231002X", "南海家园一里", "保洁"]


async def rows(content, kind=Kind.ROSTER, limits=None, fixes=None):
    async with reading(content, kind=kind, today=TODAY, limits=limits or Limits(), fixes=fixes) as source:
        return [row async for chunk in source.chunks() for row in chunk.rows]


async def test_rows_come_with_their_numbers_and_texts():
    (row,) = await rows(xlsx([["花名册"], HEADER, ROW]))

    assert (row.row, row.name, row.identity, row.cells.split(BETWEEN)) == (3, "张三", "11010519491231002X", ROW)


async def test_a_cell_can_be_replaced():
    (row,) = await rows(xlsx([HEADER, ROW]), fixes={"表1": {2: {"name": "张三丰"}}})

    assert (row.name, row.cells.split(BETWEEN)[0]) == ("张三丰", "张三丰")


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        (Kind.CERTIFICATES, "This looks like a roster. Import it as a roster."),
        (Kind.SCORES, "No header of a score sheet was found. It needs a column 姓名, and 理论成绩, 实操成绩 or 总分."),
    ],
)
async def test_another_kind_of_list_is_refused(kind, sentence):
    header = [*HEADER, "入职日期", "电话", "性别", "证书编号"]

    with pytest.raises(Refused) as refused:
        await rows(xlsx([header, [*ROW, "2024.3.5", "13864587474", "男", "1"]]), kind)

    assert str(refused.value) == sentence


async def test_leaving_a_long_file_in_the_middle_leaves_no_process_behind():
    content = csv_text([HEADER, *([ROW] * 19_000)]).encode()
    began = time.monotonic()

    with pytest.raises(ZeroDivisionError):
        async with reading(content, kind=Kind.ROSTER, today=TODAY, limits=Limits()) as source:
            await anext(source.chunks())
            raise ZeroDivisionError

    assert time.monotonic() - began < 5


@pytest.mark.parametrize("limits", [Limits(memory_bytes=32 * 1024 * 1024), Limits(seconds=0)], ids=["memory", "time"])
async def test_a_worker_that_takes_too_much_is_ended(limits):
    with pytest.raises(Refused) as refused:
        await rows(csv_text([HEADER, *([ROW] * 19_000)]).encode(), limits=limits)

    assert str(refused.value).startswith("The file")


async def test_a_bomb_is_refused_within_two_seconds():
    bomb = repacked(xlsx([HEADER, ROW]), **{"xl/worksheets/sheet9.xml": b"<a>" + b" " * (60 * 2**20)})
    began = time.monotonic()

    with pytest.raises(Refused):
        await rows(bomb)

    assert time.monotonic() - began < 2
