"""Sites, positions, persons, and who works where, as what, since when."""

from piccolo.columns import Boolean, Bytea, Date, ForeignKey, OnDelete, Serial, Text, Timestamptz, Varchar
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.constraints import Check, Unique
from piccolo.table import Table


class Site(Table):
    """A community, which is also a project department."""

    id: Serial
    name = Varchar(length=100, unique=True, default=None)
    pinyin = Varchar(length=200, default="")
    initials = Varchar(length=60, default="")
    active = Boolean(default=True)


class Position(Table):
    """What a person is employed as."""

    id: Serial
    name = Varchar(length=100, unique=True, default=None)
    pinyin = Varchar(length=200, default="")
    active = Boolean(default=True)


class Person(Table):
    """Somebody who works, or worked, for the company or for an agency on its behalf. Never deleted.

    The identity number and the phone are sealed; `*_index` finds an exact number again, `*_tail` is what lists show.
    """

    id: Serial
    staff_number = Varchar(length=40, null=True, default=None)
    name = Varchar(length=100, default=None)
    pinyin = Varchar(length=200, default="", index=True)
    initials = Varchar(length=60, default="", index=True)
    sex = Varchar(length=1, default="")  # "m", "f" or unknown
    identity_kind = Varchar(length=12, default="none")  # resident_id, passport, none
    identity_sealed = Text(null=True, default=None)
    identity_index = Bytea(null=True, default=None)
    identity_tail = Varchar(length=4, default="")
    phone_sealed = Text(null=True, default=None)
    phone_tail = Varchar(length=4, default="")
    hired_on = Date(null=True, default=None)
    left_on = Date(null=True, default=None)  # the last day of work
    leaving_reason = Text(default="")
    employer = Varchar(length=100, default="")  # the agency; empty for the company's own staff
    remark = Text(default="")
    recorded_at = Timestamptz(default=TimestamptzNow())

    uq_person_staff_number = Unique([staff_number])
    uq_person_identity = Unique([identity_index])
    ck_person_identity_kind = Check("identity_kind IN ('resident_id', 'passport', 'none')")
    ck_person_sex = Check("sex IN ('', 'm', 'f')")


class Assignment(Table):
    """A person at a site in a position, from a day to a day (inclusive; None while it lasts).

    A partial unique index allows one open assignment per person.
    """

    id: Serial
    person = ForeignKey(Person, null=False, on_delete=OnDelete.restrict, index=True)
    site = ForeignKey(Site, null=False, on_delete=OnDelete.restrict, index=True)
    position = ForeignKey(Position, null=False, on_delete=OnDelete.restrict, index=True)
    starts_on = Date(null=True, default=None)  # None: since before records began
    ends_on = Date(null=True, default=None)
    recorded_at = Timestamptz(default=TimestamptzNow())
