"""`check`: whether this installation is sound, one line a matter, and how to mend what is not."""

import asyncio
import shutil
import stat
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from fixtures.sample_company.sign_ins import SIGN_INS
from training import db, settings
from training.accounts import passwords
from training.accounts import queries as accounts
from training.accounts.tables import Account
from training.commands.terminal import FAILED, _, now, out, tell, tell_json, words
from training.db.migrating import pending
from training.journal import queries as journal
from training.sealing import sign
from training.settings import Settings
from training.web.app import STATIC, create_app
from training.web.kit.security import HSTS, POLICY_HEADERS
from training.words import Message, say, says

AWAY: tuple[type[Exception], ...] = (db.Unusable, *db.UNAVAILABLE)
LEAST_FREE = 2**30
CLOCK_MAY_DIFFER = timedelta(seconds=5)
LEAST_MEMORY_COST, LEAST_TIME_COST = 19_456, 2  # OWASP's second choice of argon2id
A_YEAR = 31_536_000
VENDOR = ("htmx.min.js", "icons.svg")

NOT_RESTRICTED = """
    SELECT conrelid::regclass::text || '.' || conname AS name
    FROM pg_constraint
    WHERE contype = 'f' AND confdeltype NOT IN ('r', 'a') AND connamespace = 'public'::regnamespace
"""


class State(StrEnum):
    RIGHT = "right"
    NOTE = "note"  # right for one's own machine, not for others
    WRONG = "wrong"


MARKS = {State.RIGHT: "✓", State.NOTE: "!", State.WRONG: "✗"}


@dataclass(frozen=True, slots=True)
class Finding:
    """One matter: how it stands and, where it is not right, what to do."""

    name: str
    state: State
    told: Message
    mend: Message | None = None


def check(
    deploy: Annotated[
        bool, typer.Option("--deploy", help=_("Hold it to what an installation for others needs: notes are wrong too."))
    ] = False,
    json: Annotated[bool, typer.Option("--json", help=_("As JSON, for scripts."))] = False,
) -> None:
    findings = asyncio.run(_all(settings.current()))
    wrong = [one for one in findings if one.state is State.WRONG or (deploy and one.state is State.NOTE)]
    if json:
        tell_json({"right": not wrong, "findings": [_plain(one) for one in findings]})
    else:
        for one in findings:
            out().print(f"{MARKS[one.state]} {words(one.told)}")
            if one.mend:
                out().print(f"  → {words(one.mend)}")
        if wrong:
            tell(says("{count} matter is to be mended.", "{count} matters are to be mended.", len(wrong)))
        elif any(one.state is State.NOTE for one in findings):
            tell(say("Nothing is wrong. Look at what is marked ! before others use it."))
        else:
            tell(say("All is right."))
    if wrong:
        raise typer.Exit(FAILED)


def _plain(one: Finding) -> dict[str, object]:
    return {"name": one.name, "state": one.state.value, "told": words(one.told), "mend": words(one.mend) or None}


def _judged(name: str, right: bool, good: Message, bad: Message, mend: Message) -> Finding:
    return Finding(name, State.RIGHT, good) if right else Finding(name, State.WRONG, bad, mend)


def _run(command: str) -> Message:
    return say("Run: {command}", command=command)


async def _all(chosen: Settings) -> list[Finding]:
    findings = [*_address(chosen), *_folder(chosen), *_code(chosen)]
    try:
        async with db.database(chosen):
            findings += [one async for one in _database()]
    except AWAY as error:
        told = say("The database does not answer: {reason}", reason=str(error))
        mend = say("Start the server that TRAINING_DATABASE_URL names, or mend that setting.")
        findings.append(Finding("database", State.WRONG, told, mend if chosen.database_url else None))
    return findings


def _address(chosen: Settings) -> Iterator[Finding]:
    if chosen.secure_cookies:
        told = say("It is served at {origin}, with cookies for https alone.", origin=chosen.origin)
        yield Finding("origin", State.RIGHT, told)
        return
    told = say("It is served at {origin}: plain http is for this machine alone.", origin=chosen.origin)
    mend = say("Put a reverse proxy with https before it and set TRAINING_ORIGIN to its address.")
    yield Finding("origin", State.NOTE, told, mend)
    if chosen.host not in settings.LOOPBACK:
        told = say("It listens on {host}, where others reach it without https.", host=chosen.host)
        yield Finding("listening", State.WRONG, told, say("Unset TRAINING_HOST, or serve it through https."))


def _folder(chosen: Settings) -> Iterator[Finding]:
    folder = chosen.data_folder()
    yield _judged(
        "data_folder",
        stat.S_IMODE(folder.stat().st_mode) & 0o066 == 0,
        say("Only its owner can look into the data folder {folder}.", folder=str(folder)),
        say("Others can look into the data folder {folder}.", folder=str(folder)),
        _run(f"chmod go-rw {folder}"),
    )
    if STATIC.is_relative_to(folder) or folder.is_relative_to(STATIC):
        told = say("The data folder lies in a folder that is served.")
        yield Finding("data_served", State.WRONG, told, say("Set TRAINING_DATA_DIR to a folder of its own."))
    free = shutil.disk_usage(folder).free
    told = say("{free} MB are free for data.", free=free // 2**20)
    yield _judged(
        "disk",
        free >= LEAST_FREE,
        told,
        told,
        say("Make room: below {least} MB nothing can be recorded safely.", least=LEAST_FREE // 2**20),
    )
    yield _secret(chosen, folder / "secret.key")


def _secret(chosen: Settings, file: Path) -> Finding:
    sign(b"")  # makes the secret on first use, and refuses a damaged one
    if chosen.secret_key is not None:
        return Finding("secret", State.RIGHT, say("The secret comes from TRAINING_SECRET_KEY."))
    return _judged(
        "secret",
        stat.S_IMODE(file.stat().st_mode) & 0o077 == 0,
        say("The secret is in {file}. Keep a copy elsewhere: nothing sealed can be read without it.", file=str(file)),
        say("Others can read the secret in {file}.", file=str(file)),
        _run(f"chmod 600 {file}"),
    )


def _code(chosen: Settings) -> Iterator[Finding]:
    app = create_app(settings=chosen)
    strict = "unsafe" not in POLICY_HEADERS["content-security-policy"] and HSTS.startswith(f"max-age={A_YEAR}")
    closed = not app.debug and app.openapi_config is None and "*" not in chosen.allowed_hosts
    hashing = passwords.HASHER.memory_cost >= LEAST_MEMORY_COST and passwords.HASHER.time_cost >= LEAST_TIME_COST
    yield _judged(
        "hardening",
        strict and closed and hashing,
        say("Debugging is off, the content policy is strict, passwords are hashed with argon2id."),
        say("This build is not hardened as it was released."),
        say("Install the released version again."),
    )
    missing = [name for name in VENDOR if not (STATIC / "vendor" / name).exists()]
    yield _judged(
        "assets",
        not missing,
        say("Scripts and icons are in place."),
        say("Scripts and icons are missing: {files}.", files=", ".join(missing)),
        _run("make install"),
    )
    zone = say("The company's time zone is {zone}.", zone=chosen.time_zone.key)
    shanghai = now().astimezone(ZoneInfo("Asia/Shanghai")).utcoffset() == timedelta(hours=8)
    yield _judged("time_zone", shanghai, zone, zone, say("Install the package tzdata."))


async def _database() -> AsyncIterator[Finding]:
    version = (await Account.raw("SHOW server_version"))[0]["server_version"]
    yield Finding("database", State.RIGHT, say("PostgreSQL {version} answers.", version=version))
    if waiting := await pending():
        told = says("{count} migration has not run.", "{count} migrations have not run.", len(waiting))
        yield Finding("migrations", State.WRONG, told, _run("training migrate"))
        return
    yield Finding("migrations", State.RIGHT, say("The database is up to date."))
    differ = abs((await Account.raw("SELECT clock_timestamp() AS at"))[0]["at"] - now())
    seconds = round(differ.total_seconds())
    yield _judged(
        "clock",
        differ < CLOCK_MAY_DIFFER,
        say("The clocks of the database and of this machine agree."),
        say("The clocks of the database and of this machine are {seconds} s apart.", seconds=seconds),
        say("Let both set their clocks by NTP."),
    )
    loose = [row["name"] for row in await Account.raw(NOT_RESTRICTED)]
    yield _judged(
        "foreign_keys",
        not loose,
        say("No foreign key lets rows vanish."),
        say("These foreign keys let rows vanish: {keys}.", keys=", ".join(loose)),
        say("Find out who changed the schema, and restore it from a backup."),
    )
    broken = await journal.broken_at()
    yield _judged(
        "journal",
        broken is None,
        say("The journal is whole."),
        say("The journal was tampered with: entry {entry} does not follow from the one before it.", entry=broken or 0),
        say("Compare it with a backup, and find out who could write to it."),
    )
    yield await _sign_ins()


async def _sign_ins() -> Finding:
    if not await accounts.any_account():
        return Finding("accounts", State.NOTE, say("Nobody can sign in yet."), _run("training setup"))
    known = [offered.username for offered in SIGN_INS if await _opens(offered.username, offered.password)]
    if not known:
        return Finding("accounts", State.RIGHT, say("No account has a password that everybody knows."))
    told = say(
        "Everybody knows the passwords of these accounts, from the sample company: {names}.", names=", ".join(known)
    )
    mend = say("Keep real people out of this database: start with an empty data folder.")
    return Finding("accounts", State.NOTE, told, mend)


async def _opens(username: str, password: str) -> bool:
    rows = await Account.select(Account.password_hash).where(Account.username == username, Account.active.eq(True))
    return bool(rows) and await passwords.matches(password, rows[0]["password_hash"])
