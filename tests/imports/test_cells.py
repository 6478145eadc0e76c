from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.imports import cells
from training.imports.rules import Code
from training.imports.sheets import CellError

TODAY = date(2026, 11, 24)
GOOD_ID = "11010519491231002X"


def codes(findings):
    return tuple(finding.code for finding in findings)


@pytest.mark.parametrize(
    "written",
    [
        "11010519491231002X", "11010519491231002x", "11010519491231002Ｘ", " 110105 19491231 002X ",
        "'11010519491231002X", "１１０１０５１９４９１２３１００２Ｘ", "11010519491231002×",
    ],
)  # fmt: skip
def test_one_identity_number_however_it_is_typed(written):
    assert cells.identity(written, TODAY) == cells.Identity("resident_id", GOOD_ID)


@pytest.mark.parametrize("written", [110105194912310000.0, "1.10105E+17", "1.10105194912310E+17"])
def test_a_destroyed_number_is_refused(written):
    read = cells.identity(written, TODAY)

    assert (read.kind, read.number, codes(read.findings)) == ("none", "", (Code.ID_DAMAGED,))


@pytest.mark.parametrize("written", ["110105194912310021", "110105194913310025", "990105194912310029"])
def test_a_doubtful_number_is_kept_with_a_warning(written):
    read = cells.identity(written, TODAY)

    assert (read.kind, read.number) == ("resident_id", written)
    assert Code.ID_DOUBTFUL in codes(read.findings)


@pytest.mark.parametrize(
    "written", ["11010519491231002", "110105491231002", "110105194912310021X", "11010519491231002A", "一二三"]
)
def test_what_is_no_number_is_refused(written):
    assert codes(cells.identity(written, TODAY).findings) == (Code.ID_SHAPE,)


@pytest.mark.parametrize("written", ["E12345678", "g 1234 5678", "AB1234567", "123456789"])
def test_a_passport_is_taken(written):
    read = cells.identity(written, TODAY)

    assert (read.kind, read.findings) == ("passport", ())


@pytest.mark.parametrize("written", [None, "", "无", "/", "待补", CellError("#N/A")])
def test_no_number_is_nobody(written):
    assert cells.identity(written, TODAY) == cells.NOBODY


@pytest.mark.parametrize(
    ("written", "name", "left"),
    [
        ("张 三", "张三", False),
        ("李明（离职）", "李明", True),
        ("买买提・吐尔逊", "买买提·吐尔逊", False),
        (" 欧阳\u3000健 ", "欧阳健", False),
        ("John Smith", "John Smith", False),
    ],
)
def test_names(written, name, left):
    read, findings = cells.name(written)

    assert (read.name, read.left, findings) == (name, left, ())


def test_a_note_behind_a_name_is_left_out_and_told():
    read, findings = cells.name("王伟（电工）")

    assert (read.name, codes(findings)) == ("王伟", (Code.NAME_NOTE,))


@pytest.mark.parametrize(
    ("written", "code"),
    [
        (None, Code.NAME_MISSING),
        ("无", Code.NAME_MISSING),
        (42.0, Code.NAME_UNREADABLE),
        ("138", Code.NAME_UNREADABLE),
        ("张三1", Code.NAME_UNREADABLE),
        (CellError("#N/A"), Code.NAME_UNREADABLE),
    ],
)
def test_no_name(written, code):
    assert codes(cells.name(written)[1]) == (code,)


@pytest.mark.parametrize(
    ("written", "number"),
    [
        (13864587474.0, "13864587474"),
        ("138 6458 7474", "13864587474"),
        ("138-6458-7474", "13864587474"),
        ("+86 13864587474", "13864587474"),
        ("010-12345678", "01012345678"),
        ("１３８６４５８７４７４", "13864587474"),
        ("无", ""),
    ],
)
def test_phones(written, number):
    assert cells.phone(written) == (number, ())


@pytest.mark.parametrize(
    ("written", "kept"),
    [("13864587474/13864587475", "13864587474"), ("13864587474 13864587475", "13864587474"), ("打他爱人电话", "")],
)
def test_what_is_not_kept_of_a_phone_cell_is_told(written, kept):
    number, findings = cells.phone(written)

    assert (number, codes(findings)) == (kept, (Code.CELL_LEFT_OUT,))


@pytest.mark.parametrize(
    ("written", "points"),
    [
        (71.0, "71"), ("71", "71"), ("71分", "71"), ("７１", "71"), ("71.5", "71.5"), (0.0, "0"), (100, "100"),
        ("100分", "100"), (" 88 ", "88"),
    ],
)  # fmt: skip
def test_marks(written, points):
    assert cells.mark(written) == cells.Mark(Decimal(points))


@pytest.mark.parametrize("written", ["缺考", "缺席", " 缺考 ", "请假"])
def test_absent(written):
    assert cells.mark(written) == cells.Mark(None, absent=True)


@pytest.mark.parametrize("written", [None, "", "—", "无"])
def test_no_mark(written):
    assert cells.mark(written) == cells.Mark(None, missing=True)


@pytest.mark.parametrize(
    ("written", "code", "sentence"),
    [
        (101.0, Code.MARK_RANGE, "A mark is from 0 to 100; this is 101."),
        (-1.0, Code.MARK_RANGE, "A mark is from 0 to 100; this is -1."),
        (1000, Code.MARK_RANGE, "A mark is from 0 to 100; this is 1000."),
        (71.25, Code.MARK_RANGE, "A mark has at most one decimal; this is 71.25."),
        ("九十", Code.MARK_UNREADABLE, "“九十” is not written in digits. Is it 90?"),
        ("九十五", Code.MARK_UNREADABLE, "“九十五” is not written in digits. Is it 95?"),
        ("一百", Code.MARK_UNREADABLE, "“一百” is not written in digits. Is it 100?"),
        ("NaN", Code.MARK_UNREADABLE, "“NaN” is not a mark. Write a number from 0 to 100, or 缺考 for absent."),
        (float("nan"), Code.MARK_UNREADABLE, "“nan” is not a mark. Write a number from 0 to 100, or 缺考 for absent."),
        ("合格", Code.MARK_UNREADABLE, "“合格” is not a mark. Write a number from 0 to 100, or 缺考 for absent."),
        ("1e2", Code.MARK_UNREADABLE, "“1e2” is not a mark. Write a number from 0 to 100, or 缺考 for absent."),
        (True, Code.MARK_UNREADABLE, "“是” is not a mark. Write a number from 0 to 100, or 缺考 for absent."),
    ],
)
def test_a_wrong_mark_is_refused_with_what_would_be_right(written, code, sentence):
    read = cells.mark(written)

    assert [(finding.code, str(finding.message)) for finding in read.findings] == [(code, sentence)]
    assert (read.points, read.absent) == (None, False)


@given(st.one_of(st.text(max_size=20), st.floats(), st.integers(), st.booleans(), st.none()))
def test_a_mark_is_taken_only_within_bounds(value):
    read = cells.mark(value)

    assert (read.points is not None) + read.absent + read.missing + bool(read.findings) == 1
    assert read.points is None or 0 <= read.points <= 100


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("中级", {4}), ("四级", {4}), ("四级/中级工", {4}), ("4级", {4}), ("高级技师", {1}), ("技师", {2}),
        ("三级/高级", {3}), ("初级、中级", {4, 5}), ("4", {4}), ("", set()), ("优秀", set()),
    ],
)  # fmt: skip
def test_levels(written, expected):
    assert cells.levels(written) == expected


@given(st.one_of(st.text(max_size=60), st.floats(), st.none(), st.booleans()))
def test_no_cell_breaks_a_reader(value):
    cells.text(value)
    cells.name(value)
    cells.phone(value)
    read = cells.identity(value, TODAY)

    assert (read.kind == "none") == (read.number == "")
