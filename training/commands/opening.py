"""The database as commands need it: open, up to date, with the reference data in it."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from training import db, settings
from training.access import COMMAND_LINE
from training.certificates import actions as certificates
from training.commands.terminal import progress
from training.courses import actions as courses
from training.db.migrating import migrate, pending, ran
from training.errors import Refused
from training.words import say, says

T = TypeVar("T")


def run(command: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Run a command with the database open and ready."""

    async def opened() -> T:
        async with database():
            return await command()

    return asyncio.run(opened())


@asynccontextmanager
async def database() -> AsyncIterator[None]:
    """The database, open. A new one is made ready; one that an older version made is left for `training migrate`."""
    async with db.database(settings.current()):
        if await pending():
            if await ran():
                raise Refused(say("An older version made this database. Run `training migrate` first."))
            await ready()
        yield


async def ready() -> None:
    """Bring the open database up to date, and add the reference data it lacks. Again, it does nothing."""
    progress(say("Looking at the database …"))
    done = await migrate()
    if done:
        progress(says("{count} migration was run.", "{count} migrations were run.", len(done)))
    types = await certificates.load_reference(by=COMMAND_LINE)
    classes = await courses.load_reference(by=COMMAND_LINE)
    if types:
        progress(says("{count} certificate type was added.", "{count} certificate types were added.", types))
    if classes:
        progress(says("{count} course was added.", "{count} courses were added.", classes))
    if not (done or types or classes):
        progress(say("The database is up to date."))
