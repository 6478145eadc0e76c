"""`serve`, `demo` and `migrate`: the application running, with its own data or with the sample company's."""

import asyncio
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Annotated, Any

import typer
import uvicorn

from fixtures.sample_company.sign_ins import SIGN_INS
from training import db, settings
from training.access import ROLE_NAMES
from training.accounts import queries as accounts
from training.commands.opening import ready
from training.commands.terminal import _, progress, table, tell, today
from training.db.embedded import EmbeddedServer
from training.errors import Refused
from training.settings import Settings
from training.words import say

# What keeps one visitor from stopping the others (uvicorn has no limits of its own on these).
LIMITS: dict[str, Any] = {
    "http": "h11",
    "h11_max_incomplete_event_size": 16_384,
    "limit_concurrency": 200,
    "timeout_keep_alive": 5,
    "timeout_graceful_shutdown": 30,
    "server_header": False,
    "ws": "none",
}

Workers = Annotated[int, typer.Option(help=_("How many processes answer."), min=1, max=64)]
Proxy = Annotated[
    str, typer.Option(help=_("The address of the reverse proxy whose X-Forwarded-For is believed, besides 127.0.0.1."))
]


def serve(workers: Workers = 1, proxy: Proxy = "") -> None:
    chosen = settings.current()
    if "*" in proxy:
        raise Refused(say("Name the proxy's address: whoever is believed about addresses may not be anybody."))
    _look_whether_free(chosen.host, chosen.port)
    with _server_held(chosen):
        asyncio.run(_prepared(chosen))
        _serve(chosen, workers, proxy)


def migrate() -> None:
    asyncio.run(_prepared(settings.current()))


def demo(
    *, serve: Annotated[bool, typer.Option(help=_("Serve the application afterwards."))] = True, workers: Workers = 1
) -> None:
    chosen = settings.current()
    if serve:
        _look_whether_free(chosen.host, chosen.port)
    with _server_held(chosen):
        made = asyncio.run(_sample(chosen))
        tell(say("The sample company is loaded.") if made else say("The sample company was there already."))
        _tell_sign_ins()
        if serve:
            _serve(chosen, workers, "")


async def _prepared(chosen: Settings) -> None:
    async with db.database(chosen):
        await ready()
        if not await accounts.any_account():
            address = f"{chosen.origin}/setup"
            progress(say("Nobody can sign in yet: open {address}, or run `training setup`.", address=address))


async def _sample(chosen: Settings) -> bool:
    # Faker is slow to import, and nothing else needs it.
    from fixtures.sample_company.loading import empty, load, loaded

    async with db.database(chosen):
        await ready()
        if await loaded():
            return False
        if not await empty():
            raise Refused(say("The database already holds a company. The sample company goes into an empty one."))
        progress(say("Loading the sample company …"))
        await load(today())
        return True


def _tell_sign_ins() -> None:
    headings = [say("Role"), say("User name"), say("Password")]
    table(headings, [(ROLE_NAMES[one.role], one.username, one.password) for one in SIGN_INS])
    tell(say("These passwords are known to everybody: never put real people into this database."))


@contextmanager
def _server_held(chosen: Settings) -> Iterator[None]:
    """Keep our own database server running from the first look at the database until the last process has stopped."""
    server = None if chosen.database_url else EmbeddedServer(chosen.data_folder() / "postgres")
    if server is not None:
        server.start()
    try:
        yield
    finally:
        if server is not None:
            server.stop()


def _serve(chosen: Settings, workers: int, proxy: str) -> None:
    tell(say("Open {address}", address=chosen.origin))
    # uvicorn stops in order, then raises the signal once more; by then it is ours, for the database is still to stop.
    signal.signal(signal.SIGTERM, _stop)
    with suppress(_Stopped, KeyboardInterrupt):
        uvicorn.run(
            "training.web.app:create_app",
            factory=True,
            host=chosen.host,
            port=chosen.port,
            workers=workers,
            forwarded_allow_ips=["127.0.0.1", *filter(None, proxy.split(","))],
            log_level="warning",
            **LIMITS,
        )
    progress(say("Stopped."))


def _look_whether_free(host: str, port: int) -> None:
    """Refuse in words what uvicorn would say in numbers."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            reason = error.strerror or str(error)
            place = f"{host}:{port}"
            raise Refused(say("Nothing can be served on {place}: {reason}.", place=place, reason=reason)) from error


class _Stopped(BaseException):
    """Somebody asked us to end."""


def _stop(*_: object) -> None:
    raise _Stopped
