"""What is done with accounts: set up, add, activate, sign in and out, disable."""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from training.access import COMMAND_LINE, Actor, Role
from training.accounts import passwords, queries, rules
from training.accounts.tables import Account, Activation, Attempt, Grant, ManagedSite, SignIn
from training.db import transaction
from training.errors import Missing, Refused
from training.journal import actions as journal
from training.people.tables import Person, Site
from training.words import say, says

SETUP_LOCK = 0x7365747570  # "setup"; two first administrators at once are one too many
LAST_LOCK = 0x6C617374  # "last"; two last administrators must not take each other away
TOUCH_AFTER = timedelta(seconds=60)

FAILED = """
    INSERT INTO sign_in_attempt (key, failures, last_at)
    VALUES ({}, 1, {})
    ON CONFLICT (key) DO UPDATE SET
        failures = CASE WHEN sign_in_attempt.last_at < {} THEN 1 ELSE sign_in_attempt.failures + 1 END,
        last_at = EXCLUDED.last_at
"""

FORGOTTEN = """
    DELETE FROM sign_in s
    WHERE s.seen_at < {} AND EXISTS (SELECT 1 FROM sign_in later WHERE later.account = s.account AND later.id > s.id)
    RETURNING s.id
"""


@dataclass(frozen=True, slots=True)
class Opened:
    """A fresh sign-in: the token for the cookie, which is not kept anywhere."""

    token: str
    account: int


@dataclass(frozen=True, slots=True)
class Link:
    """A one-time activation link's token, to be handed to the account's holder on paper or in a file."""

    account: int
    username: str
    name: str
    token: str


async def set_up(*, username: str, name: str, password: str) -> int:
    """Make the first administrator, who is HR too until somebody else is. Refused once any account exists."""
    async with transaction():
        await Account.raw("SELECT pg_advisory_xact_lock({})", SETUP_LOCK)
        if await queries.any_account():
            raise Refused(say("The system is already set up. Sign in, or ask an administrator for an account."))
        return await add(
            username=username, name=name, roles={Role.ADMINISTRATOR, Role.HR}, by=COMMAND_LINE, password=password
        )


async def add(
    *,
    username: str,
    name: str,
    roles: Iterable[Role],
    by: Actor,
    sites: Iterable[int] = (),
    person: int | None = None,
    password: str | None = None,
) -> int:
    """An account with its roles; without a password it waits for its activation link. Raises Refused."""
    plain = rules.username_from(username)
    if objections := rules.objections_to_username(plain):
        raise Refused(*objections, field="username")
    if not name.strip():
        raise Refused(say("A name is needed."), field="name")
    _need_a_site(roles, sites)
    if password is not None and (objections := rules.objections_to_password(password, names=[plain, name])):
        raise Refused(*objections, field="password")
    secret = await passwords.hashed(password) if password is not None else None
    async with transaction():
        made = (
            await Account.insert(Account(username=plain, name=name.strip(), person=person, password_hash=secret))
            .on_conflict(action="DO NOTHING")
            .returning(Account.id)
        )
        if not made:
            raise Refused(say("There is already an account {username}.", username=plain), field="username")
        account: int = made[0]["id"]
        await _grant(account, roles, sites)
        await journal.note(by, "account.added", account, roles=sorted(roles), sites=sorted(sites))
    return account


def _need_a_site(roles: Iterable[Role], sites: Iterable[int]) -> None:
    if Role.MANAGER in set(roles) and not set(sites):
        raise Refused(say("A manager needs at least one site."), field="sites")


async def _grant(account: int, roles: Iterable[Role], sites: Iterable[int]) -> None:
    if granted := [Grant(account=account, role=role.value) for role in sorted(set(roles))]:
        await Grant.insert(*granted)
    if managed := [ManagedSite(account=account, site=site) for site in sorted(set(sites))]:
        if await Site.count().where(Site.id.is_in([row.site for row in managed])) < len(managed):
            raise Missing("site")
        await ManagedSite.insert(*managed)


async def change_rights(account: int, *, roles: Iterable[Role], sites: Iterable[int], by: Actor) -> None:
    """Give an account exactly these roles and sites; it holds from the next request on. Raises Missing, Refused."""
    wanted = set(roles)
    _need_a_site(wanted, sites)
    async with transaction():
        await _lock(account)
        if Role.ADMINISTRATOR not in wanted:
            await _keep_an_administrator(account)
        await Grant.delete().where(Grant.account == account)
        await ManagedSite.delete().where(ManagedSite.account == account)
        await _grant(account, wanted, sites if Role.MANAGER in wanted else ())
        await journal.note(by, "account.rights_changed", account, roles=sorted(wanted), sites=sorted(sites))


async def disable(account: int, *, by: Actor, now: datetime) -> None:
    """Close an account and every sign-in it has. Raises Missing, Refused."""
    async with transaction():
        await _lock(account)
        if account == by.account:
            raise Refused(say("You cannot disable your own account."))
        await _keep_an_administrator(account)
        await Account.update({Account.active: False}).where(Account.id == account)
        await _end_sign_ins(account, now=now)
        await journal.note(by, "account.disabled", account)


async def enable(account: int, *, by: Actor) -> None:
    """Open a disabled account again. Raises Missing."""
    async with transaction():
        await _lock(account)
        await Account.update({Account.active: True}).where(Account.id == account)
        await journal.note(by, "account.enabled", account)


async def set_password(account: int, password: str, *, by: Actor, now: datetime) -> None:
    """Set a password and end every sign-in made with the old one. Raises Missing, Refused."""
    row = await Account.select(Account.username, Account.name).where(Account.id == account).first()
    if row is None:
        raise Missing("account")
    if objections := rules.objections_to_password(password, names=[row["username"], row["name"]]):
        raise Refused(*objections, field="password")
    secret = await passwords.hashed(password)
    async with transaction():
        await Account.update({Account.password_hash: secret}).where(Account.id == account)
        await _end_sign_ins(account, now=now)
        await journal.note(by, "account.password_set", account)


async def change_password(*, by: Actor, current: str, password: str, now: datetime) -> None:
    """Set one's own password, having given the current one. Raises Refused."""
    account = by.account
    if account is None:
        raise Missing("account")
    row = await Account.select(Account.password_hash).where(Account.id == account).first()
    if row is None or not await passwords.matches(current, row["password_hash"]):
        raise Refused(say("That is not your current password."), field="current")
    await set_password(account, password, by=by, now=now)


async def activation_links(accounts: Sequence[int], *, by: Actor, now: datetime) -> list[Link]:
    """A fresh one-time link for each account; earlier links stop working. Raises Missing when one does not exist."""
    if not accounts:
        raise Refused(say("Choose at least one account."))
    async with transaction():
        rows = await Account.select(Account.id, Account.username, Account.name).where(
            Account.id.is_in(list(accounts)), Account.active.eq(True)
        )
        if len(rows) != len(set(accounts)):
            raise Missing("account")
        await Activation.update({Activation.used_at: now}).where(
            Activation.account.is_in(list(accounts)), Activation.used_at.is_null()
        )
        links = [Link(row["id"], row["username"], row["name"], secrets.token_urlsafe(32)) for row in rows]
        await Activation.insert(
            *(
                Activation(
                    account=link.account,
                    token_hash=queries.digest(link.token),
                    created_at=now,
                    expires_at=now + rules.ACTIVATION_LASTS,
                )
                for link in links
            )
        )
        await journal.note(by, "account.links_made", None, accounts=sorted(accounts))
    return sorted(links, key=lambda link: link.username)


async def invite(persons: Sequence[int], *, by: Actor, now: datetime) -> list[Link]:
    """Accounts for people who have none, as employees, and activation links for all of them who are not yet active.

    The user name is the staff number, or else the pinyin of the name with a number where several would be the same.
    """
    async with transaction():
        people = (
            await Person.select(Person.id, Person.name, Person.pinyin, Person.staff_number)
            .where(Person.id.is_in(list(persons) or [0]))
            .order_by(Person.id)
        )
        held = await Account.select(Account.id, Account.person, Account.password_hash).where(
            Account.person.is_in([person["id"] for person in people] or [0])
        )
        accounts = [row["id"] for row in held if row["password_hash"] is None]
        with_account = {row["person"] for row in held}
        for person in people:
            if person["id"] not in with_account:
                username = await _free_username(person["staff_number"] or person["pinyin"])
                accounts.append(
                    await add(username=username, name=person["name"], roles={Role.EMPLOYEE}, by=by, person=person["id"])
                )
        if not accounts:
            raise Refused(say("Everybody chosen already has an account."))
        return await activation_links(accounts, by=by, now=now)


async def _free_username(wish: str) -> str:
    stem = "".join(c for c in rules.username_from(wish) if c.isascii() and (c.isalnum() or c in "._-"))[:50] or "user"
    taken = {row["username"] for row in await Account.select(Account.username).where(Account.username.like(f"{stem}%"))}
    if stem not in taken and len(stem) > 1:
        return stem
    return next(f"{stem}{number}" for number in range(2, 1_000_000) if f"{stem}{number}" not in taken)


async def activate(token: str, password: str, *, now: datetime) -> int:
    """Set the first password through a one-time link. Raises Missing (no such link, used, or too old), Refused."""
    found = await queries.activation(token, now=now)
    if found is None:
        raise Missing("activation link")
    account, username, name = found
    if objections := rules.objections_to_password(password, names=[username, name]):
        raise Refused(*objections, field="password")
    secret = await passwords.hashed(password)
    async with transaction():
        used = (
            await Activation.update({Activation.used_at: now})
            .where(Activation.token_hash == queries.digest(token), Activation.used_at.is_null())
            .returning(Activation.id)
        )
        if not used:
            raise Missing("activation link")
        await Account.update({Account.password_hash: secret}).where(Account.id == account)
        await _end_sign_ins(account, now=now)
        await journal.note(await queries.actor_of(account), "account.activated", account)
    return account


async def sign_in(*, username: str, password: str, address: str, browser: str, now: datetime) -> Opened:
    """Open a sign-in. Wrong names and wrong passwords answer the same, and take the same time. Raises Refused."""
    plain = rules.username_from(username)[:60]
    keys = await queries.failure_keys(plain, address, now=now)
    async with passwords.turn():
        if wait := await queries.wait_left(keys, now=now):
            raise Refused(
                says(
                    "Too many wrong passwords. Wait {count} second, then try again.",
                    "Too many wrong passwords. Wait {count} seconds, then try again.",
                    int(wait) + 1,
                )
            )
        row = (
            await Account.select(Account.id, Account.password_hash, Account.active)
            .where(Account.username == plain)
            .first()
        )
        right = await passwords.matches(password, row["password_hash"] if row else None)
        if row is None or not right or not row["active"]:
            for key in keys:
                await Attempt.raw(FAILED, key, now, now - rules.FORGIVEN_AFTER)
            raise Refused(say("The user name or the password is wrong."))
    return await open_sign_in(
        row["id"],
        address=address,
        browser=browser,
        now=now,
        forget=[key for key in keys if not key.startswith("address:")],
    )


async def open_sign_in(
    account: int, *, address: str, browser: str, now: datetime, forget: Sequence[str] = ()
) -> Opened:
    """A new sign-in with a token nobody has seen. `forget` names the failures that it wipes out."""
    token = secrets.token_urlsafe(32)
    async with transaction():
        if forget:
            await Attempt.delete().where(Attempt.key.is_in(list(forget)))
        await SignIn.insert(
            SignIn(
                account=account,
                token_hash=queries.digest(token),
                csrf_secret=secrets.token_bytes(32),
                address=address[:60],
                browser=browser[:200],
                created_at=now,
                seen_at=now,
            )
        )
        await journal.note(await queries.actor_of(account), "account.signed_in", account)
    return Opened(token, account)


async def touch(sign_in: int, *, seen_at: datetime, now: datetime) -> None:
    """Note that a sign-in is in use, at most once a minute, and never one that has ended."""
    if now - seen_at >= TOUCH_AFTER:
        await SignIn.update({SignIn.seen_at: now}).where(SignIn.id == sign_in, SignIn.ended_at.is_null())


async def sign_out(sign_in: int, *, by: Actor, now: datetime) -> None:
    """End one of one's own sign-ins. Raises Missing for anybody else's."""
    async with transaction():
        ended = (
            await SignIn.update({SignIn.ended_at: now})
            .where(SignIn.id == sign_in, SignIn.account == by.account, SignIn.ended_at.is_null())
            .returning(SignIn.id)
        )
        if not ended:
            raise Missing("sign-in")
        await journal.note(by, "account.signed_out", by.account)


async def sign_out_everywhere(*, by: Actor, now: datetime) -> None:
    """End every sign-in one has, this one too."""
    async with transaction():
        await _end_sign_ins(by.account or 0, now=now)
        await journal.note(by, "account.signed_out_everywhere", by.account)


async def forget_sign_ins(*, now: datetime) -> int:
    """Delete sign-ins that ended or fell asleep long ago, but each account's last, and links long used; how many."""
    before = now - rules.SIGN_INS_KEPT
    async with transaction():
        gone = await SignIn.raw(FORGOTTEN, before)
        await Activation.delete().where(Activation.expires_at < before)
        await Attempt.delete().where(Attempt.last_at < before)
    return len(gone)


async def _end_sign_ins(account: int, *, now: datetime) -> None:
    await SignIn.update({SignIn.ended_at: now}).where(SignIn.account == account, SignIn.ended_at.is_null())


async def _lock(account: int) -> None:
    if not await Account.raw("SELECT id FROM account WHERE id = {} FOR UPDATE", account):
        raise Missing("account")


async def _keep_an_administrator(account: int) -> None:
    """Refuse to take the last administrator away; whoever takes another away waits until this is done."""
    await Account.raw("SELECT pg_advisory_xact_lock({})", LAST_LOCK)
    others = await Account.raw(
        "SELECT a.id FROM account a JOIN role_grant g ON g.account = a.id AND g.role = 'administrator' "
        "WHERE a.active AND a.id <> {} LIMIT 1",
        account,
    )
    mine = await Grant.exists().where(Grant.account == account, Grant.role == Role.ADMINISTRATOR.value)
    if mine and not others:
        raise Refused(say("This is the last administrator. Give somebody else that role first."))
