"""Dated runs of a course."""

from piccolo.columns import Date, ForeignKey, Integer, OnDelete, Serial, Text, Time, Timestamptz, Varchar
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.constraints import Check
from piccolo.table import Table

from training.accounts.tables import Account
from training.courses.tables import Course


class Session(Table):
    """One run of a course, from a day to a day, with its seats.

    `booked` counts the enrolments that hold a seat; it moves in the same statement that checks it.
    """

    id: Serial
    course = ForeignKey(Course, null=False, on_delete=OnDelete.restrict)
    starts_on = Date(default=None, index=True)
    ends_on = Date(default=None)
    starts_at = Time(default=None)
    ends_at = Time(default=None)
    place = Varchar(length=150, default="")
    trainer = Varchar(length=100, default="")
    examiner = ForeignKey(Account, null=True, default=None, on_delete=OnDelete.restrict)  # None: HR records marks
    seats = Integer(default=None)
    booked = Integer(default=0)
    remark = Text(default="")
    cancelled_on = Date(null=True, default=None)
    cancelled_reason = Text(default="")
    completed_at = Timestamptz(null=True, default=None)  # results submitted
    recorded_at = Timestamptz(default=TimestamptzNow())
    recorded_by = Integer(null=True, default=None)

    ck_session_seats = Check((seats >= 1) & (booked >= 0) & (booked <= seats))
    ck_session_days = Check(ends_on >= starts_on)
