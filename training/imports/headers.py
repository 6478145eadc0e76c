"""Recognises what a sheet is about and which column holds what."""

import re
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from pathlib import Path

from training.imports.sheets import CellError, Merge, Sheet, Value

REFERENCE = Path(__file__).parents[2] / "fixtures" / "reference" / "header_aliases.toml"
SEARCHED_ROWS = 30
"""A header stands within these first rows, or there is none."""


class Kind(StrEnum):
    """What can be imported. The value is the word of the command line."""

    ROSTER = "roster"
    CERTIFICATES = "certificates"
    SCORES = "scores"


_SECTIONS = {Kind.ROSTER: "roster", Kind.CERTIFICATES: "certificate_ledger", Kind.SCORES: "score_sheet"}
_BORROWED = {
    Kind.ROSTER: (),
    Kind.CERTIFICATES: (
        "seq",
        "employee_no",
        "gender",
        "birth_date",
        "age",
        "phone",
        "education",
        "department",
        "employment_type",
    ),
    Kind.SCORES: ("employee_no", "id_number", "gender", "site", "department", "post", "phone", "remark"),
}
"""Columns of a roster that people put into the other sheets too."""
_MORE = {
    Kind.ROSTER: {
        "employer": ["用工单位", "劳务公司", "派遣单位", "所属公司", "劳务派遣单位"],
        "pinyin": ["拼音", "姓名拼音"],
    },
    Kind.CERTIFICATES: {"valid_to": ["到期日", "有效日期", "有效期截止日期"], "issue_date": ["发证日", "颁证日期"]},
    Kind.SCORES: {"session": ["培训班次", "班次", "课程名称"]},
}
_ENGLISH = {
    "seq": ["#", "seq", "row"],
    "employee_no": ["staffno", "staffnumber", "employeeno", "employeenumber", "employeeid"],
    "name": ["name", "fullname"],
    "gender": ["sex", "gender"],
    "id_number": ["idnumber", "idno", "identitynumber", "residentid", "passport"],
    "birth_date": ["birthdate", "dateofbirth", "born"],
    "site": ["site", "project", "community"],
    "department": ["department", "team"],
    "post": ["position", "jobtitle", "job"],
    "hire_date": ["hiredate", "hiredon", "startdate", "joined"],
    "phone": ["phone", "mobile", "telephone"],
    "status": ["status"],
    "leave_date": ["leavingdate", "lefton", "lastday"],
    "employer": ["employer", "agency"],
    "remark": ["remark", "remarks", "note", "notes"],
    "cert_name": ["certificate", "certificatename", "certificatetype"],
    "cert_item": ["item", "jobitem"],
    "cert_level": ["level", "grade"],
    "cert_number": ["certificatenumber", "certificateno", "number", "no"],
    "issuer": ["issuer", "issuedby", "authority"],
    "first_issue_date": ["firstissued", "firstissuedon"],
    "issue_date": ["issued", "issuedon", "issuedate", "dateofissue"],
    "valid_from": ["validfrom"],
    "valid_to": ["validuntil", "validto", "expires", "expireson", "expirydate"],
    "review_due": ["reviewdue", "reviewdate", "nextreview"],
    "last_review": ["lastreview", "reviewedon"],
    "keeper": ["keeper", "originalkeptby"],
    "theory_score": ["theory", "theorymark"],
    "practical_score": ["practical", "practicalmark"],
    "total": ["total", "mark", "score"],
    "result": ["result", "passed"],
    "resit": ["resit"],
    "exam_date": ["examdate", "examinedon"],
}

_WEIGHTS: dict[Kind, dict[str, float]] = {
    Kind.ROSTER: {
        "name": 3,
        "id_number": 2,
        "hire_date": 3,
        "phone": 2,
        "gender": 1,
        "employment_type": 2,
        "contract_start": 2,
    },
    Kind.CERTIFICATES: {
        "name": 3,
        "cert_name": 3,
        "cert_number": 3,
        "valid_to": 3,
        "issue_date": 2,
        "review_due": 2,
        "issuer": 2,
    },
    Kind.SCORES: {
        "name": 3,
        "theory_score": 4,
        "practical_score": 4,
        "total": 3,
        "result": 2,
        "resit": 2,
        "exam_no": 2,
    },
}
_NEEDED: dict[Kind, tuple[frozenset[str], ...]] = {
    Kind.ROSTER: (
        frozenset({"name"}),
        frozenset({"id_number", "hire_date", "phone", "post", "site", "employee_no", "department"}),
    ),
    Kind.CERTIFICATES: (
        frozenset({"name", "id_number", "employee_no"}),
        frozenset({"cert_name", "cert_item", "cert_number"}),
    ),
    Kind.SCORES: (
        frozenset({"name", "id_number", "employee_no"}),
        frozenset({"theory_score", "practical_score", "total"}),
    ),
}

_CERTIFICATE_FIELDS = frozenset(
    {
        "cert_item", "cert_level", "cert_number", "issuer", "first_issue_date", "issue_date", "valid_from", "valid_to",
        "review_due", "last_review", "status", "keeper",
    }
)  # fmt: skip

_NOTE_IN_BRACKETS = re.compile(r"[(\[【<].*?[)\]】>]")
_HARMLESS = re.compile(r"^(?:员工|职工|人员|本人|持证人员|持证人|操作证|证书的?|必填|的)|(?:信息|必填|填写|一栏)$")


@cache
def aliases(kind: Kind) -> Mapping[str, tuple[str, int]]:
    """Normalised header -> field, and the length of its longest alias, from the reference data."""
    sections = tomllib.loads(REFERENCE.read_text(encoding="utf-8"))
    own: dict[str, list[str]] = dict(sections[_SECTIONS[kind]])
    for field in _BORROWED[kind]:
        known = {alias for spellings in own.values() for alias in spellings}
        own.setdefault(field, []).extend(alias for alias in sections["roster"][field] if alias not in known)
    if kind is Kind.SCORES:
        own["site"] = [*own["site"], *own.pop("department"), "单位"]
    for field, spellings in _MORE[kind].items():
        own[field] = [*own.get(field, []), *spellings]
    found: dict[str, tuple[str, int]] = {}
    for field, spellings in own.items():
        for alias in (*spellings, *_ENGLISH.get(field, ())):
            found.setdefault(normal(alias), (field, len(alias)))
    return found


def normal(header: str) -> str:
    """A header as it is compared: half-width, no spaces, no *, no colon, no note in brackets, small letters."""
    plain = unicodedata.normalize("NFKC", header)
    plain = re.sub(r"[\s\u200b-\u200f\u2060\ufeff*:'’_.-]", "", plain)
    bare = _NOTE_IN_BRACKETS.sub("", plain)
    return (bare or plain).lower()


@dataclass(frozen=True, slots=True)
class Block:
    """Columns under one group heading of a wide ledger, where one row holds several certificates of a person."""

    title: str
    columns: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Layout:
    """Where a sheet keeps what. Columns are counted from 0; rows as the user sees them.

    `blocks` is empty but for a wide ledger.
    """

    kind: Kind
    first_data_row: int
    columns: Mapping[str, int]
    headers: Mapping[int, str]
    blocks: tuple[Block, ...] = ()
    score: float = 0
    title: str = ""

    @property
    def unknown(self) -> tuple[str, ...]:
        """The headers that were not understood, as they are written."""
        used = {*self.columns.values(), *(column for block in self.blocks for column in block.columns.values())}
        return tuple(header for column, header in sorted(self.headers.items()) if column not in used)


def recognise(sheet: Sheet, kind: Kind | None = None) -> Layout | None:
    """The best layout of a sheet, of one kind or of any; None where no header is found near its top."""
    top: list[tuple[int, list[Value]]] = []
    for number, cells in sheet.rows():
        if number > SEARCHED_ROWS:
            break
        top.append((number, cells))
    best: Layout | None = None
    for at, (number, cells) in enumerate(top):
        if sum(isinstance(cell, str) for cell in cells) < 2:
            continue
        labels = [_header_texts(cells)]
        if at + 1 < len(top) and _may_be_two_rows(number, cells, top[at + 1][1], sheet.merged):
            labels.append(_two_rows(number, cells, top[at + 1][1], sheet.merged))
        for depth, headers in enumerate(labels, start=1):
            for candidate in (kind,) if kind else Kind:
                layout = None
                if depth == 2 and candidate is Kind.CERTIFICATES:
                    layout = _wide_layout(_groups(number, cells, top[at + 1][1], sheet.merged), number + depth)
                layout = layout or _layout(candidate, headers, number + depth)
                if layout and (best is None or layout.score > best.score):
                    best = layout
    if best is None:
        return None
    title = next(
        (text for number, cells in top if number < best.first_data_row - 1 and (text := _only_text(cells))), ""
    )
    return replace(best, title=title)


def _header_texts(cells: Sequence[Value]) -> dict[int, tuple[str, ...]]:
    return {
        column: (cell,)
        for column, cell in enumerate(cells)
        if isinstance(cell, str) and not isinstance(cell, CellError) and cell.strip() and len(cell) <= 40
    }


def _may_be_two_rows(number: int, upper: Sequence[Value], lower: Sequence[Value], merged: Sequence[Merge]) -> bool:
    spans = any(top == number and (bottom > top or right > left) for top, left, bottom, right in merged)
    gaps = any(
        index < len(lower) and isinstance(lower[index], str) and (index >= len(upper) or upper[index] is None)
        for index in range(len(lower))
    )
    return spans or gaps


def _two_rows(
    number: int, upper: Sequence[Value], lower: Sequence[Value], merged: Sequence[Merge]
) -> dict[int, tuple[str, ...]]:
    return {
        column: tuple(text for text in (own, group + own, _stem(group) + own) if text) if own else (group,)
        for column, (group, own) in _groups(number, upper, lower, merged).items()
    }


def _groups(
    number: int, upper: Sequence[Value], lower: Sequence[Value], merged: Sequence[Merge]
) -> dict[int, tuple[str, str]]:
    """For each column, the group heading above it and its own heading; one of them may be empty."""
    above = {column: text for column, (text,) in _header_texts(upper).items()}
    below = {column: text for column, (text,) in _header_texts(lower).items()}
    for top, left, _, right in merged:
        if top == number and left - 1 in above:
            for column in range(left, right):
                above.setdefault(column, above[left - 1])
    return {column: (above.get(column, ""), below.get(column, "")) for column in sorted({*above, *below})}


def _wide_layout(groups: Mapping[int, tuple[str, str]], first_data_row: int) -> Layout | None:
    """A ledger with a group of columns per certificate: at least two groups that hold a certificate's fields."""
    known = aliases(Kind.CERTIFICATES)
    columns: dict[str, int] = {}
    blocks: dict[str, dict[str, int]] = {}
    for column, (group, own) in groups.items():
        if not group or not own:
            match = _match(known, (group or own,))
            if match:
                columns.setdefault(match[0], column)
            continue
        match = _match(known, (own,))
        if match and match[0] in _CERTIFICATE_FIELDS:
            blocks.setdefault(group, {}).setdefault(match[0], column)
    if len(blocks) < 2 or "cert_name" in columns or not columns.keys() & {"name", "id_number", "employee_no"}:
        return None
    headers = {column: f"{group} {own}".strip() for column, (group, own) in groups.items()}
    weights = _WEIGHTS[Kind.CERTIFICATES]
    score = sum(weights.get(field, 0.5) for field in columns)
    score += sum(weights.get(field, 0.5) for block in blocks.values() for field in block)
    made = tuple(Block(title, held) for title, held in blocks.items())
    return Layout(Kind.CERTIFICATES, first_data_row, columns, headers, made, score)


def _stem(group: str) -> str:
    return normal(group).removesuffix("信息").removesuffix("情况")


def _layout(kind: Kind, headers: Mapping[int, tuple[str, ...]], first_data_row: int) -> Layout | None:
    known = aliases(kind)
    chosen: dict[str, tuple[float, int]] = {}
    for column, texts in sorted(headers.items()):
        match = _match(known, texts)
        if match and (match[0] not in chosen or match[1] > chosen[match[0]][0]):
            chosen[match[0]] = (match[1], column)
    columns = {field: column for field, (_, column) in chosen.items()}
    if kind is Kind.ROSTER and "site" not in columns and "department" in columns:
        columns["site"] = columns.pop("department")
    if not all(needed & columns.keys() for needed in _NEEDED[kind]):
        return None
    weights = _WEIGHTS[kind]
    score = sum(weights.get(field, 0.5) for field in columns) - 0.2 * (len(headers) - len(columns))
    shown = {column: texts[min(1, len(texts) - 1)] for column, texts in headers.items()}
    return Layout(kind, first_data_row, columns, shown, score=score)


def _match(known: Mapping[str, tuple[str, int]], texts: Sequence[str]) -> tuple[str, float] | None:
    """The field of the first text that is an alias, whole or but for a harmless word; longer aliases count for more."""
    for text in texts:
        plain = normal(text)
        if plain in known:
            field, length = known[plain]
            return field, 100 + length
        trimmed = _HARMLESS.sub("", plain)
        if trimmed != plain and trimmed in known:
            field, length = known[trimmed]
            return field, length
    return None


def _only_text(cells: Sequence[Value]) -> str:
    filled = [cell for cell in cells if cell is not None]
    return filled[0].strip() if len(filled) == 1 and isinstance(filled[0], str) else ""
