"""`setup` and `user`: the first administrator, and everybody else who may sign in."""

from typing import Annotated

import typer

from training import settings
from training.access import COMMAND_LINE, ROLE_NAMES, Role
from training.accounts import actions, queries
from training.accounts.queries import AccountLine
from training.commands.opening import run
from training.commands.terminal import _, new_password, now, out, progress, table, tell, tell_json, words
from training.errors import Refused
from training.words import Message, say

users = typer.Typer(no_args_is_help=True)

Username = Annotated[str, typer.Argument(help=_("The name to sign in with."))]
FromStdin = Annotated[bool, typer.Option("--password-stdin", help=_("Read the password from the input's first line."))]


def setup(
    username: Annotated[str, typer.Option(help=_("The name to sign in with."))] = "admin",
    name: Annotated[str, typer.Option(help=_("The administrator's own name; the user name where none is given."))] = "",
    password_stdin: FromStdin = False,
) -> None:
    async def command() -> None:
        if await queries.any_account():
            raise Refused(say("The system is already set up. Sign in, or ask an administrator for an account."))
        await actions.set_up(username=username, name=name or username, password=new_password(from_stdin=password_stdin))
        tell(say("{username} can sign in at {address}.", username=username, address=settings.current().origin))

    run(command)


@users.command("list", help=_("Who may sign in, with their roles and sites."))
def list_users(
    json: Annotated[bool, typer.Option("--json", help=_("As JSON, for scripts."))] = False,
) -> None:
    async def command() -> None:
        lines = await _everybody()
        if json:
            tell_json([_plain(line) for line in lines])
            return
        headings = [say("User name"), say("Name"), say("Roles"), say("Sites"), say("State"), say("Last seen")]
        table(headings, [(*_row(line), line.seen_at) for line in lines])

    run(command)


@users.command("add", help=_("Make an account. Without a password it gets a one-time link to set one."))
def add_user(
    username: Username,
    name: Annotated[str, typer.Option(help=_("The person's own name."))],
    role: Annotated[list[Role], typer.Option(help=_("What the account may do; several are allowed."))],
    site: Annotated[list[str] | None, typer.Option(help=_("A site that a manager sees; several are allowed."))] = None,
    password_stdin: FromStdin = False,
) -> None:
    async def command() -> None:
        sites = await _sites(site or [])
        if Role.MANAGER in role and not sites:
            raise Refused(say("A manager needs at least one site."))
        password = new_password(from_stdin=True) if password_stdin else None
        account = await actions.add(
            username=username, name=name, roles=role, sites=sites, by=COMMAND_LINE, password=password
        )
        tell(say("The account {username} is made.", username=username))
        if password is None:
            await _tell_link(account)

    run(command)


@users.command("disable", help=_("Close an account and end every sign-in it has."))
def disable_user(username: Username) -> None:
    async def command() -> None:
        line = await _named(username)
        await actions.disable(line.id, by=COMMAND_LINE, now=now())
        tell(say("The account {username} is disabled and signed out everywhere.", username=line.username))

    run(command)


@users.command("enable", help=_("Open a disabled account again."))
def enable_user(username: Username) -> None:
    async def command() -> None:
        line = await _named(username)
        await actions.enable(line.id, by=COMMAND_LINE)
        tell(say("The account {username} is enabled.", username=line.username))

    run(command)


@users.command("password", help=_("Set a password, and end every sign-in made with the old one."))
def set_password(
    username: Username,
    link: Annotated[bool, typer.Option("--link", help=_("Make a one-time link to set it instead."))] = False,
    password_stdin: FromStdin = False,
) -> None:
    async def command() -> None:
        line = await _named(username)
        if link:
            await _tell_link(line.id)
            return
        password = new_password(from_stdin=password_stdin)
        await actions.set_password(line.id, password, by=COMMAND_LINE, now=now())
        tell(say("The password of {username} is set.", username=line.username))

    run(command)


async def _everybody() -> list[AccountLine]:
    lines: list[AccountLine] = []
    while page := await queries.accounts(after=lines[-1].id if lines else 0, limit=500):
        lines += page
    return lines


async def _named(username: str) -> AccountLine:
    account = await queries.account_named(username)
    if account is None:
        raise Refused(say("There is no account {username}.", username=username))
    return account


async def _sites(names: list[str]) -> list[int]:
    known = {choice.name: choice.id for choice in await queries.site_choices()}
    unknown = [name for name in names if name not in known]
    if unknown:
        raise Refused(*(say("There is no site {name}.", name=name) for name in unknown))
    return [known[name] for name in names]


async def _tell_link(account: int) -> None:
    (made,) = await actions.activation_links([account], by=COMMAND_LINE, now=now())
    progress(say("With this link, once and within three days, {name} sets a password:", name=made.name))
    out().print(f"{settings.current().origin}/activation/{made.token}")


def _state(line: AccountLine) -> Message:
    if not line.active:
        return say("Disabled")
    return say("Active") if line.activated else say("Not activated")


def _row(line: AccountLine) -> tuple[str, str, str, str, Message]:
    roles = ", ".join(words(ROLE_NAMES[role]) for role in line.roles)
    return line.username, line.name, roles, ", ".join(line.sites), _state(line)


def _plain(line: AccountLine) -> dict[str, object]:
    return {
        "id": line.id,
        "username": line.username,
        "name": line.name,
        "roles": [role.value for role in line.roles],
        "sites": list(line.sites),
        "active": line.active,
        "activated": line.activated,
        "seen_at": line.seen_at.isoformat() if line.seen_at else None,
    }
