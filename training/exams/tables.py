"""Marks, part by part and attempt by attempt."""

from typing import Any

from piccolo.columns import Boolean, Date, ForeignKey, Integer, Numeric, OnDelete, Serial, Text, Timestamptz, Varchar
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from training.enrolments.tables import Enrolment


class Mark(Table):
    """What somebody scored in one part at one attempt. Never overwritten: a correction is a new entry.

    The entry that no other replaces is the one that counts.
    """

    id: Serial
    enrolment = ForeignKey(Enrolment, null=False, on_delete=OnDelete.restrict, index=True)
    part = Varchar(length=20, default=None)  # theory, practical
    attempt = Integer(default=None)  # 1, 2, ...
    mark = Numeric(digits=(4, 1), null=True, default=None)  # of 100; None when absent
    absent = Boolean(default=False)
    examined_on = Date(default=None)
    replaces: Any = ForeignKey("self", null=True, default=None, on_delete=OnDelete.restrict)
    reason = Text(default="")
    recorded_by = Integer(null=True, default=None)
    recorded_at = Timestamptz(default=TimestamptzNow())

    uq_mark_replaces = Unique([replaces])
    ck_mark_range = Check((mark.is_null()) | ((mark >= 0) & (mark <= 100)))
    ck_mark_absent = Check("absent = (mark IS NULL)")
    ck_mark_part = Check("part IN ('theory', 'practical')")
    ck_mark_attempt = Check(attempt >= 1)
