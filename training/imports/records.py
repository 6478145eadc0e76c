"""What a data row says, once its cells are read: of a person, of certificates, of marks. Made in the worker process."""

from datetime import date
from typing import Any

import msgspec

from training.imports.rules import Code, Finding
from training.words import packed, unpacked


class Said(msgspec.Struct, array_like=True, gc=False):
    """A finding on its way between processes."""

    code: str
    message: dict[str, Any]
    field: str
    choices: list[str]

    @classmethod
    def of(cls, finding: Finding) -> "Said":
        return cls(finding.code.value, packed(finding.message), finding.field, list(finding.choices))

    def finding(self) -> Finding:
        return Finding(Code(self.code), unpacked(self.message), self.field, tuple(self.choices))


BETWEEN = "\x1f"
"""Stands between the cells of a row in its `cells`, which are one text because that is quickest to hand on."""


class PersonRow(msgspec.Struct, array_like=True, gc=False):
    """A row of a roster."""

    sheet: int
    row: int
    cells: str
    said: list[Said]
    name: str
    identity_kind: str
    identity: str
    staff_number: str
    sex: str
    site: str
    position: str
    hired_on: date | None
    left: bool
    left_on: date | None
    phone: str
    employer: str
    remark: str
    pinyin: str


class CertificateCells(msgspec.Struct, array_like=True, gc=False):
    """One certificate of a ledger row. `name`, `item` and `level` are as written; the type is told later.

    `block` is the group of columns of a wide ledger that it stands in, -1 where there are none.
    """

    block: int
    name: str
    item: str
    level: str
    number: str
    id_inside: str  # the identity number that the number holds, or nothing
    masked: str  # the number as it is shown, where it holds one
    issuer: str
    first_issued_on: date | None
    issued_on: date | None
    expires_on: date | None
    expires_precision: str
    no_expiry: bool
    review_due_on: date | None
    reviewed_on: date | None
    in_process: bool
    keeper: str


class LedgerRow(msgspec.Struct, array_like=True, gc=False):
    """A row of a certificate ledger: a person, and one certificate, or several where the ledger is wide."""

    sheet: int
    row: int
    cells: str
    said: list[Said]
    name: str
    identity_kind: str
    identity: str
    staff_number: str
    site: str
    position: str
    remark: str
    certificates: list[CertificateCells]


class ScoreRow(msgspec.Struct, array_like=True, gc=False):
    """A row of a score sheet. A mark is its points as text, `absent`, or empty for none; `total` is as written."""

    sheet: int
    row: int
    cells: str
    said: list[Said]
    name: str
    identity_kind: str
    identity: str
    staff_number: str
    site: str
    position: str
    theory: str
    practical: str
    total: str
    total_mark: str
    resit: str
    verdict: str
    examined_on: date | None


Record = PersonRow | LedgerRow | ScoreRow


def prefix_of(block: int) -> str:
    """What stands before a field's name in a group of columns of a wide ledger."""
    return f"{block}." if block >= 0 else ""
