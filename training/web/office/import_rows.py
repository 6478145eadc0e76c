"""The rows of an import as its page shows them: who it is about, what is to be corrected, what would change."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from training.imports.headers import Kind
from training.imports.queries import Batch, Row
from training.imports.reports import SheetTold
from training.imports.rules import Finding, Outcome, Weight
from training.people.rules import mask, mask_phone
from training.words import Message, say

KINDS: dict[Kind, Message] = {
    Kind.ROSTER: say("Staff roster"),
    Kind.CERTIFICATES: say("Certificate ledger"),
    Kind.SCORES: say("Score sheet"),
}
TABS: dict[Outcome, Message] = {
    Outcome.REFUSED: say("Cannot be imported"),
    Outcome.ASKED: say("Needs an answer"),
    Outcome.NEW: say("New"),
    Outcome.CHANGED: say("Changed"),
    Outcome.UNCHANGED: say("Unchanged"),
    Outcome.SKIPPED: say("Left out"),
}
OTHER_ROWS: dict[str, Message] = {
    "blank": say("empty rows"),
    "header": say("repeated headings"),
    "subtotal": say("subtotals"),
    "footer": say("signature lines"),
    "note": say("notes"),
}
FIELDS: dict[str, Message] = {
    "name": say("Name"),
    "employee_no": say("Staff number"),
    "id_number": say("Identity number"),
    "gender": say("Sex"),
    "birth_date": say("Date of birth"),
    "site": say("Site"),
    "post": say("Position"),
    "hire_date": say("Hired on"),
    "phone": say("Phone"),
    "status": say("At work or left"),
    "leave_date": say("Left on"),
    "employer": say("Employer"),
    "pinyin": say("Pinyin"),
    "certs_text": say("Certificates in words"),
    "remark": say("Remark"),
    "cert_name": say("Certificate"),
    "cert_item": say("Job item"),
    "cert_level": say("Level"),
    "cert_number": say("Certificate number"),
    "issuer": say("Issuer"),
    "first_issue_date": say("First issued on"),
    "issue_date": say("Issued on"),
    "valid_from": say("Valid from"),
    "valid_to": say("Valid until"),
    "review_due": say("Review due on"),
    "last_review": say("Reviewed on"),
    "keeper": say("Original kept by"),
    "theory_score": say("Theory"),
    "practical_score": say("Practical"),
    "resit": say("Resit"),
    "exam_date": say("Examined on"),
}
# A change is named by the column of the record, which a list calls otherwise.
RECORDED = {
    "staff_number": "employee_no",
    "sex": "gender",
    "hired_on": "hire_date",
    "left_on": "leave_date",
    "position": "post",
    "number": "cert_number",
    "level": "cert_level",
    "first_issued_on": "first_issue_date",
    "issued_on": "issue_date",
    "expires_on": "valid_to",
    "review_due_on": "review_due",
    "reviewed_on": "last_review",
    "original_keeper": "keeper",
}
TELLS = (
    "employee_no", "id_number", "site", "post", "cert_name", "cert_item", "cert_level", "cert_number", "valid_to",
)  # fmt: skip
LIKE_A_NUMBER = re.compile(r"(?<![0-9])[0-9]{14,17}[0-9Xx](?![0-9])")


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell that stands in the way: its field, its heading, what stands in it, and what is wrong with it."""

    field: str
    label: str | Message
    text: str
    messages: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """A row on the page. `mend` are cells to correct; `asked` what is asked; `told` what is good to know."""

    id: int
    sheet: str
    number: int
    title: str
    sub: str
    mend: tuple[Cell, ...]
    wrong: tuple[Message, ...]
    asked: tuple[Message, ...]
    told: tuple[Message, ...]
    changes: tuple[tuple[str | Message, str, str], ...]
    person: int | None
    certificate: int | None


def shown(batch: Batch, rows: Sequence[Row]) -> Iterator[Shown]:
    """The rows in the visitor's terms, with identity numbers masked wherever they need not be corrected."""
    for row in rows:
        sheet = batch.sheet(row.sheet)
        refusing = [finding for finding in row.findings if finding.weight is Weight.REFUSED]
        mend = [finding for finding in refusing if finding.field in row.cells]
        told = [one for one in row.findings if one.weight in (Weight.NOTE, Weight.WARNING)]
        yield Shown(
            row.id,
            row.sheet,
            row.number,
            row.person_name or row.cells.get("name", ""),
            " · ".join(text for field in TELLS if (text := masked(field, row.cells.get(field, "")))),
            tuple(_cells(row, mend, sheet)),
            tuple(dict.fromkeys(finding.message for finding in refusing if finding not in mend)),
            tuple(dict.fromkeys(one.message for one in row.findings if one.weight is Weight.ASKED)),
            tuple(dict.fromkeys(one.message for one in told)),
            tuple(
                (label(field, sheet), masked(field, before), masked(field, after))
                for field, before, after in _changes(row)
            ),
            row.person,
            row.certificate,
        )


def masked(field: str, text: str) -> str:
    """A cell as it may be shown to anybody who looks over a shoulder."""
    plain = field.rpartition(".")[2]
    if not text or "*" in text:
        return text
    if plain == "id_number":
        return mask(text)
    if plain == "phone":
        return mask_phone(text)
    return LIKE_A_NUMBER.sub(lambda found: mask(found[0]), text)


def label(field: str, sheet: SheetTold | None) -> str | Message:
    """A field's name; where we have no word for it, the heading of its column."""
    plain = field.rpartition(".")[2]
    known = FIELDS.get(RECORDED.get(plain, plain))
    if known is not None:
        return known
    columns = sheet.columns if sheet else []
    return next((header for name, _, header in columns if name == field and header), plain)


def understood(sheet: SheetTold) -> tuple[list[tuple[Message, str, str]], list[str]]:
    """Which column is what, as (field, letter, header), and the headers of the columns that are left out."""
    taken = [
        (FIELDS[plain], letter, header)
        for field, letter, header in sheet.columns
        if (plain := field.rpartition(".")[2]) in FIELDS
    ]
    left = [header for field, _, header in sheet.columns if field.rpartition(".")[2] not in FIELDS]
    return taken, [*left, *sheet.unknown]


def _changes(row: Row) -> Iterator[tuple[str, str, str]]:
    yield from row.changes


def _cells(row: Row, findings: Sequence[Finding], sheet: SheetTold | None) -> Iterator[Cell]:
    for field in dict.fromkeys(finding.field for finding in findings):
        messages = dict.fromkeys(finding.message for finding in findings if finding.field == field)
        yield Cell(field, label(field, sheet), row.cells[field], tuple(messages))
