"""Accounts, their roles, and their sign-ins."""

from piccolo.columns import Boolean, Bytea, ForeignKey, Integer, OnDelete, Serial, Text, Timestamptz, Varchar
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from training.people.tables import Person, Site


class Account(Table):
    """Somebody who may sign in. Disabled, never deleted."""

    id: Serial
    username = Varchar(length=60, unique=True, default=None)  # lower case
    name = Varchar(length=100, default=None)
    person = ForeignKey(Person, null=True, default=None, on_delete=OnDelete.restrict)  # None: not an employee
    password_hash = Text(null=True, default=None)  # None until activated
    active = Boolean(default=True)
    created_at = Timestamptz(default=TimestamptzNow())

    uq_account_person = Unique([person])


class Grant(Table, tablename="role_grant"):
    """One role of one account."""

    id: Serial
    account = ForeignKey(Account, null=False, on_delete=OnDelete.restrict)
    role = Varchar(length=20, default=None)

    uq_role_grant_account_role = Unique([account, role])
    ck_role_grant_role = Check("role IN ('hr', 'manager', 'examiner', 'employee', 'auditor', 'administrator')")


class ManagedSite(Table):
    """A site whose people a manager may see."""

    id: Serial
    account = ForeignKey(Account, null=False, on_delete=OnDelete.restrict)
    site = ForeignKey(Site, null=False, on_delete=OnDelete.restrict)

    uq_managed_site_account_site = Unique([account, site])


class SignIn(Table):
    """One browser of one account, from sign-in to sign-out. The token itself is never stored."""

    id: Serial
    account = ForeignKey(Account, null=False, on_delete=OnDelete.restrict, index=True)
    token_hash = Bytea(unique=True, default=None)
    csrf_secret = Bytea(default=None)
    address = Varchar(length=60, default="")
    browser = Varchar(length=200, default="")
    created_at = Timestamptz(default=None)
    seen_at = Timestamptz(default=None)
    ended_at = Timestamptz(null=True, default=None)


class Activation(Table):
    """A one-time link with which its holder sets a password. Only its hash is stored."""

    id: Serial
    account = ForeignKey(Account, null=False, on_delete=OnDelete.restrict, index=True)
    token_hash = Bytea(unique=True, default=None)
    created_at = Timestamptz(default=None)
    expires_at = Timestamptz(default=None)
    used_at = Timestamptz(null=True, default=None)


class Attempt(Table, tablename="sign_in_attempt"):
    """Failed sign-ins in a row, by account name or by address; delays grow with them and fade with time."""

    id: Serial
    key = Varchar(length=120, unique=True, default=None)
    failures = Integer(default=0)
    last_at = Timestamptz(default=None)
