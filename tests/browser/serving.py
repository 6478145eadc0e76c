"""The application as a process of its own, on a database of its own, with its clock standing at NOW.

`python -m tests.browser.serving PORT [empty|world]` serves the data folder that TRAINING_DATA_DIR names: empty but for
the reference data, or with the world of `fixtures/world` in it.
"""

import asyncio
import sys

import uvicorn

from fixtures.world import load
from tests.make import NOW, TODAY
from training import db, settings
from training.access import COMMAND_LINE
from training.certificates import actions as certificates
from training.courses import actions as courses
from training.db.migrating import migrate
from training.web.app import create_app


async def _prepared(company: str) -> None:
    async with db.database(settings.current()):
        await migrate()
        if company == "world":
            await load(TODAY)
        else:
            await certificates.load_reference(by=COMMAND_LINE)
            await courses.load_reference(by=COMMAND_LINE)


def main(port: int, company: str) -> None:
    asyncio.run(_prepared(company))
    uvicorn.run(create_app(clock=lambda: NOW), port=port, log_level="warning", ws="none")


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
