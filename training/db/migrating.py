"""Bringing the database to the form this version needs, and telling whether the tables have outrun the migrations.

`python -m training.db.migrating` prints what a new migration would hold, and fails when that is anything.
"""

import asyncio
import contextlib
import io
import logging
import sys
from collections.abc import Iterator

from piccolo.apps.migrations.commands.base import BaseMigrationManager
from piccolo.apps.migrations.commands.forwards import run_forwards
from piccolo.apps.migrations.commands.new import AutoMigrationManager
from piccolo.apps.migrations.tables import Migration
from piccolo.conf.apps import AppConfig, Finder

from training.db import DB

APP = "training"
# One number for all processes that migrate one database.
LOCK = 0x7472_6169_6E69_6E67

logger = logging.getLogger(__name__)


async def migrate() -> list[str]:
    """Run every migration that has not run; the ids of those that did. The database must be open.

    All of them in one transaction: an interrupted run leaves nothing, and is simply repeated. A second process that
    comes meanwhile waits, and finds nothing left to do.
    """
    async with DB.patient_transaction() as transaction:
        await transaction.connection.execute("SELECT pg_advisory_xact_lock($1)", LOCK)
        before = await ran()
        # Piccolo reports by printing.
        with _module_path_kept(), contextlib.redirect_stdout(io.StringIO()) as told:
            result = await run_forwards(APP)
        if not result.success:
            raise RuntimeError(f"Migration failed: {result.message} {told.getvalue()}")
        done = [name for name in await ran() if name not in before]
    for name in done:
        logger.info("Migrated: %s", name)
    return done


async def pending() -> list[str]:
    """The ids of the migrations that have not run on the open database."""
    done = await ran()
    return [name for name in _known() if name not in done]


async def drift() -> list[str]:
    """The statements that would bring the migrations up to the tables; empty when they agree. Needs no database."""
    with _module_path_kept():
        found = await AutoMigrationManager(auto_input="n").get_alter_statements(_app())
    return [statement for part in found for statement in part.statements]


def _app() -> AppConfig:
    return Finder().get_app_config(app_name=APP)


def _known() -> list[str]:
    manager = BaseMigrationManager()
    with _module_path_kept():
        return manager.get_migration_ids(manager.get_migration_modules(_app().resolved_migrations_folder_path))


async def ran() -> list[str]:
    """The ids of the migrations that have run on the open database; none where it is new."""
    if not await Migration.table_exists():
        return []
    return await Migration.get_migrations_which_ran(app_name=APP)


@contextlib.contextmanager
def _module_path_kept() -> Iterator[None]:
    """Piccolo puts the migrations' folder in front of the import path, and leaves it there."""
    path = list(sys.path)
    try:
        yield
    finally:
        sys.path[:] = path


if __name__ == "__main__":
    statements = asyncio.run(drift())
    for line in statements:
        print(line)
    if statements:
        sys.exit("The tables differ from the migrations: piccolo migrations new training --auto")
