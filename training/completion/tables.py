"""Who finished a session with everything its course asks, and the certificate that came of it."""

from piccolo.columns import Date, ForeignKey, Integer, OnDelete, Serial, Timestamptz
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.constraints import Unique
from piccolo.table import Table

from training.certificates.tables import Certificate
from training.enrolments.tables import Enrolment


class Completion(Table):
    """Attended and passed. The certificate's evidence is this row and, behind it, the marks."""

    id: Serial
    enrolment = ForeignKey(Enrolment, null=False, on_delete=OnDelete.restrict)
    completed_on = Date(default=None)
    certificate = ForeignKey(Certificate, null=True, default=None, on_delete=OnDelete.restrict)  # None: leads to none
    recorded_by = Integer(null=True, default=None)
    recorded_at = Timestamptz(default=TimestamptzNow())

    uq_completion_enrolment = Unique([enrolment])
    uq_completion_certificate = Unique([certificate])
