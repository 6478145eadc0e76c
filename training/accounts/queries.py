"""Who is signed in, and who has an account."""

from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256

from training.access import Actor, Role, scope
from training.accounts import rules
from training.accounts.tables import Account, Activation, Attempt, ManagedSite, SignIn
from training.errors import Missing
from training.people.tables import Site

SIGNED_IN = """
    SELECT s.id, s.csrf_secret, s.created_at, s.seen_at,
           a.id AS account, a.name, a.person,
           ARRAY(SELECT role FROM role_grant WHERE account = a.id) AS roles,
           ARRAY(SELECT site FROM managed_site WHERE account = a.id) AS sites
    FROM sign_in s
    JOIN account a ON a.id = s.account
    LEFT JOIN person p ON p.id = a.person
    WHERE s.token_hash = {} AND s.ended_at IS NULL AND a.active
      AND (p.left_on IS NULL OR p.left_on >= {})
"""

ACTOR = """
    SELECT a.id AS account, a.name, a.person,
           ARRAY(SELECT role FROM role_grant WHERE account = a.id) AS roles,
           ARRAY(SELECT site FROM managed_site WHERE account = a.id) AS sites
    FROM account a
    WHERE a.id = {}
"""

ACCOUNTS = """
    SELECT a.id, a.username, a.name, a.person, a.active, a.password_hash IS NOT NULL AS activated,
           ARRAY(SELECT role FROM role_grant WHERE account = a.id ORDER BY role) AS roles,
           ARRAY(
               SELECT s.name FROM managed_site m JOIN site s ON s.id = m.site WHERE m.account = a.id ORDER BY s.pinyin
           ) AS sites,
           (SELECT max(seen_at) FROM sign_in WHERE account = a.id) AS seen_at
    FROM account a
    WHERE ({} = '' OR a.username LIKE {} OR a.name LIKE {})
      AND ({} = '' OR EXISTS (SELECT 1 FROM role_grant WHERE account = a.id AND role = {}))
      AND a.id > {}
    ORDER BY a.id
    LIMIT {}
"""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A sign-in that holds, with the rights its account has at this moment."""

    id: int
    actor: Actor
    csrf_secret: bytes
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class AccountLine:
    id: int
    username: str
    name: str
    person: int | None
    active: bool
    activated: bool
    roles: tuple[Role, ...]
    sites: tuple[str, ...]
    seen_at: datetime | None


@dataclass(frozen=True, slots=True)
class SignInLine:
    id: int
    browser: str
    address: str
    created_at: datetime
    seen_at: datetime


def digest(token: str) -> bytes:
    """What is stored of a token."""
    return sha256(token.encode()).digest()


async def signed_in(token: str, *, now: datetime, today: date) -> SignedIn | None:
    """The sign-in behind a cookie, if it holds; rights are read afresh each time."""
    rows = await SignIn.raw(SIGNED_IN, digest(token), today)
    if not rows:
        return None
    row = rows[0]
    roles = frozenset(Role(role) for role in row["roles"])
    if not rules.sign_in_lasts(row["created_at"], row["seen_at"], now, roles):
        return None
    return SignedIn(row["id"], _actor(row), row["csrf_secret"], row["seen_at"])


async def actor_of(account: int) -> Actor:
    """An account as an actor. Raises Missing."""
    rows = await Account.raw(ACTOR, account)
    if not rows:
        raise Missing("account")
    return _actor(rows[0])


def _actor(row: dict[str, object]) -> Actor:
    roles = frozenset(Role(role) for role in row["roles"])  # type: ignore[attr-defined]  # a raw row is untyped
    sites = scope(roles, row["sites"])  # type: ignore[arg-type]  # likewise
    return Actor(row["account"], row["person"], row["name"], roles, sites)  # type: ignore[arg-type]  # likewise


async def any_account() -> bool:
    """Whether the system has been set up."""
    return bool(await Account.exists())


async def accounts(*, q: str = "", role: str = "", after: int = 0, limit: int = 50) -> list[AccountLine]:
    """Accounts in the order they were made, `limit` after the id `after`; searched by user name or name."""
    like = "%" + q.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    rows = await Account.raw(ACCOUNTS, q, like, like, role, role, after, limit)
    return [
        AccountLine(**{**row, "roles": tuple(Role(name) for name in row["roles"]), "sites": tuple(row["sites"])})
        for row in rows
    ]


async def sign_ins(account: int) -> list[SignInLine]:
    """The open sign-ins of an account, latest first."""
    rows = (
        await SignIn.select(SignIn.id, SignIn.browser, SignIn.address, SignIn.created_at, SignIn.seen_at)
        .where(SignIn.account == account, SignIn.ended_at.is_null())
        .order_by(SignIn.seen_at, ascending=False)
        .limit(50)
    )
    return [SignInLine(**row) for row in rows]


async def activation(token: str, *, now: datetime) -> tuple[int, str, str] | None:
    """Account id, user name and name behind an activation link that still works."""
    rows = await Activation.select(
        Activation.account, Activation.account.username, Activation.account.name, Activation.account.active
    ).where(Activation.token_hash == digest(token), Activation.used_at.is_null(), Activation.expires_at > now)
    if not rows or not rows[0]["account.active"]:
        return None
    return rows[0]["account"], rows[0]["account.username"], rows[0]["account.name"]


KNOWN_PLACE = """
    SELECT 1
    FROM sign_in s
    JOIN account a ON a.id = s.account
    WHERE a.username = {} AND s.address = {} AND s.created_at > {}
    LIMIT 1
"""


async def failure_keys(username: str, address: str, *, now: datetime) -> dict[str, int]:
    """What the failures of this attempt are counted by."""
    known = await SignIn.raw(KNOWN_PLACE, username, address, now - rules.PLACE_IS_KNOWN)
    return rules.failure_keys(username, address, known_place=bool(known))


async def wait_left(keys: dict[str, int], *, now: datetime) -> float:
    """Seconds until the next attempt is looked at, for the slowest of these keys."""
    rows = await Attempt.select(Attempt.key, Attempt.failures, Attempt.last_at).where(Attempt.key.is_in(list(keys)))
    waits = [rules.wait_left(row["failures"], row["last_at"], now, free=keys[row["key"]]) for row in rows]
    return max((wait.total_seconds() for wait in waits), default=0.0)


async def account(account_id: int) -> AccountLine | None:
    """One account, as the list shows it."""
    lines = await accounts(after=account_id - 1, limit=1)
    return lines[0] if lines and lines[0].id == account_id else None


async def account_named(username: str) -> AccountLine | None:
    """The account of a user name, as the list shows it."""
    row = await Account.select(Account.id).where(Account.username == rules.username_from(username)).first()
    return await account(row["id"]) if row else None


async def managed_sites(account_id: int) -> list[int]:
    """The sites of a manager, by id."""
    rows = await ManagedSite.select(ManagedSite.site).where(ManagedSite.account == account_id)
    return sorted(row["site"] for row in rows)


WITHOUT_ACCOUNT = """
    SELECT s.id, s.name, count(*) AS people, array_agg(p.id ORDER BY p.pinyin, p.id) AS persons
    FROM person p
    JOIN assignment g ON g.person = p.id AND g.ends_on IS NULL
    JOIN site s ON s.id = g.site
    LEFT JOIN account a ON a.person = p.id
    WHERE p.left_on IS NULL AND (a.id IS NULL OR (a.password_hash IS NULL AND a.active))
    GROUP BY s.id, s.name, s.pinyin
    ORDER BY s.pinyin, s.id
"""


@dataclass(frozen=True, slots=True)
class SiteToInvite:
    """A site, and its people who cannot sign in yet."""

    id: int
    name: str
    people: int
    persons: tuple[int, ...]


async def sites_to_invite() -> list[SiteToInvite]:
    """The sites where somebody has no working account yet."""
    rows = await Account.raw(WITHOUT_ACCOUNT)
    return [SiteToInvite(**{**row, "persons": tuple(row["persons"])}) for row in rows]


@dataclass(frozen=True, slots=True)
class SiteChoice:
    id: int
    name: str


async def site_choices() -> list[SiteChoice]:
    """The sites a manager may be given."""
    rows = await Site.select(Site.id, Site.name).where(Site.active.eq(True)).order_by(Site.pinyin, Site.id)
    return [SiteChoice(**row) for row in rows]
