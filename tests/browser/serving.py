"""The application as a process of its own, on a database of its own, with its clock standing at NOW.

`python -m tests.browser.serving PORT` serves the data folder that TRAINING_DATA_DIR names.
"""

import asyncio
import sys

import uvicorn

from tests.make import NOW
from training import db, settings
from training.certificates import actions as certificates
from training.courses import actions as courses
from training.db.migrating import migrate
from training.web.app import create_app


async def _prepared() -> None:
    async with db.database(settings.current()):
        await migrate()
        await certificates.load_reference()
        await courses.load_reference()


def main(port: int) -> None:
    asyncio.run(_prepared())
    uvicorn.run(create_app(clock=lambda: NOW), port=port, log_level="warning", ws="none")


if __name__ == "__main__":
    main(int(sys.argv[1]))
