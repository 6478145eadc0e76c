"""What can be said about a cell or a row, how grave it is, and what becomes of the row."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from training.people.rules import mask
from training.words import Message


class Outcome(StrEnum):
    """What becomes of a data row. Every data row has exactly one."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    ASKED = "asked"
    REFUSED = "refused"
    SKIPPED = "skipped"  # somebody chose to leave it out; counted with the refused


class Weight(StrEnum):
    """How grave a finding is: to know, to look at, to answer, or in the way."""

    NOTE = "note"
    WARNING = "warning"
    ASKED = "asked"
    REFUSED = "refused"


class Code(StrEnum):
    """Findings as scripts know them."""

    CELL_ERROR = "cell_error"
    CELL_LEFT_OUT = "cell_left_out"
    DATE_UNREADABLE = "date_unreadable"
    DATE_IMPOSSIBLE = "date_impossible"
    DATE_AMBIGUOUS = "date_ambiguous"
    DATE_SHORT_YEAR = "date_short_year"
    DATE_MONTH_ONLY = "date_month_only"
    DATE_RANGE = "date_range"
    DATE_ORDER = "date_order"
    DATE_FUTURE = "date_future"
    DATE_ODD = "date_odd"
    ID_DAMAGED = "id_damaged"
    ID_SHAPE = "id_shape"
    ID_DOUBTFUL = "id_doubtful"
    ID_CONTRADICTED = "id_contradicted"
    ID_MISSING = "id_missing"
    NAME_MISSING = "name_missing"
    NAME_UNREADABLE = "name_unreadable"
    NAME_NOTE = "name_note"
    NAME_DIFFERS = "name_differs"
    TEXT_TOO_LONG = "text_too_long"
    SITE_UNKNOWN = "site_unknown"
    SITE_NEW = "site_new"
    SITE_MISSING = "site_missing"
    SITE_BLANK = "site_blank"
    SITE_DIFFERS = "site_differs"
    POSITION_NEW = "position_new"
    POSITION_MISSING = "position_missing"
    CERTIFICATES_TEXT = "certificates_text"
    STATUS_UNREADABLE = "status_unreadable"
    TYPE_MISSING = "type_missing"
    TYPE_UNKNOWN = "type_unknown"
    TYPE_AMBIGUOUS = "type_ambiguous"
    TYPE_SEVERAL = "type_several"
    TYPE_BY_NUMBER = "type_by_number"
    LEVEL_UNREADABLE = "level_unreadable"
    NUMBER_DAMAGED = "number_damaged"
    NUMBER_PATTERN = "number_pattern"
    NUMBER_NOT_HOLDERS = "number_not_holders"
    DATES_MISSING = "dates_missing"
    IN_PROCESS = "in_process"
    NOT_YET_ISSUED = "not_yet_issued"
    MARK_UNREADABLE = "mark_unreadable"
    MARK_RANGE = "mark_range"
    MARK_MISSING = "mark_missing"
    MARK_TOTAL = "mark_total"
    VERDICT_DIFFERS = "verdict_differs"
    RESIT_IGNORED = "resit_ignored"
    PERSON_UNKNOWN = "person_unknown"
    PERSON_AMBIGUOUS = "person_ambiguous"
    PERSON_LEFT = "person_left"
    STAFF_NUMBER_TAKEN = "staff_number_taken"
    PERSON_NOT_ENROLLED = "person_not_enrolled"
    PERSON_OWN = "person_own"
    MATCHED_BY_NAME = "matched_by_name"
    DUPLICATE_ROW = "duplicate_row"
    NOTHING_HELD = "nothing_held"
    OWN_CERTIFICATE = "own_certificate"
    CERTIFICATE_ODD = "certificate_odd"
    SUPERSEDES = "supersedes"
    OLDER = "older"
    CHANGED_FIELD = "changed_field"
    MOVED = "moved"
    MOVE_PLANNED = "move_planned"
    LEFT = "left"
    LEFT_UNDATED = "left_undated"
    LEFT_DIFFERS = "left_differs"
    RETURNED = "returned"
    MARK_DIFFERS = "mark_differs"
    SKIPPED_BY_HAND = "skipped_by_hand"


WEIGHTS: dict[Code, Weight] = {
    Code.DATE_UNREADABLE: Weight.REFUSED,
    Code.DATE_IMPOSSIBLE: Weight.REFUSED,
    Code.DATE_AMBIGUOUS: Weight.REFUSED,
    Code.DATE_ORDER: Weight.REFUSED,
    Code.DATE_FUTURE: Weight.REFUSED,
    Code.ID_DAMAGED: Weight.REFUSED,
    Code.ID_SHAPE: Weight.REFUSED,
    Code.NAME_MISSING: Weight.REFUSED,
    Code.NAME_UNREADABLE: Weight.REFUSED,
    Code.NAME_DIFFERS: Weight.ASKED,
    Code.TEXT_TOO_LONG: Weight.REFUSED,
    Code.SITE_UNKNOWN: Weight.ASKED,
    Code.SITE_BLANK: Weight.ASKED,
    Code.MOVE_PLANNED: Weight.REFUSED,
    Code.RETURNED: Weight.ASKED,
    Code.OWN_CERTIFICATE: Weight.REFUSED,
    Code.NOT_YET_ISSUED: Weight.REFUSED,
    Code.STATUS_UNREADABLE: Weight.REFUSED,
    Code.TYPE_MISSING: Weight.REFUSED,
    Code.TYPE_UNKNOWN: Weight.ASKED,
    Code.TYPE_AMBIGUOUS: Weight.ASKED,
    Code.TYPE_SEVERAL: Weight.REFUSED,
    Code.NUMBER_DAMAGED: Weight.REFUSED,
    Code.NUMBER_NOT_HOLDERS: Weight.REFUSED,
    Code.MARK_UNREADABLE: Weight.REFUSED,
    Code.MARK_RANGE: Weight.REFUSED,
    Code.MARK_MISSING: Weight.REFUSED,
    Code.PERSON_UNKNOWN: Weight.REFUSED,
    Code.PERSON_AMBIGUOUS: Weight.ASKED,
    Code.STAFF_NUMBER_TAKEN: Weight.REFUSED,
    Code.PERSON_NOT_ENROLLED: Weight.REFUSED,
    Code.DUPLICATE_ROW: Weight.REFUSED,
    Code.DATE_MONTH_ONLY: Weight.NOTE,
    Code.DATE_RANGE: Weight.NOTE,
    Code.SITE_NEW: Weight.NOTE,
    Code.POSITION_NEW: Weight.NOTE,
    Code.SUPERSEDES: Weight.NOTE,
    Code.OLDER: Weight.NOTE,
    Code.CHANGED_FIELD: Weight.NOTE,
    Code.MOVED: Weight.NOTE,
    Code.LEFT: Weight.NOTE,
    Code.NOTHING_HELD: Weight.NOTE,
    Code.SITE_DIFFERS: Weight.NOTE,
    Code.MARK_DIFFERS: Weight.REFUSED,
    Code.PERSON_OWN: Weight.REFUSED,
    Code.SKIPPED_BY_HAND: Weight.NOTE,
}
"""What is not named here is a warning."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something about one cell. `field` says which column of the list it is about; empty for the whole row.

    `choices` are the answers offered where something is asked: type codes, or ids of people or sites.
    """

    code: Code
    message: Message
    field: str = ""
    choices: tuple[str, ...] = ()

    @property
    def weight(self) -> Weight:
        return WEIGHTS.get(self.code, Weight.WARNING)


_LONG_NUMBER = re.compile(r"[0-9０-９][0-9０-９\s]{9,}[0-9０-９xXＸｘ]")


def quoted(cell: str) -> str:
    """A cell's text as a message may repeat it: not too long, and a number as long as an identity number masked."""
    return _LONG_NUMBER.sub(lambda found: mask(found[0]), cell[:200])[:60]


def stands_in_the_way(findings: Sequence[Finding]) -> Outcome | None:
    """ASKED or REFUSED when a finding must be answered or mended first; refused wins. None when nothing does."""
    if not findings:
        return None
    weights = {finding.weight for finding in findings}
    if Weight.REFUSED in weights:
        return Outcome.REFUSED
    return Outcome.ASKED if Weight.ASKED in weights else None
