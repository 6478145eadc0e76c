"""People in sessions."""

from piccolo.columns import ForeignKey, Integer, OnDelete, Serial, Text, Timestamptz, Varchar
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.constraints import Check
from piccolo.table import Table

from training.people.tables import Person
from training.sessions.tables import Session


class Enrolment(Table):
    """A person's seat in a session. Withdrawn, never deleted.

    A partial unique index allows one enrolment that is not withdrawn per person and session.
    """

    id: Serial
    session = ForeignKey(Session, null=False, on_delete=OnDelete.restrict, index=True)
    person = ForeignKey(Person, null=False, on_delete=OnDelete.restrict, index=True)
    enrolled_at = Timestamptz(default=TimestamptzNow())
    enrolled_by = Integer(null=True, default=None)
    withdrawn_at = Timestamptz(null=True, default=None)
    withdrawn_by = Integer(null=True, default=None)
    withdrawn_reason = Text(default="")
    attendance = Varchar(length=10, default="unknown")  # unknown, present, absent
    attendance_by = Integer(null=True, default=None)
    attendance_at = Timestamptz(null=True, default=None)

    ck_enrolment_attendance = Check("attendance IN ('unknown', 'present', 'absent')")
