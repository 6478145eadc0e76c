"""`job`: run one of the schedule's jobs now, as the system's timer does."""

from datetime import timedelta
from typing import Annotated

import typer

from training.commands.opening import run
from training.commands.terminal import _, now, table, tell
from training.errors import Refused
from training.jobs import JOBS
from training.words import say


def job(
    name: Annotated[str, typer.Argument(help=_("Which job; without it, all are listed."))] = "",
) -> None:
    if not name:
        headings = [say("Job"), say("Every"), say("What it does")]
        table(headings, [(one.name, say("{hours} h", hours=_hours(one.every)), one.about) for one in JOBS.values()])
        return
    if name not in JOBS:
        raise Refused(say("There is no job {name}. The jobs are: {jobs}.", name=name, jobs=", ".join(JOBS)))

    async def command() -> None:
        tell(await JOBS[name].run(now()))

    run(command)


def _hours(every: timedelta) -> int:
    return int(every.total_seconds() // 3600)
