"""Certificate types with their dated rule versions, and the certificates people hold."""

from typing import Any

from piccolo.columns import (
    Array,
    Boolean,
    Bytea,
    Date,
    ForeignKey,
    Integer,
    OnDelete,
    Serial,
    Text,
    Timestamptz,
    Varchar,
)
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from training.people.tables import Person


class CertificateType(Table):
    """What an authority or the company issues. The law's clocks are in its rule versions."""

    id: Serial
    code = Varchar(length=40, unique=True, default=None)
    name_zh = Varchar(length=100, default=None)
    name_en = Varchar(length=150, default=None)
    aliases = Array(base_column=Varchar(), default=list)
    category = Varchar(length=40, default=None)
    status = Varchar(length=20, default=None)  # statutory, conditional, skill_level, in_house, legacy, cancelled
    issuer_zh = Varchar(length=150, default="")
    issuer_en = Varchar(length=200, default="")
    legal_basis = Text(default="")
    number_pattern = Varchar(length=200, default="")
    number_contains_id = Boolean(default=False)
    number_unique = Boolean(default=False)
    verify_url = Varchar(length=200, default="")
    min_age = Integer(default=0)
    theory_pass_mark = Integer(default=0)
    practical_pass_mark = Integer(default=0)
    min_training_hours = Integer(default=0)
    resit_rule = Text(default="")
    confidence = Varchar(length=10, default="low")
    uncertain_fields = Array(base_column=Varchar(), default=list)
    note = Text(default="")
    active = Boolean(default=True)

    ck_certificate_type_confidence = Check("confidence IN ('high', 'medium', 'low')")


class RuleVersion(Table):
    """A type's rules from a day on, until the next version's day."""

    id: Serial
    type = ForeignKey(CertificateType, null=False, on_delete=OnDelete.restrict)
    effective_from = Date(default=None)
    validity_months = Integer(default=None)  # 0: no expiry
    review_interval_months = Integer(default=0)  # 0: no review between issue and end
    renewal_window_days = Integer(default=0)
    apply_deadline_days = Integer(default=0)
    reminder_days = Array(base_column=Integer(), default=list)
    grace_days = Integer(default=0)
    keeps_anniversary = Boolean(default=True)
    legal_basis = Text(default="")
    confidence = Varchar(length=10, default="low")
    recorded_at = Timestamptz(default=TimestamptzNow())

    uq_rule_version_type_effective_from = Unique([type, effective_from])
    ck_rule_version_months = Check((validity_months >= 0) & (review_interval_months >= 0))
    ck_rule_version_days = Check((renewal_window_days >= 0) & (apply_deadline_days >= 0) & (grace_days >= 0))


class Certificate(Table):
    """Proof that a person is qualified, whoever gave it. Never deleted: superseded or revoked.

    A number that embeds the holder's identity number is kept sealed and shown masked in `number`; any other stands
    in `number` as it is. Dates are as printed; what is not printed is computed from the rules whenever it is asked.
    """

    id: Serial
    person = ForeignKey(Person, null=False, on_delete=OnDelete.restrict)
    type = ForeignKey(CertificateType, null=False, on_delete=OnDelete.restrict)
    item = Varchar(length=100, default="")  # the job item or direction, where one type has several
    level = Varchar(length=40, default="")
    number = Varchar(length=80, default="")
    number_sealed = Text(null=True, default=None)
    number_index = Bytea(null=True, default=None)
    issuer = Varchar(length=200, default="")
    own = Boolean(default=False)  # issued by the company itself
    first_issued_on = Date(null=True, default=None)
    issued_on = Date(null=True, default=None)
    expires_on = Date(null=True, default=None)  # the last valid day, as printed
    expires_precision = Varchar(length=5, default="day")  # day, or month when only a month is printed
    no_expiry = Boolean(default=False)  # "no expiry" is printed
    review_due_on = Date(null=True, default=None)  # as printed
    reviewed_on = Date(null=True, default=None)  # the latest review
    in_process_on = Date(null=True, default=None)  # since when renewal is under way at the authority
    suspended_on = Date(null=True, default=None)
    suspended_reason = Text(default="")
    revoked_on = Date(null=True, default=None)
    revoked_reason = Text(default="")
    superseded_on = Date(null=True, default=None)
    superseded_by: Any = ForeignKey("self", null=True, default=None, on_delete=OnDelete.restrict)
    original_keeper = Varchar(length=100, default="")  # who keeps the paper
    remark = Text(default="")
    recorded_at = Timestamptz(default=TimestamptzNow())
    recorded_by = Integer(null=True, default=None)

    ck_certificate_dates = Check((issued_on.is_null()) | (expires_on.is_null()) | (expires_on >= issued_on))
    ck_certificate_no_expiry = Check("NOT no_expiry OR expires_on IS NULL")
    ck_certificate_precision = Check("expires_precision IN ('day', 'month')")
