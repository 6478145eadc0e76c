"""Two processes at once, on committed data in a database of their own."""

import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

import asyncpg
import pytest

Run = Callable[..., list[Any]]


@pytest.fixture
async def run(schema: str, server: dict[str, Any]) -> AsyncIterator[Run]:
    """Runs tasks of `racing` in one process each, all of them starting at the same moment."""
    name = f"{schema}_race"
    admin = await asyncpg.connect(**{**server, "database": "postgres"})
    try:
        await admin.execute(f'DROP DATABASE IF EXISTS "{name}"')
        await admin.execute(f'CREATE DATABASE "{name}" TEMPLATE tests_template')
        yield lambda *tasks: _race(_address(server, name), tasks)
        await admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
    finally:
        await admin.close()


def _race(address: str, tasks: tuple[tuple[object, ...], ...]) -> list[Any]:
    with _processes(address, tasks) as processes:
        for process in processes:
            assert process.stdout.readline() == "ready\n"
        for process in processes:
            process.stdin.write("go\n")
            process.stdin.flush()
        return [json.loads(process.stdout.readline()) for process in processes]


@contextmanager
def _processes(address: str, tasks: tuple[tuple[object, ...], ...]) -> Iterator[list[Any]]:
    environment = {**os.environ, "TRAINING_DATABASE_URL": address, "TRAINING_LOCK_TIMEOUT": "30"}
    environment["TRAINING_ACQUIRE_TIMEOUT"] = environment["TRAINING_STATEMENT_TIMEOUT"] = "30"
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.enrolments.racing", *map(str, task)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
            text=True,
        )
        for task in tasks
    ]
    try:
        yield processes
    finally:
        for process in processes:
            process.communicate(timeout=30)


def _address(server: dict[str, Any], database: str) -> str:
    user, password = quote(server["user"], safe=""), quote(server.get("password") or "", safe="")
    return f"postgresql://{user}:{password}@/{database}?host={quote(str(server['host']), safe='')}"


async def test_sixty_people_race_for_the_last_seats(run: Run) -> None:
    (made,) = run(("make", 60, 7))
    session, people = made["session"], made["people"]

    first, second = run(("enrol", session, *people[:30]), ("enrol", session, *people[30:]))

    both = {word: first.get(word, 0) + second.get(word, 0) for word in {*first, *second}}
    assert both == {"enrolled": 7, "The session is full.": 53}
    assert run(("seats", session)) == [{"booked": 7, "held": 7}]


async def test_sixty_people_race_in_groups(run: Run) -> None:
    (made,) = run(("make", 60, 32))
    session, people = made["session"], made["people"]

    first, second = run(("enrol_many", session, *people[:30]), ("enrol_many", session, *people[30:]))

    both = {word: first.get(word, 0) + second.get(word, 0) for word in {*first, *second}}
    assert both == {"enrolled": 32, "The session is full.": 28}
    assert run(("seats", session)) == [{"booked": 32, "held": 32}]


async def test_the_same_people_are_enrolled_once(run: Run) -> None:
    (made,) = run(("make", 20, 100))
    session, people = made["session"], made["people"]

    first, second = run(("enrol", session, *people), ("enrol_many", session, *reversed(people)))

    both = {word: first.get(word, 0) + second.get(word, 0) for word in {*first, *second}}
    assert both == {"enrolled": 20, "Already enrolled.": 20}
    assert run(("seats", session)) == [{"booked": 20, "held": 20}]


async def test_submitting_at_once_certifies_everybody_once(run: Run) -> None:
    (made,) = run(("graded", 10))

    first, second = run(("submit", made["session"], 4), ("submit", made["session"], 4))

    assert {word: first.get(word, 0) + second.get(word, 0) for word in {*first, *second}} == {"10": 1, "0": 7}
    assert run(("completed",)) == [{"completions": 10, "certificates": 10, "marks": 10}]


async def test_correcting_at_once_has_one_effect(run: Run) -> None:
    (made,) = run(("graded", 10))

    first, second = run(("correct", *made["marks"]), ("correct", *made["marks"]))

    both = {word: first.get(word, 0) + second.get(word, 0) for word in {*first, *second}}
    assert both == {
        "corrected": 10,
        "Somebody has corrected this mark in the meantime: look at it again.": 10,
    }
    assert run(("completed",)) == [{"completions": 0, "certificates": 0, "marks": 20}]


async def test_two_administrators_do_not_close_each_other(run: Run) -> None:
    ((one, other),) = run(("administrators",))

    first, second = run(("close", one, other), ("close", other, one))

    last = "This is the last administrator. Give somebody else that role first."
    assert {first, second} == {"closed", last}


async def test_passwords_tried_all_at_once_are_delayed_as_those_tried_in_turn(run: Run) -> None:
    (answers,) = run(("guess", 30))

    assert answers["The user name or the password is wrong"] <= 8
    assert answers["Too many wrong passwords"] >= 22
