"""Tells the rows of a sheet that hold somebody from headers, subtotals, footers, notes and blanks."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum

from training.imports.headers import Layout, normal
from training.imports.sheets import CellError, Sheet, Value


class RowKind(StrEnum):
    """Only DATA rows are counted; the others are told apart so that the page can say what was passed over."""

    DATA = "data"
    BLANK = "blank"
    HEADER = "header"
    SUBTOTAL = "subtotal"
    FOOTER = "footer"
    NOTE = "note"


_SUBTOTAL = re.compile(
    r"(?:本页|本项目部?|部门|项目部?)?(?:小计|合计|总计|共计|累计|总人数)[::]?(?:\d+人?)?|共\d+[人条项](?:次)?"
)
_FOOTER = re.compile(
    r"^(?:制表|填表|审核|复核|审批|批准|编制|统计|填报|经办|负责人|项目负责人|单位负责人|部门负责人|制单|打印|"
    r"监考|阅卷|考评|主考|单位盖章|盖章)\w{0,6}(?:日期|时间)?[::]"
)
_NOTE_START = re.compile(r"^(?:注|备注|说明|填表说明|填写说明|提示)\d?[::]")
_IDENTIFYING = ("name", "id_number", "employee_no", "cert_number")


def row_kind(cells: Sequence[Value], layout: Layout) -> RowKind:
    """What a row below the header is. `cells` as they stand, merged cells not yet filled."""
    if _certainly_data(cells, layout):
        return RowKind.DATA
    seq = layout.columns.get("seq", -1)
    filled = [(column, cell) for column, cell in enumerate(cells) if cell is not None and not _blank(cell)]
    if all(column == seq and _plain(cell).isdigit() for column, cell in filled):
        return RowKind.BLANK
    texts = {column: _plain(cell) for column, cell in filled if isinstance(cell, str)}
    if any(_SUBTOTAL.fullmatch(text) for text in texts.values()) and not _holds(texts, filled, layout, "id_number"):
        return RowKind.SUBTOTAL
    if texts and _FOOTER.match(texts[min(texts)]) and min(texts) == filled[0][0]:
        return RowKind.FOOTER
    if len(filled) == 1 and texts:
        text = next(iter(texts.values()))
        if _NOTE_START.match(text) or next(iter(texts)) not in layout.columns.values():
            return RowKind.NOTE
    repeated = sum(normal(layout.headers.get(column, "")) == normal(text) != "" for column, text in texts.items())
    if repeated >= 2 and repeated * 2 >= len(filled):
        return RowKind.HEADER
    identified = any(layout.columns.get(field) in dict(filled) for field in _IDENTIFYING)
    if not identified and len(filled) - (seq in dict(filled)) <= 1:
        return RowKind.NOTE
    return RowKind.DATA


def _certainly_data(cells: Sequence[Value], layout: Layout) -> bool:
    """The quick way for the rows there are most of: a name, and a long number of digits."""
    at = layout.columns.get("name", -1)
    name = cells[at] if 0 <= at < len(cells) else None
    if type(name) is not str or len(name) < 2 or "计" in name:
        return False
    for field in ("id_number", "cert_number"):
        at = layout.columns.get(field, -1)
        number = cells[at] if 0 <= at < len(cells) else None
        if type(number) is str and len(number) >= 8 and number[-4:-1].isdigit():
            return True
    return False


def _blank(cell: Value) -> bool:
    return isinstance(cell, str) and not isinstance(cell, CellError) and not cell.strip("\u200b\ufeff \t\r\n\u3000\xa0")


def _plain(cell: Value) -> str:
    plain = str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", plain))


def _holds(texts: Mapping[int, str], filled: Sequence[tuple[int, Value]], layout: Layout, field: str) -> bool:
    column = layout.columns.get(field)
    return column in dict(filled) and not _SUBTOTAL.fullmatch(texts.get(column, "") if column is not None else "")


def data_rows(sheet: Sheet, layout: Layout) -> Iterator[tuple[int, RowKind, list[Value]]]:
    """Every row below the header with what it is. In data rows, cells merged downwards are filled."""
    spans: dict[int, list[tuple[int, int]]] = {}
    for top, left, bottom, _ in sheet.merged:
        if bottom > top and bottom >= layout.first_data_row:
            spans.setdefault(left - 1, []).append((top, bottom))
    held: dict[int, tuple[int, Value]] = {}
    for number, cells in sheet.rows():
        if number < layout.first_data_row:
            continue
        kind = row_kind(cells, layout)
        if spans:
            for column, ranges in spans.items():
                for top, bottom in ranges:
                    if top == number and column < len(cells):
                        held[column] = (bottom, cells[column])
        if kind is not RowKind.DATA:
            yield number, kind, cells
            continue
        for column, (bottom, value) in held.items():
            if number <= bottom and column < len(cells) and cells[column] is None:
                cells = [*cells[:column], value, *cells[column + 1 :]]
        yield number, kind, cells
