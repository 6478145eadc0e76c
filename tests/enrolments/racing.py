"""What one of several processes does in a race: `python -m tests.enrolments.racing TASK NUMBERS...`.

It opens the database that the environment names, says "ready", and begins when it is told to. Then it prints one line:
what became of each try.
"""

import asyncio
import json
import sys
from collections import Counter
from datetime import UTC, date, datetime

from training import settings
from training.access import COMMAND_LINE
from training.db import database
from training.errors import Refused

TODAY = date(2026, 11, 24)


async def make(people: int, seats: int) -> dict[str, object]:
    from tests import make

    course = await make.course()
    session = await make.session(course, seats=seats)
    return {"session": session, "people": [await make.person() for _ in range(people)]}


async def enrol(session: int, people: list[int]) -> dict[str, int]:
    from training.enrolments import actions

    async def one(person: int) -> str:
        try:
            await actions.enrol(session, person=person, by=COMMAND_LINE, today=TODAY)
        except Refused as refusal:
            return str(refusal)
        return "enrolled"

    return Counter(await asyncio.gather(*(one(person) for person in people)))


async def enrol_many(session: int, people: list[int]) -> dict[str, int]:
    from training.enrolments import actions

    async def five(some: list[int]) -> list[str]:
        outcome = await actions.enrol_many(session, people=some, by=COMMAND_LINE, today=TODAY)
        return ["enrolled" for _ in outcome.seats] + [str(skip.reasons[0]) for skip in outcome.skipped]

    groups = [people[first : first + 5] for first in range(0, len(people), 5)]
    return Counter(word for words in await asyncio.gather(*map(five, groups)) for word in words)


async def seats(session: int) -> dict[str, int]:
    from training.enrolments.tables import Enrolment
    from training.sessions import queries

    held = await Enrolment.count().where(Enrolment.session == session, Enrolment.withdrawn_at.is_null())
    return {"booked": (await queries.session(session)).booked, "held": held}


async def graded(people: int) -> dict[str, object]:
    """A session that is over, with everybody there, and one mark of each that is to be corrected."""
    from fixtures import rows
    from tests import make

    await rows.built_in_types()
    course = await make.course(leads_to="INHOUSE_SERVICE", parts={"theory": 60})
    session = await make.session(course, starts_on=TODAY, seats=people)
    marks = []
    for _ in range(people):
        enrolment = await make.enrolment(session, await make.person(), attendance="present")
        marks.append(await make.mark(enrolment, "theory", 80, examined_on=TODAY))
    return {"session": session, "marks": marks}


async def submit(session: int, times: int) -> dict[str, int]:
    from training.completion import actions

    async def one() -> int:
        return len((await actions.submit(session, by=COMMAND_LINE, today=TODAY)).completed)

    return Counter(map(str, await asyncio.gather(*(one() for _ in range(times)))))


async def correct(marks: list[int]) -> dict[str, int]:
    from training.exams import actions
    from training.exams.rules import mark_from

    async def one(mark: int) -> str:
        score = mark_from("90")
        try:
            await actions.correct(mark, score=score, reason="录错", by=COMMAND_LINE, today=TODAY)
        except Refused as refusal:
            return str(refusal)
        return "corrected"

    return Counter(await asyncio.gather(*(one(mark) for mark in marks)))


async def completed() -> dict[str, int]:
    from training.certificates.tables import Certificate
    from training.completion.tables import Completion
    from training.exams.tables import Mark

    return {
        "completions": await Completion.count(),
        "certificates": await Certificate.count(),
        "marks": await Mark.count(),
    }


async def administrators() -> list[int]:
    from tests import make
    from training.access import Role

    return [await make.account(Role.ADMINISTRATOR) for _ in range(2)]


async def close(account: int, by: int) -> str:
    """Close an account, and be slow to finish, so that the other one has begun."""
    from training.accounts import actions, queries
    from training.db import transaction

    try:
        async with transaction():
            await actions.disable(account, by=await queries.actor_of(by), now=datetime(2026, 11, 24, tzinfo=UTC))
            await asyncio.sleep(0.5)
    except Refused as refusal:
        return str(refusal)
    return "closed"


async def guess(times: int) -> dict[str, int]:
    """Wrong passwords, all of them at once."""
    from training.accounts import actions

    async def one(number: int) -> str:
        now = datetime(2026, 11, 24, tzinfo=UTC)
        try:
            await actions.sign_in(username="hr", password=f"wrong {number}", address="::1", browser="", now=now)
        except Refused as refusal:
            return str(refusal).partition(".")[0]
        return "in"

    return Counter(await asyncio.gather(*map(one, range(times))))


async def main(task: str, numbers: list[int]) -> None:
    async with database(settings.current()):
        print("ready", flush=True)
        await asyncio.to_thread(sys.stdin.readline)
        match task:
            case "make":
                done: object = await make(*numbers)
            case "seats":
                done = await seats(*numbers)
            case "enrol":
                done = await enrol(numbers[0], numbers[1:])
            case "graded":
                done = await graded(*numbers)
            case "submit":
                done = await submit(*numbers)
            case "correct":
                done = await correct(numbers)
            case "administrators":
                done = await administrators()
            case "close":
                done = await close(*numbers)
            case "guess":
                done = await guess(*numbers)
            case "completed":
                done = await completed()
            case _:
                done = await enrol_many(numbers[0], numbers[1:])
        print(json.dumps(done), flush=True)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], [int(number) for number in sys.argv[2:]]))
